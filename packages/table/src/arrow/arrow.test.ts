import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  type ArrowOptions,
  arrowWriter,
  concatTables,
  type ColumnSchema,
  openArrow,
  rowsFromTable,
  sourceOf,
  tableFromColumns,
  tableFromRows,
  writeArrow,
} from '../index.ts'

const randomFrom = (seed: number) => () => {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) / 2 ** 32
}

const folder = fileURLToPath(new URL('./fixtures', import.meta.url))
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`))
const unpacked = () => {
  throw new RangeError('no codec here')
}
const options: ArrowOptions = { maxRows: 1000, maxBytes: 2 ** 24, codecs: { lz4: unpacked, zstd: unpacked } }
const read = (bytes: Uint8Array, columns: readonly ColumnSchema[], more: Partial<ArrowOptions> = {}) =>
  concatTables(
    [...openArrow(sourceOf(bytes), { ...options, ...more }).batches()].map((batch) => tableFromColumns(columns, batch)),
  )

const columns: readonly ColumnSchema[] = [
  { name: 'int8', type: 'integer' },
  { name: 'uint16', type: 'number' },
  { name: 'int32', type: 'category' },
  { name: 'int64', type: 'integer' },
  { name: 'wide', type: 'text' },
  { name: 'half', type: 'number' },
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
  { name: 'nothing', type: 'text' },
]
const nulls = columns.map(() => null)
/** As `generate.py` has them; an empty text is missing, as in a CSV file. */
const rows = [
  [1, 1, '1', 1, '9223372036854775807', 0.5, 0.5, 0.1, 1.25, true, 'Gent é😀', 'a', 'x', 10]
    .concat(['2026-01-31', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00.25Z', '2026-01-31T12:00:00.25Z'])
    .concat([null as never]),
  nulls,
  [-3, 65535, '-3', -3, '-5', -2, null, Number.POSITIVE_INFINITY, -99999999.99, false, null, 'bc', 'y', 20]
    .concat(['1969-12-31', '1969-12-31', '1969-12-31T23:59:59.999999Z'] as never[])
    .concat(['1969-12-31T23:59:59.999999Z' as never, null as never]),
]

describe('an Arrow stream', () => {
  it.each([
    ['plain.arrows', 6],
    ['file.arrow', 3],
  ])('is read as pyarrow wrote it: %s', (name, count) => {
    const table = read(fixture(name), columns)
    expect(rowsFromTable(table)).toEqual([...rows, ...rows].slice(0, count))
  })

  it('has dictionaries that grow', () => {
    const table = read(fixture('delta.arrows'), [{ name: 'c', type: 'category' }])
    expect(rowsFromTable(table)).toEqual([['a'], ['b'], ['c'], ['a']])
  })

  it('names columns that are not there, cells that do not fit and types that no model takes', () => {
    const plain = fixture('plain.arrows')
    expect(() => read(plain, [{ name: 'int9', type: 'number' }])).toThrow('Columns are missing: int9.')
    expect(() => read(plain, [{ name: 'text', type: 'number' }])).toThrow(
      'Row 1, column "text": "Gent é😀" does not fit the type number.',
    )
    expect(() => read(plain, [{ name: 'double', type: 'integer' }])).toThrow('Row 1, column "double": 0.1')
    expect(() => read(fixture('nested.arrows'), [])).toThrow('Column "list" is of the Arrow type list')
    expect(() => read(fixture('zstd.arrows'), columns)).toThrow('no codec here')
  })

  it('is written so that it reads as the same table, each type with missing values', () => {
    const schema: ColumnSchema[] = [
      { name: 'n', type: 'number' },
      { name: 'i', type: 'integer' },
      { name: 'b', type: 'boolean' },
      { name: 'c', type: 'category' },
      { name: 't', type: 'text' },
      { name: 'd', type: 'date' },
    ]
    const table = tableFromRows({ columns: schema }, [
      { n: 0.1, i: 2 ** 53 - 1, b: true, c: 'é', t: 'x', d: '2026-01-31T12:00:00.000001Z' },
      {},
      { n: -1e300, i: -4, b: false, c: 'b', t: 'yy', d: '1905-01-31' },
    ])
    expect(rowsFromTable(read(writeArrow(table), schema))).toEqual(rowsFromTable(table))
    for (const file of [true, false]) {
      const writer = arrowWriter({ file })
      const chunks = [...writer.write(table), ...writer.write(table), ...writer.end()]
      const twice = rowsFromTable(read(new Uint8Array(Buffer.concat(chunks)), schema))
      expect(twice).toEqual([...rowsFromTable(table), ...rowsFromTable(table)])
    }
  })

  it('ends with an error of ours, wherever it is cut short or broken', () => {
    const random = randomFrom(20_261_129)
    const attempt = (bytes: Uint8Array): string => {
      try {
        read(bytes, columns, {
          codecs: { lz4: (_, size) => new Uint8Array(size), zstd: (_, size) => new Uint8Array(size) },
        })
        return 'read'
      } catch (error) {
        return (error as { code?: string }).code ?? String(error)
      }
    }
    const codes = new Map<string, number>()
    const note = (code: string) => codes.set(code, (codes.get(code) ?? 0) + 1)
    for (const name of readdirSync(folder).filter((each) => /\.arrows?$/.test(each))) {
      const whole = fixture(name)
      for (let end = 0; end < whole.length; end += 13) note(attempt(whole.subarray(0, end)))
      for (let round = 0; round < 300; round++) {
        const broken = whole.slice()
        const at = Math.floor(random() * broken.length)
        const values = [0, 255, 127, 128, broken[at] as number, Math.floor(random() * 256)]
        for (let byte = 0; byte < 1 + (round % 4); byte++)
          broken[at + byte] = values[Math.floor(random() * values.length)] as number
        note(attempt(broken))
      }
    }
    const known = ['read', 'arrow.invalid', 'arrow.limit', 'arrow.columnType', 'csv.missingColumns', 'rows.cell']
    expect([...codes.keys()].filter((code) => !known.includes(code))).toEqual([])
    expect(codes.get('arrow.invalid')).toBeGreaterThan(500)
  })

  it.each([
    ['rows', 'plain.arrows', { maxRows: 5 }, /more than 5 rows/],
    ['bytes after decompression', 'zstd.arrows', { maxBytes: 0 }, /more than 0 bytes after decompression/],
  ])('does not make more than it may: %s', (_, name, more, expected) => {
    expect(() => read(fixture(name), columns, more)).toThrow(expected)
  })
})
