import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type ColumnSchema,
  concatTables,
  openArrow,
  rowsFromTable,
  sourceOf,
  tableFromColumns,
} from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { unpackLz4, unpackZstd } from '../index.ts'
import { openParquetTable } from './table.ts'

const folder = fileURLToPath(new URL('../../../table/src/arrow/fixtures', import.meta.url))
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`))
const most = { rows: 1000, bytes: 2 ** 24 }

const columns: readonly ColumnSchema[] = [
  { name: 'int8', type: 'integer' },
  { name: 'uint16', type: 'number' },
  { name: 'int32', type: 'category' },
  { name: 'int64', type: 'integer' },
  { name: 'wide', type: 'text' },
  { name: 'float', type: 'number' },
  { name: 'double', type: 'number' },
  { name: 'decimal', type: 'number' },
  { name: 'bool', type: 'boolean' },
  { name: 'text', type: 'text' },
  { name: 'large text', type: 'category' },
  { name: 'category', type: 'category' },
  { name: 'number category', type: 'integer' },
  { name: 'date32', type: 'date' },
  { name: 'seconds', type: 'date' },
  { name: 'micros', type: 'date' },
  { name: 'nanos', type: 'date' },
]
const read = (bytes: Uint8Array, limits = most) =>
  rowsFromTable(
    concatTables(
      [...openParquetTable(sourceOf(bytes), limits).batches()].map((batch) => tableFromColumns(columns, batch)),
    ),
  )
const arrowRows = (name: string) => {
  const codecs = { lz4: unpackLz4, zstd: unpackZstd }
  const { batches } = openArrow(sourceOf(fixture(name)), { maxRows: 100, maxBytes: 2 ** 20, codecs })
  return rowsFromTable(concatTables([...batches()].map((batch) => tableFromColumns(columns, batch))))
}

describe('a Parquet file', () => {
  it.each(['none', 'snappy', 'gzip', 'zstd', 'lz4'])(
    'has the rows of the Arrow file that pyarrow wrote beside it: %s',
    (codec) => {
      expect(read(fixture(`${codec}.parquet`))).toEqual(arrowRows('file.arrow'))
    },
  )

  it('lets Arrow streams be packed with lz4 and zstd', () => {
    expect(arrowRows('lz4.arrows')).toEqual(arrowRows('plain.arrows'))
    expect(arrowRows('zstd.arrows')).toEqual(arrowRows('plain.arrows'))
  })

  it('may not nest, and may not have more rows than asked for', () => {
    expect(() => read(fixture('nested.parquet'))).toThrow('Column "list" of the Parquet file is nested')
    expect(() => read(fixture('none.parquet'), { ...most, rows: 2 })).toThrow('too many rows; the limit is 2')
  })

  it('ends with an error of ours, wherever it is cut short or broken', () => {
    let seed = 20_261_129
    const random = () => {
      seed ^= seed << 13
      seed ^= seed >>> 17
      seed ^= seed << 5
      return (seed >>> 0) / 2 ** 32
    }
    const codes = new Map<string, number>()
    const attempt = (bytes: Uint8Array): void => {
      let code = 'read'
      try {
        read(bytes)
      } catch (error) {
        code = (error as { code?: string }).code ?? String(error)
      }
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    for (const name of ['none', 'snappy', 'gzip', 'zstd', 'lz4']) {
      const whole = fixture(`${name}.parquet`)
      for (let end = 0; end < whole.length; end += 37) attempt(whole.subarray(0, end))
      for (let round = 0; round < 150; round++) {
        const broken = whole.slice()
        const at = Math.floor(random() * broken.length)
        for (let byte = 0; byte <= round % 4; byte++) broken[at + byte] = Math.floor(random() * 256)
        attempt(broken)
      }
    }
    const ours = /^(read|parquet\.|compression\.|spark\.codec|csv\.missingColumns|rows\.cell)/
    expect([...codes.keys()].filter((code) => !ours.test(code))).toEqual([])
    expect(codes.get('parquet.invalid')).toBeGreaterThan(200)
  })
})
