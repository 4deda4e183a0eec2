import type { Model } from '../model/model.ts'
import { expectations } from '../stages/topic-shares.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'
import { type Matrix, numberIn, numbersIn } from './vectors.ts'

type Topics = {
  /** Words × topics. */
  readonly weights: Matrix
  readonly prior: Float64Array
  readonly shape: number
}

/** Spark never gives the seed that was set to what infers; it is the hash of the name of the class, as every seed that is not set. */
const seed = javaHash('org.apache.spark.ml.clustering.LocalLDAModel')

const stage = (saved: Saved, { weights, prior, shape }: Topics): Model => {
  const { rows: words, columns: count, values } = weights
  if (words === 0 || count === 0 || prior.length !== count) throw saved.mismatch('docConcentration', `${count} numbers`)
  if (!(shape >= 1) || [...prior, ...values].some((value) => !(value > 0 && value < Infinity)))
    throw saved.wrong('topicsMatrix', 'numbers above 0')
  const topics = new Float64Array(values.length)
  for (let topic = 0; topic < count; topic++) {
    const own = expectations(Float64Array.from({ length: words }, (_, word) => values[word * count + topic] as number))
    for (let word = 0; word < words; word++) topics[word * count + topic] = own[word] as number
  }
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'topicShares',
      features: saved.text('featuresCol'),
      shares: saved.text('topicDistributionCol'),
      words,
      topics,
      prior,
      shape,
      seed,
    },
  }
}

const local: SparkBuilder = (saved) => {
  const row = saved.row('data')
  return stage(saved, {
    weights: row.matrix('topicsMatrix'),
    prior: row.vector('docConcentration'),
    shape: row.number('gammaShape'),
  })
}

/** Saved as the graph that it was fitted on, in which words have numbers below zero; the documents are not needed. */
const distributed: SparkBuilder = (saved, { read }) => {
  const inner = read(saved.at('oldModel'))
  const [count, words] = [inner.count('k'), inner.count('vocabSize')]
  const prior = numbersIn(inner.metadata['docConcentration'])
  const shape = numberIn(inner.metadata['gammaShape'])
  if (prior === undefined || shape === undefined) throw inner.wrong('docConcentration', 'numbers')
  const rows = new Map(
    inner.rows('data/topicCounts').flatMap((row): [number, Float64Array][] => {
      const id = row.integer('id')
      return id < 0 ? [[-1 - id, row.vector('topicWeights')]] : []
    }),
  )
  const parts = Array.from({ length: rows.size }, (_, word) => rows.get(word))
  if (parts.length !== words || parts.some((own) => own?.length !== count))
    throw inner.mismatch('topicCounts', `${count} numbers for each of ${words} words`)
  const values = Float64Array.from(parts.flatMap((own = new Float64Array()) => [...own]))
  return stage(saved, { weights: { rows: words, columns: count, values }, prior, shape })
}

/** `String.hashCode()` of Java's. */
function javaHash(text: string): bigint {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return BigInt(hash)
}

export const topics: SparkFamily = {
  'org.apache.spark.ml.clustering.LocalLDAModel': local,
  'org.apache.spark.ml.clustering.DistributedLDAModel': distributed,
}
