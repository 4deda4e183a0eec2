import type { Finding } from '@modelsmith/table'
import { type EstimatorType, isClassification } from '../contract/schema.ts'
import { domainError, finding } from '../errors.ts'
import { randomFrom, shuffle } from '../random.ts'
import type { Partitioning } from './schema.ts'

/** The part of a row: 0 is the holdout, 1 to k are the folds. */
export const holdoutPart = 0
export const validationPart = 1
/** Rows that every fit may see and no fold predicts: older than every backtest, or named so by a column. */
export const trainOnlyPart = 127
/** Rows that take no part. */
export const unusedPart = -1

/** Parts that have names of their own, in a column or by a function: how many folds there are, they say themselves. */
const areNamed = (method: Partitioning['method']): boolean => method === 'column' || method === 'function'

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
    ...(folds < 2 && method !== 'date' && !areNamed(method) ? [finding('project.oneFold', { method })] : []),
    ...(!areNamed(method) && remaining < folds ? [finding('project.tooFewRows', { rows: remaining, folds })] : []),
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

/**
 * Puts whole groups into the holdout or a fold, so that no group spans two parts. The largest groups are placed first, each
 * where most rows are still wanted; groups of one size come in an order drawn from the seed. A part ends with fewer rows
 * than wanted plus its last group, and none is empty.
 *
 * @param groups the group of each row, from 0 without gaps
 */
export const partitionGroups = (
  groups: Int32Array,
  { folds, holdout, seed }: Pick<Partitioning, 'folds' | 'holdout' | 'seed'>,
): Int8Array => {
  const sizes: number[] = []
  for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1
  const held = Math.round(groups.length * holdout)
  const wanted = [held, ...Array.from({ length: folds }, () => (groups.length - held) / folds)]
  const open = wanted.flatMap((rows, part) => (rows > 0 ? [part] : []))
  if (sizes.length < open.length)
    throw domainError('project.tooFewGroups', { groups: sizes.length, parts: open.length })
  const order = Int32Array.from(sizes.keys())
  shuffle(order, randomFrom(seed))
  order.sort((a, b) => (sizes[b] as number) - (sizes[a] as number))
  const empty = new Set(open)
  const partOf = new Int8Array(sizes.length)
  order.forEach((group, placed) => {
    // As many groups as empty parts are left: each of these gets one.
    const among = order.length - placed <= empty.size ? [...empty] : open
    const part = among.reduce((best, each) => ((wanted[each] as number) > (wanted[best] as number) ? each : best))
    partOf[group] = part
    wanted[part] = (wanted[part] as number) - (sizes[group] as number)
    empty.delete(part)
  })
  return Int8Array.from(groups, (group) => partOf[group] as number)
}

/**
 * Cuts rows by time: the newest are the holdout, and the rest is cut into one block more than there are folds. Fold 1 is the
 * newest block, fold k the second oldest; the oldest is only trained on. A fold is a backtest: it predicts its block after a
 * fit on all older ones. Rows of one moment stay together, so that parts may be larger or smaller than wanted.
 *
 * @param times a number for each row that grows with time
 */
export const partitionByTime = (
  times: Float64Array,
  { folds, holdout }: Pick<Partitioning, 'folds' | 'holdout'>,
): Int8Array => {
  const rows = times.length
  const order = Int32Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number))
  const training = rows - Math.round(rows * holdout)
  const cuts = Array.from({ length: folds + 1 }, (_, block) => Math.round((training * (block + 1)) / (folds + 1)))
  const sequence = [trainOnlyPart, ...Array.from({ length: folds }, (_, back) => folds - back)]
  const parts = new Int8Array(rows)
  const filled = new Set<number>()
  let block = 0
  order.forEach((row, position) => {
    const isNewMoment = position > 0 && times[row] !== times[order[position - 1] as number]
    if (isNewMoment) while (block < cuts.length && position >= (cuts[block] as number)) block++
    const part = sequence[block] ?? holdoutPart
    parts[row] = part
    filled.add(part)
  })
  const needed = folds + 1 + (training < rows ? 1 : 0)
  if (filled.size < needed) throw domainError('project.tooFewMoments', { parts: needed, filled: filled.size })
  return parts
}

export type NamedParts = {
  readonly parts: Int8Array
  /** The value behind each fold; the first is fold 1. */
  readonly folds: readonly string[]
}

export const mostFolds = 20

/** Findings about the values of a column that names the parts. */
export const checkNamedParts = (
  column: string,
  values: readonly string[],
  { holdoutValue, trainingValue }: Pick<Partitioning, 'holdoutValue' | 'trainingValue'>,
): Finding[] => {
  const named = [holdoutValue, trainingValue].filter((value) => value !== undefined)
  const folds = values.filter((value) => !named.includes(value)).length
  const fewest = trainingValue === undefined ? 2 : 1
  return [
    ...named
      .filter((value) => !values.includes(value))
      .map((value) => finding('project.unknownPart', { column, value, values })),
    ...(holdoutValue !== undefined && holdoutValue === trainingValue
      ? [finding('project.partTwice', { value: holdoutValue })]
      : []),
    ...(folds < fewest || folds > mostFolds
      ? [finding('project.namedFolds', { column, folds, fewest, most: mostFolds })]
      : []),
  ]
}

/** Takes the parts from a column: one value for the holdout, one for rows that are only trained on, every other value a fold. */
export const partitionByColumn = (
  codes: Int32Array,
  values: readonly string[],
  { holdoutValue, trainingValue }: Pick<Partitioning, 'holdoutValue' | 'trainingValue'>,
): NamedParts => {
  const folds = values.filter((value) => value !== holdoutValue && value !== trainingValue)
  const partOf = values.map((value) =>
    value === holdoutValue ? holdoutPart : value === trainingValue ? trainOnlyPart : 1 + folds.indexOf(value),
  )
  return { parts: Int8Array.from(codes, (code) => partOf[code] as number), folds }
}

/** Whether the fit of a fold may see a row of this part: any other than the fold's own; with backtests, only older ones. */
export const isTrainedOn = (part: number, fold: number, method: Partitioning['method']): boolean =>
  part === trainOnlyPart || (method === 'date' ? part > fold : part > 0 && part !== fold)

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
