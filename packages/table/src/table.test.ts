import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  booleanColumn,
  canonicalLabel,
  concatTables,
  dateParser,
  decodeBlocks,
  encodeBlocks,
  encodeBlocksWhole,
  formatDate,
  ModelsmithError,
  numberColumn,
  openBlocks,
  parseIsoDate,
  readBlocksHeader,
  sliceRows,
  sourceOf,
  rowsFromTable,
  type Table,
  tableFromRows,
  takeRows,
  textColumn,
} from './index.ts'

const sample = (): Table => ({
  schema: {
    columns: [
      { name: 'n', type: 'number' },
      { name: 'b', type: 'boolean' },
      { name: 'c', type: 'category' },
      { name: 't', type: 'text' },
      { name: 'd', type: 'date', format: { date: '%d.%m.%Y' } },
    ],
  },
  rows: 3,
  columns: [
    numberColumn([1.5, null, -0]),
    booleanColumn([true, null, false]),
    textColumn(['x', 'x', null], 'category'),
    textColumn(['ü', null, ''], 'text'),
    numberColumn([0, null, 86_400_000_000]),
  ],
})
const rows = [
  [1.5, true, 'x', 'ü', '1970-01-01'],
  [null, null, 'x', null, null],
  [-0, false, null, '', '1970-01-02'],
]

