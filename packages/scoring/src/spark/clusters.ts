import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import type { CenterNode, CenterTree } from '../stages/center-tree.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'
import { numberIn } from './vectors.ts'

export const nearestCenter = (
  saved: Saved,
  centers: readonly Float64Array[],
  { measure, ...columns }: { readonly features: string; readonly prediction: string; readonly measure: unknown },
): Model => {
  const size = centers[0]?.length ?? 0
  if (size === 0 || centers.some((one) => one.length !== size)) throw saved.mismatch('data', 'centers of one length')
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'nearestCenter',
      ...columns,
      size,
      centers: Float64Array.from(centers.flatMap((one) => [...one])),
      isOfAngles: isOfAngles(saved, measure),
    },
  }
}

const isOfAngles = (saved: Saved, measure: unknown): boolean => {
  if (measure !== 'euclidean' && measure !== 'cosine')
    throw scoringError('model.parameter', { name: saved.name, parameter: 'distanceMeasure', value: String(measure) })
  return measure === 'cosine'
}

const kMeans: SparkBuilder = (saved) => {
  const rows = saved.rows('data').toSorted((a, b) => a.integer('clusterIdx') - b.integer('clusterIdx'))
  return nearestCenter(
    saved,
    rows.map((row) => row.vector('clusterCenter')),
    {
      features: saved.text('featuresCol'),
      prediction: saved.text('predictionCol'),
      measure: saved.has('distanceMeasure') ? saved.text('distanceMeasure') : 'euclidean',
    },
  )
}

/** The clusters lie in a saved object of the older library below. */
const bisectingKMeans: SparkBuilder = (saved, { read }) =>
  centerTree(saved.name, read(saved.at('data')), {
    features: saved.text('featuresCol'),
    prediction: saved.text('predictionCol'),
  })

const oldBisectingKMeans: SparkBuilder = (saved) =>
  centerTree(saved.name, saved, { features: 'features', prediction: 'prediction' })

/** Inner clusters have numbers below zero. */
const centerTree = (name: string, inner: Saved, columns: Pick<CenterTree, 'features' | 'prediction'>): Model => {
  const rows = inner.rows('data')
  const places = new Map(rows.map((row, place) => [row.integer('index'), place]))
  const root = places.get(integerOf(inner, 'rootId'))
  if (root === undefined || places.size !== rows.length)
    throw inner.mismatch('data', 'each cluster once, the root among them')
  const nodes = rows.map((row) => ({
    index: row.integer('index'),
    center: row.vector('center'),
    parts: Array.from(row.numbers('children'), (child) => places.get(child) ?? -1),
  }))
  const size = nodes[root]?.center.length ?? 0
  if (size === 0 || nodes.some(({ center }) => center.length !== size))
    throw inner.mismatch('data', 'centers of one length')
  refuseCycles(inner, nodes, root)
  return {
    kind: 'stage',
    name,
    stage: {
      kind: 'centerTree',
      ...columns,
      size,
      root,
      nodes,
      isOfAngles: isOfAngles(inner, inner.metadata['distanceMeasure'] ?? 'euclidean'),
    },
  }
}

const integerOf = (saved: Saved, key: string): number => {
  const value = numberIn(saved.metadata[key])
  if (!Number.isInteger(value)) throw saved.wrong(key, 'a whole number')
  return value as number
}

/** Every cluster is a part of one other at most, and the root of none; so that no way down comes back. */
const refuseCycles = (saved: Saved, nodes: readonly CenterNode[], root: number): void => {
  const met = new Set([root])
  for (const { index, parts } of nodes)
    for (const part of parts) {
      if (part < 0) throw saved.mismatch('children', 'clusters that are there')
      if (met.has(part)) throw saved.cycle(`cluster ${nodes[part]?.index}`, `cluster ${index}`)
      met.add(part)
    }
}

export const clusters: SparkFamily = {
  'org.apache.spark.ml.clustering.KMeansModel': kMeans,
  'org.apache.spark.ml.clustering.BisectingKMeansModel': bisectingKMeans,
  'org.apache.spark.mllib.clustering.BisectingKMeansModel': oldBisectingKMeans,
}
