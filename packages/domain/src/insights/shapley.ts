import {
  type Column,
  type ColumnSchema,
  cellReader,
  concatTables,
  isValid,
  selectColumns,
  type Table,
  takeRows,
} from '@modelsmith/table'
import { domainError } from '../errors.ts'
import { below, randomFrom } from '../random.ts'
import type { Predictor } from './permutation.ts'

/** What made one output of a prediction: `base` and all of `contributions` sum to `prediction`. */
export type Explanation = {
  /** Mean prediction of the background rows. */
  readonly base: number
  readonly prediction: number
  /** Of each feature, in the order of the features. */
  readonly contributions: Float64Array
  /** Standard error of each contribution, over the draws of background rows and orders; undefined for a single background row. */
  readonly errors: Float64Array | undefined
}

type ShapleySpec = {
  /** One row. */
  readonly row: Table
  /** Rows of the same columns that stand for what a feature is when it is not known. */
  readonly background: Table
  /** How many rows the background was drawn from, without replacement. */
  readonly population: number
  readonly predict: Predictor
  /** Pairs of an order of the features and its reverse, for each background row; at least 2, for the spread among them. */
  readonly pairs: number
  readonly seed: number
  /** Called with the share of the rows that were asked; throws to stop. */
  readonly onProgress?: (fraction: number) => void
}

/** Rows and cells that are predicted at a time. */
const batchRows = 20_000
const batchCells = 4_000_000

/** Predictions of one row that differ by more of their scale than this are different answers, not other roundings of one (float32 has 6e-8). */
const sameAnswer = 1e-5

/** How far the parts may be from their sum, as a share of the scale of the predictions. */
const sumTolerance = 1e-9

/**
 * Shapley values of one prediction, for each column of the predictions. A feature that is not known has the value of a background
 * row ("interventional"), so that the value of a set of features is the mean prediction of the row with the others taken from the
 * background (Štrumbelj and Kononenko, 2014; Lundberg and Lee, 2017).
 *
 * For each background row the features are set to those of the row one by one, in orders drawn with the seed and in their
 * reverses (Mitchell et al., 2022); features in which the two rows are alike contribute nothing and are left out. Where that
 * costs no more, all sets of features are asked in place of orders, and the values for that background row are exact.
 */
export const sampledShapley = async (spec: ShapleySpec): Promise<readonly Explanation[]> => {
  const { row, background, population, predict, pairs, seed, onProgress = () => {} } = spec
  const random = randomFrom(seed)
  const plans = Array.from(differing(row, background), (features) => planOf(features, pairs, random))
  const ask = asking(row, background, predict, onProgress)
  const alone = await predict(row)
  const total = plans.reduce((sum, { asked }) => sum + asked, 1 + plans.length)
  const outputs = await ask(coalitionsOf(plans, row.columns.length), total)
  return outputs.map((values, output) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE)
    const prediction = values[0] as number
    const found = alone[output]?.[0] ?? Number.NaN
    if (!(Math.abs(found - prediction) <= sameAnswer * scale))
      throw domainError('explanation.besides', { alone: found, among: prediction })
    const explanation = explained(values, plans, row.columns.length, population)
    const sum = explanation.contributions.reduce((total, value) => total + value, explanation.base)
    if (!(Math.abs(sum - prediction) <= sumTolerance * scale)) throw domainError('explanation.sum', { sum, prediction })
    return explanation
  })
}

/** The features that are known: the first of an order, which many share. */
type Known = { readonly order: readonly number[]; readonly size: number }

/** A row that has the values of a background row but in the features that are known. */
type Coalition = Known & { readonly background: number }

/** What is asked for one background row, beside the row and itself. */
type Plan = {
  /** In which the row and the background row differ. */
  readonly features: readonly number[]
  /** Orders of the features; each two are reverses. Undefined where all sets are asked. */
  readonly orders: readonly (readonly number[])[] | undefined
  /** How many sets of features are asked for it. */
  readonly asked: number
}

