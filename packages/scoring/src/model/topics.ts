import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { refuseNegative } from './similarity-map.ts'
import type { Scorer } from './scorer.ts'

/** How much of each topic is in a text: latent Dirichlet allocation, each row by itself until it settles. */
export type TopicsModel = {
  readonly kind: 'topics'
  readonly name: string
  readonly columns: number
  /** topics × columns: `exp(E[log(beta)])`. */
  readonly topics: Float64Array
  readonly prior: number
  readonly mostSteps: number
  readonly tolerance: number
}

const epsilon = 2 ** -52

export const compileTopics = (model: TopicsModel): Scorer => {
  const { name, columns, topics } = model
  const count = topics.length / columns
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    refuseNegative(rows.values, columns, name)
    const result = dense(rows.rows, count)
    for (let row = 0; row < rows.rows; row++) {
      const shares = settle(rows.values.subarray(row * columns, (row + 1) * columns), count, model)
      const total = shares.reduce((sum, share) => sum + share, 0)
      result.values.set(
        shares.map((share) => share / total),
        row * count,
      )
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}

const settle = (row: Float64Array, count: number, model: TopicsModel): Float64Array => {
  const { columns, topics, prior, mostSteps, tolerance } = model
  const words = Array.from(row.keys()).filter((word) => row[word] !== 0)
  let shares = new Float64Array(count).fill(1)
  const weights = expectations(shares)
  for (let step = 0; step < mostSteps; step++) {
    const next = new Float64Array(count)
    for (const word of words) {
      let norm = 0
      for (let topic = 0; topic < count; topic++)
        norm += (weights[topic] as number) * (topics[topic * columns + word] as number)
      const amount = (row[word] as number) / (norm + epsilon)
      for (let topic = 0; topic < count; topic++)
        next[topic] = (next[topic] as number) + amount * (topics[topic * columns + word] as number)
    }
    for (let topic = 0; topic < count; topic++)
      next[topic] = (next[topic] as number) * (weights[topic] as number) + prior
    weights.set(expectations(next))
    let change = 0
    for (let topic = 0; topic < count; topic++) change += Math.abs((next[topic] as number) - (shares[topic] as number))
    shares = next
    if (change / count < tolerance) break
  }
  return shares
}

/** `exp(E[log(theta)])` of a Dirichlet distribution. */
const expectations = (shares: Float64Array): Float64Array => {
  const total = digamma(shares.reduce((sum, share) => sum + share, 0))
  return shares.map((share) => Math.exp(digamma(share) - total))
}

/** The digamma function as scikit-learn approximates it. */
const digamma = (value: number): number => {
  if (value <= 1e-6) return -0.5772156649015329 - 1 / value
  let result = 0
  let x = value
  for (; x < 6; x++) result -= 1 / x
  const inverse = 1 / x
  const square = inverse * inverse
  return result + Math.log(x) - 0.5 * inverse - square * (1 / 12 - square * (1 / 120 - square * (1 / 252)))
}
