import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'

export const nearestCenter = (
  saved: Saved,
  centers: readonly Float64Array[],
  { measure, ...columns }: { readonly features: string; readonly prediction: string; readonly measure: unknown },
): Model => {
  const size = centers[0]?.length ?? 0
  if (size === 0 || centers.some((one) => one.length !== size)) throw saved.wrong('data', 'centers of one length')
  if (measure !== 'euclidean' && measure !== 'cosine')
    throw scoringError('model.parameter', { name: saved.name, parameter: 'distanceMeasure', value: String(measure) })
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'nearestCenter',
      ...columns,
      size,
      centers: Float64Array.from(centers.flatMap((one) => [...one])),
      isOfAngles: measure === 'cosine',
    },
  }
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

export const clusters: SparkFamily = {
  'org.apache.spark.ml.clustering.KMeansModel': kMeans,
}