const planOf = (features: readonly number[], pairs: number, random: () => number): Plan => {
  const { length } = features
  const sets = 2 ** length - 2
  if (sets <= 2 * pairs * (length - 1)) return { features, orders: undefined, asked: Math.max(0, sets) }
  const orders = Array.from({ length: pairs }, () => {
    const order = shuffled(features, random)
    return [order, order.toReversed()]
  }).flat()
  return { features, orders, asked: orders.length * (length - 1) }
}

/** The row itself first, then the background, then what is between them: one after the other, since there may be millions. */
function* coalitionsOf(plans: readonly Plan[], features: number): Generator<Coalition> {
  yield { background: 0, order: Array.from({ length: features }, (_, feature) => feature), size: features }
  for (const background of plans.keys()) yield { background, order: [], size: 0 }
  for (const [background, plan] of plans.entries()) for (const known of between(plan)) yield { background, ...known }
}

/** Neither none nor all. Of orders: all beginnings, one order after the other; else all sets by their bits, from 1. */
function* between({ features, orders, asked }: Plan): Generator<Known> {
  if (orders === undefined)
    for (let bits = 1; bits <= asked; bits++) {
      const order = features.filter((_feature, place) => (bits >> place) & 1)
      yield { order, size: order.length }
    }
  else for (const order of orders) for (let size = 1; size < order.length; size++) yield { order, size }
}

