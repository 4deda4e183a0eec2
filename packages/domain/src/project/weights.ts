import { type Column, type ColumnSchema, type Finding, isValid } from '@modelsmith/table'
import { finding } from '../errors.ts'

/** Everything that keeps a column from being the weights of these rows: they are numbers, finite, 0 or more, and not all 0. */
export const checkWeights = (column: Column, { name, type }: ColumnSchema, rows: ArrayLike<number>): Finding[] => {
  if (column.kind !== 'float64' || type === 'date') return [finding('project.weightType', { column: name, type })]
  let missing = 0
  let negative = 0
  let infinite = 0
  let total = 0
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number
    const value = column.values[row] as number
    if (!isValid(column.validity, row)) missing++
    else if (!Number.isFinite(value)) infinite++
    else if (value < 0) negative++
    else total += value
  }
  const wrong = [
    ...(missing > 0 ? [finding('project.weightMissing', { column: name, rows: missing })] : []),
    ...(negative > 0 ? [finding('project.weightNegative', { column: name, rows: negative })] : []),
    ...(infinite > 0 ? [finding('project.weightInfinite', { column: name, rows: infinite })] : []),
  ]
  return wrong.length === 0 && total === 0 ? [finding('project.weightZero', { column: name })] : wrong
}

/** Roles that exclude each other: a weight is neither learned nor learned from. */
export const checkWeightRole = (
  weights: string,
  target: string | undefined,
  features: readonly string[] | undefined,
): Finding[] => [
  ...(weights === target ? [finding('project.weightTarget', { column: weights })] : []),
  ...(features?.includes(weights) === true ? [finding('project.weightFeature', { column: weights })] : []),
]
