import { anyVectorsOf, type Named, withColumns } from '../data/named.ts'
import { eachRow } from '../data/vectors.ts'
import type { StageColumns } from './columns.ts'

/** The number of the nearest center; for angles, of vectors whose length is one. */
export type NearestCenter = {
  readonly kind: 'nearestCenter'
  readonly features: string
  readonly prediction: string
  readonly size: number
  /** Centers × features, row after row. */
  readonly centers: Float64Array
  readonly isOfAngles: boolean
}

export const nearestCenterColumns = ({ features: name, size, prediction }: NearestCenter): StageColumns => ({
  reads: [{ name, kind: 'vector', size }],
  writes: [prediction],
  predicts: true,
})

export const compileNearestCenter = (model: NearestCenter, name: string): ((rows: Named) => Named) => {
  const { features, prediction, size, isOfAngles } = model
  const centers = isOfAngles ? ofLengthOne(model.centers, size) : model.centers
  return (rows) => {
    const values = new Float64Array(rows.rows)
    eachRow(anyVectorsOf(rows, features, name, size), (vectors, from, row) => {
      const own = isOfAngles ? ofLengthOne(vectors.subarray(from, from + size), size) : vectors
      values[row] = nearest(own, isOfAngles ? 0 : from, centers, size)
    })
    return withColumns(rows, [[prediction, { kind: 'numbers', values }]])
  }
}

const nearest = (vectors: Float64Array, at: number, centers: Float64Array, size: number): number => {
  let [best, least] = [0, Infinity]
  for (let from = 0; from < centers.length; from += size) {
    let distance = 0
    for (let i = 0; i < size; i++) distance += ((vectors[at + i] as number) - (centers[from + i] as number)) ** 2
    if (distance < least) [best, least] = [from / size, distance]
  }
  return best
}

const ofLengthOne = (values: Float64Array, size: number): Float64Array => {
  const out = values.slice()
  for (let at = 0; at < out.length; at += size) {
    const own = out.subarray(at, at + size)
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    if (length > 0)
      own.forEach((value, i) => {
        own[i] = value / length
      })
  }
  return out
}
