import { dense } from '../data/data.ts'
import { type Named, vectorsOf, withColumns } from '../data/named.ts'
import { refuseNegative } from '../model/similarity-map.ts'
import { gammaNumber } from '../random/gamma.ts'
import { mersenneTwister } from '../random/mersenne-twister.ts'
import type { StageColumns } from './columns.ts'

/** How much of each topic is in a text, of which the vector counts the words: latent Dirichlet allocation. */
export type TopicShares = {
  readonly kind: 'topicShares'
  readonly features: string
  readonly shares: string
  /** Words of the vocabulary. */
  readonly words: number
  /** Words × topics: `exp(E[log(beta)])`. */
  readonly topics: Float64Array
  /** One for each topic. */
  readonly prior: Float64Array
  /** Where each row starts from is random, by this seed: gamma numbers of this shape whose mean is one. */
  readonly shape: number
  readonly seed: bigint
}

export const topicSharesColumns = ({ features: name, words: size, shares }: TopicShares): StageColumns => ({
  reads: [{ name, kind: 'vector', size }],
  writes: [shares],
  predicts: true,
})

/** Stops when shares change by less, on the average. */
const tolerance = 1e-3

export const compileTopicShares = (model: TopicShares, name: string): ((rows: Named) => Named) => {
  const { features, shares, words, prior } = model
  const count = prior.length
  const random = mersenneTwister(model.seed)
  const start = Float64Array.from({ length: count }, () => gammaNumber(random, model.shape, 1 / model.shape))
  return (rows) => {
    const { values } = vectorsOf(rows, features, name, words)
    // Spark takes them, and may never come to an end.
    refuseNegative(values, words, name)
    const out = dense(rows.rows, count)
    for (let row = 0; row < rows.rows; row++) {
      const counts = values.subarray(row * words, (row + 1) * words)
      const present = Array.from(counts.keys()).filter((word) => counts[word] !== 0)
      if (present.length === 0) continue
      const settled = settle(model, counts, present, start)
      const total = settled.reduce((sum, value) => sum + Math.abs(value), 0)
      out.values.set(
        settled.map((value) => value / total),
        row * count,
      )
    }
    return withColumns(rows, [[shares, { kind: 'vectors', values: out }]])
  }
}

const settle = (
  { topics, prior }: TopicShares,
  counts: Float64Array,
  present: readonly number[],
  start: Float64Array,
): Float64Array => {
  const count = prior.length
  let gamma = start
  let weights = expectations(gamma)
  for (;;) {
    const next = new Float64Array(count)
    for (const word of present) {
      let norm = 1e-100
      for (let topic = 0; topic < count; topic++)
        norm += (topics[word * count + topic] as number) * (weights[topic] as number)
      const amount = (counts[word] as number) / norm
      for (let topic = 0; topic < count; topic++)
        next[topic] = (next[topic] as number) + amount * (topics[word * count + topic] as number)
    }
    let change = 0
    for (let topic = 0; topic < count; topic++) {
      next[topic] = (next[topic] as number) * (weights[topic] as number) + (prior[topic] as number)
      change += Math.abs((next[topic] as number) - (gamma[topic] as number))
    }
    gamma = next
    // NaN ends it too.
    if (!(change / count > tolerance)) return gamma
    weights = expectations(gamma)
  }
}

/** `exp(E[log(theta)])` of a Dirichlet distribution. */
export const expectations = (alpha: Float64Array): Float64Array => {
  const total = digamma(alpha.reduce((sum, value) => sum + value, 0))
  return alpha.map((value) => Math.exp(digamma(value) - total))
}

const euler = 0.5772156649015329

/**
 * The digamma function as Apache Commons Math, with which Spark reckons, approximates it: the term with 1 / 120 has the wrong sign
 * there, which shows from the ninth digit on.
 */
const digamma = (value: number): number => {
  if (value <= 1e-5) return -euler - 1 / value
  let [x, less] = [value, 0]
  for (; x < 49; x++) less += 1 / x
  const square = 1 / (x * x)
  return Math.log(x) - 0.5 / x - square * (1 / 12 + square * (1 / 120 - square / 252)) - less
}
