import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import { holdoutPart, isTrainedOn, mostFolds, trainOnlyPart, unusedPart } from './partition.ts'

/** How a function of the type split says a part that is no fold; NaN: the row takes no part. */
const saidParts = { holdout: -1, train: -2 } as const

type Said = { readonly parts: Int8Array; readonly folds: number }

/**
 * The parts that a function said, or everything that keeps them from being used. Its folds are counted from 1 in the order of their numbers.
 *
 * @param said a number for each row: its fold, or one of `saidParts`, or NaN
 * @param codes of a classification: the class of each row
 */
export const partsSaid = (
  said: Float64Array,
  codes: Int32Array | undefined,
  labels: readonly string[],
): Said | Finding[] => {
  const numbers = [...new Set(said.filter((value) => value >= 0))].toSorted((a, b) => a - b)
  const folds = numbers.length
  const foldOf = new Map(numbers.map((value, index) => [value, index + 1]))
  const hasTraining = said.includes(saidParts.train)
  const fewest = hasTraining ? 1 : 2
  if (folds < fewest || folds > mostFolds)
    return [finding('project.functionFolds', { folds, fewest, most: mostFolds, hasTraining })]
  const parts = Int8Array.from(said, (value) => {
    if (value === saidParts.holdout) return holdoutPart
    if (value === saidParts.train) return trainOnlyPart
    return foldOf.get(value) ?? unusedPart
  })
  const findings = codes === undefined ? [] : unseenClasses(parts, folds, codes, labels)
  return findings.length > 0 ? findings : { parts, folds }
}

/** A fit that never sees a class cannot tell it. */
const unseenClasses = (parts: Int8Array, folds: number, codes: Int32Array, labels: readonly string[]): Finding[] =>
  Array.from({ length: folds }, (_, index) => index + 1).flatMap((fold) => {
    const seen = new Set(codes.filter((_, row) => isTrainedOn(parts[row] as number, fold, 'function')))
    const missing = labels.filter((_, code) => !seen.has(code))
    return missing.length === 0 ? [] : [finding('project.functionClasses', { fold, classes: missing })]
  })
