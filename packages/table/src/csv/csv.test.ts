import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ColumnSchema,
  concatTables,
  createCsvReader,
  createSchemaFinder,
  ModelsmithError,
  numberColumn,
  rowsFromTable,
  type Table,
  textColumn,
  writeCsv,
} from '../index.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const find = (input: string | Uint8Array) => {
  const finder = createSchemaFinder()
  finder.push(typeof input === 'string' ? bytesOf(input) : input)
  return finder.end()
}
const readAs = (columns: readonly ColumnSchema[], input: string | Uint8Array, chunk = 1 << 20): Table => {
  const bytes = typeof input === 'string' ? bytesOf(input) : input
  const reader = createCsvReader({ schema: { columns } })
  const batches: Table[] = []
  for (let at = 0; at < bytes.length; at += chunk) batches.push(...reader.push(bytes.subarray(at, at + chunk)))
  return concatTables([...batches, ...reader.end()])
}
const read = (input: string | Uint8Array, chunk?: number): Table => readAs(find(input).schema.columns, input, chunk)
const types = (input: string): string[] => find(input).schema.columns.map(({ type }) => type)
const failure = (run: () => unknown): ModelsmithError => {
  try {
    run()
  } catch (error) {
    if (error instanceof ModelsmithError) return error
    throw error
  }
  throw new Error('Nothing was refused.')
}

describe('types found in CSV', () => {
  it('tells numbers, integers, booleans, dates, categories and texts apart over all rows', () => {
    expect(types('a,b,c,d,e\n1,1.5,true,2024-02-29,x\n2,2,FALSE,2024-03-01T10:00Z,y\n')).toEqual([
      'integer',
      'number',
      'boolean',
      'date',
      'category',
    ])
    const lines = Array.from({ length: 30 }, (_, index) => `sentence number ${index}`)
    expect(types(`text\n${lines.join('\n')}\n`)).toEqual(['text'])
  })

  it('keeps identifiers with leading zeros and integers beyond 2^53 as text', () => {
    expect(types('zip,id\n00123,90071992547409931\n00456,5\n')).toEqual(['category', 'category'])
  })

  it('is not led astray by the first rows', () => {
    expect(types(`v\n${'1\n'.repeat(500)}x\n`)).toEqual(['text'])
    expect(types(`v\n${'1\n'.repeat(500)}1.5\n`)).toEqual(['number'])
  })

  it('takes a date pattern only when it alone fits every value', () => {
    expect(find('d\n31/12/2024\n01/02/2024\n').schema.columns).toEqual([
      { name: 'd', type: 'date', format: { date: '%d/%m/%Y' } },
    ])
    const ambiguous = find('d\n01/02/2024\n03/04/2024\n')
    expect(ambiguous.schema.columns[0]?.type).toBe('category')
    expect(ambiguous.findings[0]?.message).toContain('%m/%d/%Y or as %d/%m/%Y')
  })

  it('finds delimiters and encodings', () => {
    expect(read('a;b\n1;2\n').schema.columns).toHaveLength(2)
    expect(read('a\tb\n1\t2,5\n').schema.columns).toHaveLength(2)
    expect(rowsFromTable(read(new Uint8Array([0x61, 0x0a, 0xe9, 0x0a])))).toEqual([['é']])
    const utf16 = new Uint8Array([0xff, 0xfe, ...[...'a,b\n1,ü\n'].flatMap((letter) => [letter.charCodeAt(0), 0])])
    expect(rowsFromTable(read(utf16))).toEqual([[1, 'ü']])
    expect(rowsFromTable(read('\ufeffa\n1\n'))).toEqual([[1]])
  })
})

