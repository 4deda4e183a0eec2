import type { Finding } from '@modelsmith/table'
import { type EstimatorType, isClassification } from '../contract/schema.ts'
import { domainError, finding } from '../errors.ts'
import { randomFrom, shuffle } from '../random.ts'
import type { Partitioning } from './schema.ts'

/** The part of a row: 0 is the holdout, 1 to k are the folds. */
export const holdoutPart = 0
export const validationPart = 1

/** Classes keep their shares in every part; numbers are dealt at random. */
export const defaultPartitioning = (targetType: EstimatorType): Partitioning => ({
  method: isClassification(targetType) ? 'stratified' : 'random',
  folds: 5,
  holdout: 0.2,
  seed: 0,
})

/** What a partitioning would do badly, before it is done. `smallestClass` counts the rows of the rarest class. */
export const checkPartitioning = (
  { method, folds, holdout }: Partitioning,
  { targetType, rows, smallestClass }: { targetType: EstimatorType; rows: number; smallestClass?: number },
): Finding[] => {
  const remaining = rows - Math.round(rows * holdout)
  return [
    ...(remaining < folds ? [finding('project.tooFewRows', { rows: remaining, folds })] : []),
    ...(method === 'stratified' && !isClassification(targetType)
      ? [finding('project.notStratified', { targetType })]
      : []),
    ...(smallestClass !== undefined && smallestClass * (1 - holdout) < folds
      ? [finding('project.rareClass', { rows: smallestClass, folds }, { severity: 'warning' })]
      : []),
  ]
}

/**
 * Puts every row into the holdout or a fold. The holdout has `round(rows × holdout)` rows; folds differ by one row at most.
 * Rows of a stratum are shuffled, laid out stratum after stratum, and dealt: so sizes are exact over all rows and within
 * one row for each stratum. Equal arguments give equal parts, on every machine.
 *
 * @param strata the class of each row, from 0; needed for `stratified`
 */
export const partitionRows = ({
  rows,
  method,
  folds,
  holdout,
  seed,
  strata,
}: Partitioning & { readonly rows: number; readonly strata?: Int32Array | undefined }): Int8Array => {
  const held = Math.round(rows * holdout)
  if (rows - held < folds) throw domainError('project.tooFewRows', { rows: rows - held, folds })
  const dealt = shuffledByStratum(rows, seed, method === 'stratified' ? requireStrata(strata, rows) : undefined)
  const parts = new Int8Array(rows)
  let next = 0
  for (let position = 0; position < rows; position++) {
    const row = dealt[position] as number
    const isHeld = Math.floor(((position + 1) * held) / rows) > Math.floor((position * held) / rows)
    parts[row] = isHeld ? holdoutPart : 1 + (next++ % folds)
  }
  return parts
}

const requireStrata = (strata: Int32Array | undefined, rows: number): Int32Array => {
  if (strata?.length !== rows) throw new TypeError('Stratified partitioning needs the stratum of every row.')
  return strata
}

const shuffledByStratum = (rows: number, seed: number, strata: Int32Array | undefined): Int32Array => {
  const shuffled = Int32Array.from({ length: rows }, (_, row) => row)
  shuffle(shuffled, randomFrom(seed))
  // The sort is stable: within a stratum the shuffled order stays.
  return strata === undefined ? shuffled : shuffled.sort((a, b) => (strata[a] as number) - (strata[b] as number))
}