function* inBatches<T>(values: Iterable<T>, most: number): Generator<readonly T[]> {
  let batch: T[] = []
  for (const value of values) {
    batch.push(value)
    if (batch.length < most) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const shuffled = (values: readonly number[], random: () => number): number[] => {
  const order = [...values]
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(random, last + 1)
    const kept = order[last] as number
    order[last] = order[other] as number
    order[other] = kept
  }
  return order
}

/** For each background row, the columns in which it differs from the row. */
function* differing(row: Table, background: Table): Generator<readonly number[]> {
  const columns = row.columns.map((column, index) => {
    const schema = row.schema.columns[index] as ColumnSchema
    const other = background.columns[index] as Column
    const mine = cellReader(column, schema)(0)
    const theirs = cellReader(other, schema)
    // A computed NaN and a missing value are read as different cells, since a task may tell them apart.
    return (at: number) => !Object.is(mine, theirs(at)) || isValid(column.validity, 0) !== isValid(other.validity, at)
  })
  for (let at = 0; at < background.rows; at++) {
    const differs: number[] = []
    for (const [index, isOther] of columns.entries()) if (isOther(at)) differs.push(index)
    yield differs
  }
}

/** Predictions of coalitions, column by column, asked in batches. */
const asking =
  (row: Table, background: Table, predict: Predictor, onProgress: (fraction: number) => void) =>
  async (coalitions: Iterable<Coalition>, total: number): Promise<Float64Array[]> => {
    const rows = concatTables([row, background])
    const names = rows.schema.columns.map(({ name }) => name)
    const outputs: Float64Array[] = []
    const perBatch = Math.max(1, Math.min(batchRows, Math.floor(batchCells / names.length)))
    let start = 0
    for (const batch of inBatches(coalitions, perBatch)) {
      onProgress(start / total)
      // Row 0 is the row, row i + 1 is background row i.
      const unknown = new Int32Array(batch.length)
      for (const [place, coalition] of batch.entries()) unknown[place] = coalition.background + 1
      const takes = names.map(() => unknown.slice())
      for (const [place, { order, size }] of batch.entries())
        for (let at = 0; at < size; at++) (takes[order[at] as number] as Int32Array)[place] = 0
      const found = await predict({
        schema: rows.schema,
        rows: batch.length,
        columns: names.map(
          (name, index) => takeRows(selectColumns(rows, [name]), takes[index] as Int32Array).columns[0] as Column,
        ),
      })
      for (const [output, values] of found.entries()) {
        outputs[output] ??= new Float64Array(total)
        outputs[output].set(values, start)
      }
      start += batch.length
    }
    return outputs
  }

/** Puts the predictions of the plans together, of one output. */
const explained = (values: Float64Array, plans: readonly Plan[], features: number, population: number): Explanation => {
  const { length: rows } = plans
  const prediction = values[0] as number
  const sums = new Float64Array(features)
  const squares = new Float64Array(features)
  const within = new Float64Array(features)
  let base = 0
  let place = 1 + rows
  for (const [index, plan] of plans.entries()) {
    const start = values[1 + index] as number
    const found = values.subarray(place, place + plan.asked)
    place += plan.asked
    base += start / rows
    const { means, variances } =
      plan.orders === undefined
        ? { means: fromSets(plan.features, found, start, prediction), variances: undefined }
        : fromOrders(plan.features, plan.orders, found, start, prediction)
    for (const [at, feature] of plan.features.entries()) {
      const mean = means[at] as number
      sums[feature] = (sums[feature] as number) + mean
      squares[feature] = (squares[feature] as number) + mean * mean
      within[feature] = (within[feature] as number) + (variances?.[at] ?? 0)
    }
  }
  const drawn = rows / population
  return {
    base,
    prediction,
    contributions: sums.map((sum) => sum / rows),
    // Of a sample in two stages: background rows of a finite population, and pairs of orders for each of them (Cochran, 1977, ch. 10).
    errors:
      rows < 2
        ? undefined
        : sums.map((sum, feature) => {
            const amongRows = Math.max(0, ((squares[feature] as number) - sum ** 2 / rows) / (rows - 1))
            const amongPairs = (within[feature] as number) / rows
            return Math.sqrt(((1 - drawn) * amongRows + drawn * amongPairs) / rows)
          }),
  }
}

/** Shapley values by their definition: of the predictions of all sets, by their bits. */
const fromSets = (
  features: readonly number[],
  found: Float64Array,
  start: number,
  prediction: number,
): Float64Array => {
  const { length } = features
  const whole = 2 ** length - 1
  const at = (bits: number): number => (bits === 0 ? start : bits === whole ? prediction : (found[bits - 1] as number))
  // A set of s features stands before a given other one in s! (n − 1 − s)! of n! orders.
  const share = new Float64Array(length)
  share[0] = 1 / length
  for (let size = 1; size < length; size++) share[size] = ((share[size - 1] as number) * size) / (length - size)
  return Float64Array.from(features, (_, place) => {
    let sum = 0
    for (let bits = 0; bits <= whole; bits++)
      if (((bits >> place) & 1) === 0) sum += (share[ones(bits)] as number) * (at(bits | (1 << place)) - at(bits))
    return sum
  })
}

const ones = (bits: number): number => {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Means over pairs of orders, and the variance of such a mean. */
const fromOrders = (
  features: readonly number[],
  orders: readonly (readonly number[])[],
  found: Float64Array,
  start: number,
  prediction: number,
): { readonly means: Float64Array; readonly variances: Float64Array } => {
  const { length } = features
  const pairs = orders.length / 2
  const placeOf = new Map(features.map((feature, place) => [feature, place]))
  const sums = new Float64Array(length)
  const squares = new Float64Array(length)
  let place = 0
  for (let pair = 0; pair < pairs; pair++) {
    const halves = new Float64Array(length)
    for (const order of orders.slice(2 * pair, 2 * pair + 2)) {
      let before = start
      for (const [step, feature] of order.entries()) {
        const after = step === length - 1 ? prediction : (found[place++] as number)
        const at = placeOf.get(feature) as number
        halves[at] = (halves[at] as number) + (after - before) / 2
        before = after
      }
    }
    for (const [at, value] of halves.entries()) {
      sums[at] = (sums[at] as number) + value
      squares[at] = (squares[at] as number) + value * value
    }
  }
  return {
    means: sums.map((sum) => sum / pairs),
    variances: sums.map((sum, at) => Math.max(0, (squares[at] as number) - sum ** 2 / pairs) / (pairs - 1) / pairs),
  }
}