describe('column blocks', () => {
  it('hold a table of every kind of column', () => {
    const bytes = encodeBlocksWhole(sample())
    expect(rowsFromTable(decodeBlocks(bytes))).toEqual(rows)
    expect(readBlocksHeader(bytes)).toEqual({ rows: 3, columns: sample().schema.columns })
  })

  it('are read in parts as they are read whole', () => {
    const table = concatTables(Array.from({ length: 9 }, sample))
    const opened = openBlocks(sourceOf(encodeBlocksWhole(table)))
    expect([opened.rows, opened.schema]).toEqual([27, table.schema])
    for (const [start, end] of [
      [0, 27],
      [0, 8],
      [8, 17],
      [24, 27],
      [16, 16],
    ] as const)
      expect(rowsFromTable(opened.slice(start, end))).toEqual(rowsFromTable(sliceRows(table, start, end)))
    expect(() => opened.slice(3, 8)).toThrow(RangeError)
    expect(() => opened.slice(0, 28)).toThrow(RangeError)
  })

  it('are refused in parts where a buffer is not all there', () => {
    const bytes = encodeBlocksWhole(sample())
    expect(() => openBlocks(sourceOf(bytes.subarray(0, 4)))).toThrow('MSCOLS01')
    expect(() => openBlocks(sourceOf(bytes.subarray(0, bytes.length - 64))).slice(0, 3)).toThrow('out of bounds')
  })

  it('align every buffer to 64 bytes and copy none of them', () => {
    const table = sample()
    const chunks = encodeBlocks(table)
    const { buffer } = (table.columns[0] as { values: Float64Array }).values
    const shared = chunks.findIndex((chunk) => chunk.buffer === buffer)
    const lengthOf = (parts: typeof chunks) => parts.reduce((sum, { length }) => sum + length, 0)
    expect(shared).toBeGreaterThan(0)
    expect(lengthOf(chunks.slice(0, shared)) % 64).toBe(0)
    expect(lengthOf(chunks) % 64).toBe(0)
  })

  it('hold a table without rows and one without columns', () => {
    for (const table of [{ schema: { columns: [] }, rows: 0, columns: [] }, takeRows(sample(), new Int32Array(0))]) {
      expect(decodeBlocks(encodeBlocksWhole(table)).rows).toBe(0)
    }
  })

  it('are refused with a reason, or read as something harmless, whatever byte is changed', () => {
    const whole = encodeBlocksWhole(sample())
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const bytes = whole.slice()
        bytes[at] = value
        const refusal = refusalOf(() => rowsFromTable(decodeBlocks(bytes)))
        expect(refusal === undefined || refusal instanceof ModelsmithError).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  /** As a session writes it: entries in rows 0 and 2 of 3, or whatever is said instead. */
  const sparseFile = (places = [0, 2], entries = [1.5, Number.NaN], rows = 3): Uint8Array => {
    const buffers = [
      { name: 'rows', offset: 512, length: places.length * 4 },
      { name: 'values', offset: 576, length: entries.length * 8 },
    ]
    const header = JSON.stringify({
      version: 1,
      rows,
      columns: [{ name: 'few', type: 'number', kind: 'sparse', buffers }],
    })
    const bytes = new Uint8Array(640)
    bytes.set(new TextEncoder().encode('MSCOLS01'))
    new DataView(bytes.buffer).setUint32(8, header.length, true)
    bytes.set(new TextEncoder().encode(header), 12)
    new Int32Array(bytes.buffer, 512).set(places)
    new Float64Array(bytes.buffer, 576).set(entries)
    return bytes
  }

  it('spread the entries of sparse columns', () => {
    expect(decodeBlocks(sparseFile())).toEqual({
      schema: { columns: [{ name: 'few', type: 'number' }] },
      rows: 3,
      columns: [{ kind: 'float64', values: Float64Array.of(1.5, 0, Number.NaN), validity: Uint8Array.of(0b011) }],
    })
  })

  it('are refused when sparse columns lie, or stand for more zeros than there is room', () => {
    const refused = [
      sparseFile([2, 0]),
      sparseFile([0, 3]),
      sparseFile([-1, 0]),
      sparseFile([1, 1]),
      sparseFile([1], [1, 2]),
      sparseFile([0], [1], 2 ** 40),
    ].map((bytes) => refusalOf(() => decodeBlocks(bytes)))
    const words = refused.map((error) => (error as ModelsmithError).message.replace(/^[^:]*: |\.$/g, ''))
    const order = 'column "few": its rows do not ascend within the table'
    expect(words).toEqual([
      order,
      order,
      order,
      order,
      'column "few": its buffer "values" has 16 bytes instead of 8',
      'its sparse columns would take 8388608 MB, more than 2048 MB',
    ])
  })

  it('are refused when they are cut off', () => {
    const whole = encodeBlocksWhole(sample())
    for (const length of [0, 7, 11, 40, whole.length - 64]) {
      expect(() => decodeBlocks(whole.subarray(0, length))).toThrow('not a valid column block file')
    }
  })
})

describe('rows of JSON', () => {
  const { schema } = sample()

  it('become a table under the schema, numbers as text where the column is text', () => {
    const table = tableFromRows(schema, [{ n: '1.5', b: 'TRUE', c: 3, d: '31.12.2024' }, {}])
    expect(rowsFromTable(table)).toEqual([
      [1.5, true, '3', null, '2024-12-31'],
      [null, null, null, null, null],
    ])
  })

  it('are refused with every finding at once', () => {
    const error = (() => {
      try {
        tableFromRows(schema, [
          { n: 'abc', typo: 1 },
          { d: 'tomorrow', t: {} },
        ])
      } catch (caught) {
        return caught as ModelsmithError
      }
    })()
    expect(error?.findings.map(({ code, place }) => [code, place?.row])).toEqual([
      ['rows.cell', 1],
      ['rows.unknownColumn', 1],
      ['rows.cell', 2],
      ['rows.cell', 2],
    ])
  })

  it('have their texts read by the format that the column has, as in a CSV file', () => {
    const columns = [
      { name: 'price', type: 'number', format: { decimal: ',' } },
      { name: 'paid', type: 'boolean', format: { boolean: { true: ['ja', '0'], false: ['nein', '1'] } } },
    ] as const
    const sent = [
      { price: '1,5', paid: 'ja' },
      { price: ' 2.5', paid: 'nein' },
      { price: 3.5, paid: true },
      { price: '4', paid: 'False' },
      { price: '5', paid: 1 },
    ]
    expect(rowsFromTable(tableFromRows({ columns }, sent))).toEqual([
      [1.5, true],
      [2.5, false],
      [3.5, true],
      [4, false],
      [5, false],
    ])
    for (const wrong of [{ price: '1,5,5' }, { price: '1.000,5' }, { paid: 'oui' }, { paid: 2 }])
      expect(refusalOf(() => tableFromRows({ columns }, [wrong]))).toMatchObject({ code: 'rows.cell' })
    const plain = { columns: [{ name: 'price', type: 'number' }] } as const
    expect(refusalOf(() => tableFromRows(plain, [{ price: '1,5' }]))).toMatchObject({ code: 'rows.cell' })
  })

  it('have empty texts that are missing, or are texts where the column says so', () => {
    const columns = [
      { name: 'plain', type: 'text' },
      { name: 'text', type: 'text', format: { emptyText: 'text' } },
      { name: 'category', type: 'category', format: { emptyText: 'text' } },
      { name: 'number', type: 'number', format: { emptyText: 'text' } },
    ] as const
    const sent = [{ plain: '', text: '', category: '', number: '' }, { text: null }]
    expect(rowsFromTable(tableFromRows({ columns }, sent))).toEqual([
      [null, '', '', null],
      [null, null, null, null],
    ])
  })

  it('are refused in words, however deep a cell nests', () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000))
    expect(refusalOf(() => tableFromRows({ columns: [{ name: 'c', type: 'text' }] }, [{ c: deep }]))).toMatchObject({
      code: 'rows.cell',
      message: 'Row 1, column "c": a list does not fit the type text.',
    })
  })

  it('are not confused by names that every object has', () => {
    const table = tableFromRows({ columns: [{ name: 'constructor', type: 'text' }] }, [{}])
    expect(rowsFromTable(table)).toEqual([[null]])
  })
})

