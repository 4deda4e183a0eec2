import { type Column, selectColumns, type Table, takeRows } from '@modelsmith/table'
import { type Weights, weightOf } from '../metrics/value.ts'
import { randomFrom, shuffle } from '../random.ts'

/** Columns of scores for rows: the probability of each class, or one number. */
export type Predictor = (rows: Table) => Promise<readonly Float64Array[]>

export type FeatureImpact = {
  readonly feature: string
  /** Mean over the repeats of how much worse the score becomes; negative where shuffling helps. */
  readonly impact: number
  /** Standard deviation over the repeats, n − 1 below; null for one repeat. */
  readonly spread: number | null
}

export type PermutationImpact = {
  readonly rows: number
  readonly repeats: number
  readonly seed: number
  readonly baseline: number
  /** The largest impact first. */
  readonly features: readonly FeatureImpact[]
}

type PermutationSpec = {
  readonly rows: Table
  readonly features: readonly string[]
  readonly predict: Predictor
  /** Of predictions, beside those that nothing was shuffled for. Undefined where the metric has no value on them. */
  readonly score: (predicted: readonly Float64Array[], unshuffled: readonly Float64Array[]) => number | undefined
  readonly higherIsBetter: boolean
  readonly repeats: number
  readonly seed: number
  /** Called before each feature; throws to stop. */
  readonly onFeature: (name: string, index: number) => void
}

/**
 * How much a model leans on each feature: what its score loses when the values of one feature are shuffled among the rows
 * (Breiman, 2001; Fisher, Rudin and Dominici, 2019). Each feature and repeat has its own seed, so that none depends on the others.
 * Undefined where the metric has no value.
 */
export const permutationImpact = async (spec: PermutationSpec): Promise<PermutationImpact | undefined> => {
  const { rows, features, predict, score, higherIsBetter, repeats, seed, onFeature } = spec
  const unshuffled = await predict(rows)
  const baseline = score(unshuffled, unshuffled)
  if (baseline === undefined) return undefined
  const impacts: FeatureImpact[] = []
  for (const [index, feature] of features.entries()) {
    onFeature(feature, index)
    const losses: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = Int32Array.from({ length: rows.rows }, (_, row) => row)
      shuffle(order, randomFrom(seed + 1_000_003 * index + repeat))
      const found = score(await predict(withColumn(rows, feature, shuffled(rows, feature, order))), unshuffled)
      if (found === undefined) return undefined
      losses.push(higherIsBetter ? baseline - found : found - baseline)
    }
    impacts.push({ feature, impact: mean(losses), spread: deviation(losses) })
  }
  return {
    rows: rows.rows,
    repeats,
    seed,
    baseline,
    features: impacts.toSorted((a, b) => b.impact - a.impact || (a.feature < b.feature ? -1 : 1)),
  }
}

/** Mean absolute change of a score, in its own unit: what there is to measure where nothing tells right from wrong. */
export const meanChange = (
  [scores = new Float64Array()]: readonly Float64Array[],
  [before = new Float64Array()]: readonly Float64Array[],
  weights?: Weights,
): number | undefined => {
  let change = 0
  let total = 0
  scores.forEach((score, row) => {
    const weight = weightOf(weights, row)
    change += weight * Math.abs(score - (before[row] as number))
    total += weight
  })
  return total === 0 ? undefined : change / total
}

const shuffled = (rows: Table, feature: string, order: Int32Array): Column =>
  takeRows(selectColumns(rows, [feature]), order).columns[0] as Column

/** The rows with another column in place of one. */
export const withColumn = (rows: Table, name: string, column: Column): Table => ({
  ...rows,
  columns: rows.columns.with(
    rows.schema.columns.findIndex((each) => each.name === name),
    column,
  ),
})

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const deviation = (values: readonly number[]): number | null => {
  if (values.length < 2) return null
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}
