import { createHash } from 'node:crypto'
import { canonicalJson } from '@modelsmith/domain'
import type { Table } from '@modelsmith/table'

/** SHA-256 of predictions: of which rows, under which names, and every bit of every value. */
export const digestOf = ({ rows, predictions }: { readonly rows: Int32Array; readonly predictions: Table }): string => {
  const hash = createHash('sha256')
  hash.update(canonicalJson([rows.length, predictions.schema.columns.map(({ name }) => name)]))
  hash.update(bytesOf(rows))
  for (const column of predictions.columns) if (column.kind === 'float64') hash.update(bytesOf(column.values))
  return hash.digest('hex')
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
