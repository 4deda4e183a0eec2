import type { Model } from '../model/model.ts'
import { hashPrime, type Hashes } from '../stages/hashes.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'

const stage = (saved: Saved, by: Hashes['by']): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: { kind: 'hashes', input: saved.text('inputCol'), output: saved.text('outputCol'), by },
})

const randomProjection: SparkBuilder = (saved) => {
  const { rows, columns: size, values: directions } = saved.row('data').matrix('randUnitVectors')
  const length = saved.number('bucketLength')
  if (!(length > 0)) throw saved.wrong('bucketLength', 'a number above 0')
  if (rows === 0 || size === 0) throw saved.wrong('randUnitVectors', 'directions')
  return stage(saved, { kind: 'buckets', size, directions, length })
}

const minHash: SparkBuilder = (saved) => {
  const held = saved.row('data').numbers('randCoefficients')
  if (
    held.length === 0 ||
    held.length % 2 !== 0 ||
    held.some((one) => !(Number.isInteger(one) && one >= 0 && one < hashPrime))
  )
    throw saved.wrong('randCoefficients', 'pairs of coefficients')
  const coefficients = Array.from({ length: held.length / 2 }, (_, table): readonly [number, number] => [
    held[2 * table] as number,
    held[2 * table + 1] as number,
  ])
  return stage(saved, { kind: 'minima', coefficients, isOf32Bits: saved.isBefore(2, 4) })
}

export const hashes: SparkFamily = {
  'org.apache.spark.ml.feature.BucketedRandomProjectionLSHModel': randomProjection,
  'org.apache.spark.ml.feature.MinHashLSHModel': minHash,
}
