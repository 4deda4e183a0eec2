import type { Finding } from '@modelsmith/table'
import type { EstimatorType } from '../contract/schema.ts'
import { finding } from '../errors.ts'
import { randomFrom, shuffle } from '../random.ts'

/** Which rows there are too many of. */
export type Majority = {
  /** The largest class, or `0` of a number. */
  readonly label: string
  /** Whether a row is one of them, by its position among the rows. */
  readonly has: (position: number) => boolean
  readonly rows: number
  /** Rows of the next largest class, or those that are not 0. */
  readonly next: number
}

/** The rows of the largest class (by code), the first where two are equally large. */
export const majorityClass = (codes: Int32Array, classes: readonly string[]): Majority => {
  const sizes = classes.map(() => 0)
  for (const code of codes) sizes[code] = (sizes[code] as number) + 1
  const largest = sizes.indexOf(Math.max(...sizes))
  return {
    label: classes[largest] ?? '',
    has: (position) => codes[position] === largest,
    rows: sizes[largest] ?? 0,
    next: Math.max(0, ...sizes.filter((_, code) => code !== largest)),
  }
}

/** The zeros of a number. */
export const majorityZeros = (values: Float64Array): Majority => {
  const rows = values.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0)
  return { label: '0', has: (position) => values[position] === 0, rows, next: values.length - rows }
}

/** Downsampling takes from the largest class, or from zeros that are more than half, and never below what it is compared with. */
export const checkDownsampling = (
  { label, rows, next }: Pick<Majority, 'label' | 'rows' | 'next'>,
  kept: number,
  targetType: EstimatorType,
): Finding[] => {
  if (targetType === 'anomaly') return [finding('project.downsampleTarget', { targetType })]
  if (targetType === 'regression' && rows <= next)
    return [finding('project.downsampleZeros', { zeros: rows, rows: rows + next })]
  const left = Math.round(rows * kept)
  return left < next || left === 0 ? [finding('project.downsampleTooFew', { label, left, next })] : []
}

export type Downsampled = {
  /** Positions that stay, ascending. */
  readonly kept: Int32Array
  /** The weight of each position that stays. */
  readonly weights: Float64Array
}

/**
 * Keeps `round(rows × kept)` of the majority, drawn from the seed, and gives these the weight of those that are left out: the
 * sum of weights of the majority stays what it was, so that weighted metrics and probabilities are those of all rows.
 *
 * @param weights the weight of each row before; 1 where left out
 */
export const downsample = (
  count: number,
  majority: Majority,
  {
    kept,
    seed,
    weights,
  }: { readonly kept: number; readonly seed: number; readonly weights?: Float64Array | undefined },
): Downsampled => {
  const weightOf = (position: number) => (weights === undefined ? 1 : (weights[position] as number))
  const many = Int32Array.from({ length: count }, (_, position) => position).filter(majority.has)
  const before = many.reduce((sum, position) => sum + weightOf(position), 0)
  shuffle(many, randomFrom(seed))
  // A row without weight cannot carry that of others: those with weight are drawn first.
  const drawn = many.sort((a, b) => Number(weightOf(b) > 0) - Number(weightOf(a) > 0))
  const staying = new Set(drawn.subarray(0, Math.max(1, Math.round(majority.rows * kept))))
  let after = 0
  for (const position of staying) after += weightOf(position)
  const factor = after === 0 ? 1 : before / after
  const left = Int32Array.from({ length: count }, (_, position) => position).filter(
    (position) => !majority.has(position) || staying.has(position),
  )
  return {
    kept: left,
    weights: Float64Array.from(left, (position) => weightOf(position) * (majority.has(position) ? factor : 1)),
  }
}
