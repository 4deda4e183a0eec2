import { type Dense, dense, type Sparse } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { anyVectorsOf, type Named, type NamedColumn, withColumns } from '../data/named.ts'
import { highest } from './highest.ts'
import { compileLeafNumbers, type LeafNumbers } from './leaf-numbers.ts'
import { compileScores, type Scores } from './scores.ts'
import type { StageColumns } from './columns.ts'

/** A classifier of vectors: raw scores, what makes probabilities of them, and what decides. */
export type Classifier = {
  readonly kind: 'classifier'
  readonly features: string
  readonly size: number
  /** The file does not tell how many features there were, only how many are asked for. */
  readonly takesMore?: boolean
  readonly classes: number
  /** What is predicted for a class, where that is not its number. */
  readonly labels?: Float64Array
  /** One score stands for two classes: the first has its opposite. */
  readonly isOneScore: boolean
  readonly scores: Scores
  readonly link: ProbabilityLink
  readonly decision: Decision
  readonly leaves?: LeafNumbers
  /** What the numbers of the vectors must be. */
  readonly takes?: 'any' | 'zerosAndOnes'
  /** Names of the columns that it adds; an empty one is not added. */
  readonly columns: { readonly raw: string; readonly probability: string; readonly prediction: string }
}

/** `none` has no probabilities. `logistic` is of `steepness` times the score. */
export type ProbabilityLink =
  | { readonly kind: 'none' | 'shares' }
  | { readonly kind: 'softmax'; readonly rule: SoftmaxRule }
  | { readonly kind: 'logistic'; readonly steepness: number }

/**
 * Softmaxes of Spark's, which differ where scores are infinite or hugely negative: `plain` is NaN beside an infinite score, `infinite` gives
 * the first of them all, and NaN to others that are not finite; `negative` gives it all too, but takes only a score above zero
 * off the others, so that all of them vanish where each is hugely negative, and NaN remains.
 */
export type SoftmaxRule = 'plain' | 'infinite' | 'negative'

/** The second class from a raw score on, or the class with the most of its threshold; without one, the highest score. */
export type Decision =
  | {
      readonly kind: 'highest' /** Which of equal scores counts: the first in this order of the classes. */
      readonly order?: Int32Array
    }
  | { readonly kind: 'above'; readonly score: number }
  | { readonly kind: 'thresholds'; readonly thresholds: Float64Array }

export const classifierColumns = ({ features: name, size, columns, leaves }: Classifier): StageColumns => ({
  reads: [{ name, kind: 'vector', size }],
  writes: [columns.raw, columns.probability, columns.prediction, leaves?.column ?? ''],
  predicts: true,
})

export const compileClassifier = (model: Classifier, name: string): ((rows: Named) => Named) => {
  const { features, size, classes, isOneScore, link, columns } = model
  const into = compileScores(model.scores)
  const leavesOf = model.leaves === undefined ? undefined : compileLeafNumbers(model.leaves)
  return (rows) => {
    const vectors = anyVectorsOf(rows, features, name, size, model.takesMore)
    if (model.takes === 'zerosAndOnes') refuseOthers(vectors, name)
    const raw = dense(rows.rows, classes)
    into(vectors, raw.values, classes)
    if (isOneScore)
      for (let at = 0; at < raw.values.length; at += 2) {
        raw.values[at + 1] = raw.values[at] as number
        raw.values[at] = -(raw.values[at] as number)
      }
    const added: (readonly [string, NamedColumn])[] = [[columns.raw, { kind: 'vectors', values: raw }]]
    const probability = dense(rows.rows, classes, raw.values.slice())
    if (link.kind !== 'none') {
      for (let row = 0; row < rows.rows; row++) toProbabilities(probability.values, row * classes, classes, link)
      added.push([columns.probability, { kind: 'vectors', values: probability }])
    }
    const values = new Float64Array(rows.rows)
    for (let row = 0; row < rows.rows; row++) {
      const best = decide(raw.values, probability.values, row * classes, classes, model.decision)
      values[row] = model.labels?.[best] ?? best
    }
    if (leavesOf !== undefined) added.push(leavesOf(vectors))
    return withColumns(rows, [...added, [columns.prediction, { kind: 'numbers', values }]])
  }
}

const refuseOthers = (vectors: Dense | Sparse, model: string): void => {
  const { columns, values } = vectors
  const at = values.findIndex((value) => value !== 0 && value !== 1)
  if (at < 0) return
  const [row, column] =
    vectors.kind === 'sparse'
      ? [vectors.starts.findLastIndex((start) => start <= at), vectors.indices[at] as number]
      : [Math.floor(at / columns), at % columns]
  throw scoringError('input.domain', { model, row, column, expected: '0 or 1', value: values[at] as number })
}

const decide = (
  raw: Float64Array,
  probability: Float64Array,
  at: number,
  classes: number,
  decision: Decision,
): number => {
  switch (decision.kind) {
    case 'highest':
      return decision.order === undefined ? highest(raw, at, classes) : firstHighest(raw, at, decision.order)
    case 'above':
      return (raw[at + 1] as number) > decision.score ? 1 : 0
    case 'thresholds': {
      let best = 0
      let most = -Infinity
      for (let i = 0; i < classes; i++) {
        const scaled = (probability[at + i] as number) / (decision.thresholds[i] as number)
        if (scaled > most) [best, most] = [i, scaled]
      }
      return best
    }
  }
}

const firstHighest = (values: Float64Array, at: number, order: Int32Array): number =>
  order.reduce(
    (best, one) => ((values[at + one] as number) > (values[at + best] as number) ? one : best),
    order[0] ?? 0,
  )

/** Makes probabilities of raw scores in place. */
const toProbabilities = (values: Float64Array, at: number, classes: number, link: ProbabilityLink): void => {
  switch (link.kind) {
    case 'logistic':
      for (let i = at; i < at + classes; i++) values[i] = 1 / (1 + Math.exp(-link.steepness * (values[i] as number)))
      return
    case 'softmax':
      return softmax(values, at, classes, link.rule)
    case 'shares':
      return divideBySum(values, at, classes)
    case 'none':
  }
}

const softmax = (values: Float64Array, at: number, classes: number, rule: SoftmaxRule): void => {
  const best = rule === 'negative' ? highest(values, at, classes) : highestNumber(values, at, classes)
  const most = values[at + best] as number
  if (most === Infinity && rule !== 'plain') {
    for (let i = 0; i < classes; i++)
      values[at + i] = i === best ? 1 : rule === 'negative' || Number.isFinite(values[at + i]) ? 0 : Number.NaN
    return
  }
  const taken = rule === 'negative' && !(most > 0) ? 0 : most
  let sum = 0
  for (let i = at; i < at + classes; i++) sum += values[i] = Math.exp((values[i] as number) - taken)
  for (let i = at; i < at + classes; i++) values[i] = (values[i] as number) / sum
}

/** As `highest`, but a NaN in the first place is not above the others. */
const highestNumber = (values: Float64Array, start: number, count: number): number => {
  let [best, most] = [0, -Infinity]
  for (let i = 0; i < count; i++) {
    const value = values[start + i] as number
    if (value > most) [best, most] = [i, value]
  }
  return best
}

const divideBySum = (values: Float64Array, at: number, count: number): void => {
  let sum = 0
  for (let i = at; i < at + count; i++) sum += values[i] as number
  if (sum === 0) return
  for (let i = at; i < at + count; i++) values[i] = (values[i] as number) / sum
}
