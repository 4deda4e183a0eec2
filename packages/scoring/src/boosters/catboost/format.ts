import { scoringError } from '../../errors.ts'
import { type FlatTable, readFlatBuffer } from '../flat-buffer.ts'

export const format = 'CatBoost'
export const invalid = (reason: string): Error => scoringError('booster.invalid', { format, reason })

/**
 * Fields of the tables of CatBoost's model.fbs and ctr_data.fbs, by number. A file has `CBM1`, the length of the core (uint32), the
 * core, and the parts that the core names.
 */
export const core = { trees: 1, info: 2, parts: 3 } as const
export const trees = {
  outputs: 0,
  splits: 1,
  sizes: 2,
  categoryFeatures: 4,
  floatFeatures: 5,
  oneHotFeatures: 6,
  statistics: 7,
  leafValues: 8,
  leafWeights: 9,
  steps: 10,
  nodeLeaves: 11,
  textFeatures: 12,
  scale: 14,
  bias: 15,
  biases: 16,
  embeddings: 18,
} as const
export const floatFeature = { flatIndex: 2, borders: 3, missing: 5 } as const
export const categoryFeature = { flatIndex: 1 } as const
export const oneHotFeature = { index: 0, values: 1 } as const
export const statistic = { about: 0, borders: 1 } as const
export const statisticAbout = { of: 0, target: 1, prior: 2, priorOf: 3, shift: 4, scale: 5 } as const
export const statisticOf = { combination: 0, type: 1, targetBorders: 2 } as const
export const combination = { categories: 0, borders: 1, questions: 2 } as const
export const statisticTable = { of: 0, buckets: 1, counts: 2, denominator: 3, classes: 4 } as const

export type CatBoostFile = {
  readonly root: FlatTable
  /** Tables of statistics, where the model has categories. */
  readonly tables: readonly FlatTable[]
}

const decoder = new TextDecoder()
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)

export const readCatBoost = (bytes: Uint8Array): CatBoostFile => {
  if (bytes.length < 8 || textOf(bytes.subarray(0, 4)) !== 'CBM1') throw invalid('it does not begin with CBM1')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** A part that its length, a uint32, stands before. */
  const partAt = (at: number): Uint8Array => {
    const length = at + 4 > bytes.length ? Infinity : view.getUint32(at, true)
    if (at + 4 + length > bytes.length) throw invalid('it is cut short')
    return bytes.subarray(at + 4, at + 4 + length)
  }
  const first = partAt(4)
  const root = readFlatBuffer(first, format)
  const parts = root.texts(core.parts)
  if (parts.length === 0) return { root, tables: [] }
  const [part] = parts
  if (parts.length > 1 || part !== 'static_provider_v1')
    throw invalid(`it has the parts ${parts.join(', ').slice(0, 80)}`)
  let at = 8 + first.length
  if (at + 4 > bytes.length) throw invalid('it is cut short')
  const count = view.getUint32(at, true)
  at += 4
  const tables: FlatTable[] = []
  // Each takes bytes of the file, so that a count that lies ends with it.
  for (let index = 0; index < count; index++) {
    const table = partAt(at)
    tables.push(readFlatBuffer(table, format))
    at += 4 + table.length
  }
  return { root, tables }
}