describe('operations', () => {
  it('take rows in any order, more than once', () => {
    expect(rowsFromTable(takeRows(sample(), Int32Array.of(2, 0, 0)))).toEqual([rows[2], rows[0], rows[0]])
  })

  it('join tables and their dictionaries', () => {
    const other = takeRows(sample(), Int32Array.of(1))
    expect(rowsFromTable(concatTables([sample(), other, sample()]))).toEqual([...rows, rows[1], ...rows])
  })

  it('match class labels by canonical text', () => {
    for (const same of [
      [0, '0', '0.0', -0],
      [true, 'True', 'true'],
      ['1', 1, '1.00'],
    ])
      expect(new Set(same.map(canonicalLabel)).size).toBe(1)
    expect(canonicalLabel('01')).toBe('01')
    expect(canonicalLabel('Yes')).not.toBe(canonicalLabel('yes'))
  })
})

describe('dates', () => {
  it('agree with the calendar of the engine', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('2250-01-01') }),
        (date) => {
          const micros = date.getTime() * 1000
          expect(parseIsoDate(date.toISOString())).toBe(micros)
          expect(parseIsoDate(formatDate(micros))).toBe(micros)
        },
      ),
    )
  })

  it('read zones, fractions and patterns; refuse days that do not exist', () => {
    expect(parseIsoDate('2024-01-01T02:00:00+02:00')).toBe(parseIsoDate('2024-01-01'))
    expect(formatDate(parseIsoDate('2024-01-01 00:00:00.1234567'))).toBe('2024-01-01T00:00:00.123456Z')
    expect(parseIsoDate('2023-02-29')).toBeNaN()
    expect(parseIsoDate('2024-01-01T24:00')).toBeNaN()
    expect(formatDate(dateParser('%d %b %Y %I:%M %p')?.('5 Mar 2024 12:30 AM') ?? 0)).toBe('2024-03-05T00:30:00Z')
    expect(dateParser('%Q')).toBeUndefined()
  })

  it('take no pattern that has a part twice: some texts would keep it busy for ever', () => {
    for (const pattern of ['%d'.repeat(40), '%d/%d/%Y', '%H:%I']) expect(dateParser(pattern)).toBeUndefined()
  })
})

const refusalOf = (action: () => unknown): unknown => {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}