describe('reading CSV', () => {
  it('reads quotes, doubled quotes, line breaks in cells, and every line ending, however the bytes are cut', () => {
    const text = 'a,b\r\n"x, ""y""","1\n2"\rz,\n"",end'
    const expected = [
      ['x, "y"', '1\n2'],
      ['z', null],
      [null, 'end'],
    ]
    for (let chunk = 1; chunk < 12; chunk++)
      expect(rowsFromTable(read(text, chunk)), `chunks of ${chunk}`).toEqual(expected)
  })

  it('reads missing texts as missing, but not when they are quoted', () => {
    expect(rowsFromTable(read('a,b\nNA,NA\n1,"NA"\n'))).toEqual([
      [null, null],
      [1, 'NA'],
    ])
  })

  it('finds columns by name in any order and passes others over', () => {
    expect(
      rowsFromTable(
        readAs(
          [
            { name: 'b', type: 'integer' },
            { name: 'a', type: 'text' },
          ],
          'x,a,b\n9,p,1\n',
        ),
      ),
    ).toEqual([[1, 'p']])
  })

  it('obeys a type and a format that a person chose', () => {
    const columns: ColumnSchema[] = [
      { name: 'zip', type: 'text' },
      { name: 'price', type: 'number', format: { decimal: ',' } },
      { name: 'paid', type: 'boolean', format: { boolean: { true: ['yes'], false: ['no'] } } },
      { name: 'day', type: 'date', format: { date: '%d.%m.%y' } },
    ]
    expect(rowsFromTable(readAs(columns, 'zip;price;paid;day\n00123;1,5;yes;31.12.99\n'))).toEqual([
      ['00123', 1.5, true, '1999-12-31'],
    ])
  })

  it('reads numbers exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const table = readAs(
          [{ name: 'v', type: 'number' }],
          `v\n${values.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join('\n')}\n`,
        )
        expect(rowsFromTable(table).map(([value]) => value)).toEqual(values)
      }),
    )
    const texts = [
      '0.1',
      '123456789012345',
      '1234567890123456789',
      '.5',
      '5.',
      '1e-7',
      '-0.000001',
      '9007199254740993',
      '1e400',
      '4.9e-324',
    ]
    const table = readAs([{ name: 'v', type: 'number' }], `v\n${texts.join('\n')}\n`)
    expect(rowsFromTable(table).map(([value]) => value)).toEqual(texts.map(Number))
  })

  it('reads back what it wrote', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('NA', 'a,b', '"', '\n', ' x ', 'ü\u{1f600}', '\r'))
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.option(word.filter((text) => text !== '' && !text.includes('\0'))),
            fc.option(fc.double({ noNaN: true })),
          ),
          { minLength: 1 },
        ),
        (rows) => {
          const columns: ColumnSchema[] = [
            { name: 'text, with "quotes"', type: 'text' },
            { name: 'number', type: 'number' },
          ]
          const table: Table = {
            schema: { columns },
            rows: rows.length,
            columns: [
              textColumn(
                rows.map(([text]) => text),
                'text',
              ),
              numberColumn(rows.map(([, number]) => number)),
            ],
          }
          const reader = createCsvReader({ schema: { columns }, dialect: { delimiter: ',', encoding: 'utf-8' } })
          const again = concatTables([...reader.push(bytesOf(writeCsv(table))), ...reader.end()])
          expect(rowsFromTable(again)).toEqual(rowsFromTable(table))
        },
      ),
    )
  })

  it('reads 20,000 columns, one row, and a header alone', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `c${index}`)
    expect(read(`${names.join(',')}\n${names.map(() => '1').join(',')}\n`).columns).toHaveLength(20_000)
    expect(readAs([{ name: 'a', type: 'integer' }], 'a\n').rows).toBe(0)
    expect(readAs([{ name: 'a', type: 'integer' }], 'a').rows).toBe(0)
  })

  it('reads a blank line as a missing value of a single column, and passes it over beside others', () => {
    expect(rowsFromTable(read('a\n1\n\n2\n'))).toEqual([[1], [null], [2]])
    expect(rowsFromTable(read('a,b\n1,2\n\n3,4\n'))).toEqual([
      [1, 2],
      [3, 4],
    ])
  })
})

describe('refused CSV', () => {
  it('lists all ragged lines and wrong cells at once, with their lines', () => {
    const error = failure(() =>
      readAs(
        [
          { name: 'a', type: 'number' },
          { name: 'b', type: 'date' },
        ],
        'a,b\n1\nx,2024-01-01\n2,2024-02-30\n',
      ),
    )
    expect(error.findings.map(({ code, place }) => [code, place?.line])).toEqual([
      ['csv.ragged', 2],
      ['csv.cell', 3],
      ['csv.cell', 4],
    ])
    expect(error.message).toBe('Line 2 has 1 cell; the header has 2. And 2 more.')
  })

  it('names the line on which an open quote begins', () => {
    expect(failure(() => find('a,b\n1,"two\n3,4\n5,6\n')).message).toBe('Line 2 opens a quote that is never closed.')
  })

  it('says that a file was read as Windows-1252', () => {
    const finder = createSchemaFinder()
    finder.push(new Uint8Array([...bytesOf('a\nJos'), 0xe9, 0x0a]))
    expect(finder.end().findings.map(({ code }) => code)).toEqual(['csv.guessedEncoding'])
  })

  it('lists a hundred findings and counts the rest', () => {
    const error = failure(() => readAs([{ name: 'a', type: 'number' }], `a\n${'x\n'.repeat(1000)}`))
    expect(error.findings).toHaveLength(100)
    expect(error.message).toContain('And 999 more')
  })

  it.each([
    ['', 'csv.empty'],
    ['\n\n', 'csv.empty'],
    ['a,b\n"never closed', 'csv.openQuote'],
    ['a,b\n"x"y,1\n', 'csv.quote'],
    ['a,a\n1,2\n', 'csv.header'],
    ['a,\n1,2\n', 'csv.header'],
    ['a,b\n1,\0\n', 'csv.nul'],
    ['PK\u0003\u0004', 'csv.notText'],
    ['PAR1', 'csv.notText'],
  ])('says what is wrong with %j', (text, code) => {
    expect(failure(() => find(text)).code).toBe(code)
  })

  it('refuses bytes that are not UTF-8 after a beginning that was', () => {
    const finder = createSchemaFinder()
    finder.push(bytesOf('a\nx\n'))
    const error = failure(() => {
      finder.push(new Uint8Array([0xff, 0xfe, 0x0a]))
      finder.end()
    })
    expect(error.code).toBe('csv.encoding')
    expect(error.message).toContain('line 3')
  })

  it('names the columns that are missing', () => {
    const error = failure(() =>
      readAs(
        [
          { name: 'a', type: 'text' },
          { name: 'z', type: 'text' },
        ],
        'a\n1\n',
      ),
    )
    expect(error.code).toBe('csv.missingColumns')
    expect(error.message).toBe('Columns are missing: z.')
  })

  it('refuses too many columns and endless records', () => {
    const limits = { maxColumns: 100, maxRecordBytes: 1000 }
    const scan = (text: string) => () => {
      const finder = createSchemaFinder({ limits })
      finder.push(bytesOf(text))
    }
    expect(failure(scan('a,'.repeat(5000))).code).toBe('csv.columns')
    expect(failure(scan(`a\n"${'x'.repeat(2000)}`)).code).toBe('csv.longRecord')
  })
})
