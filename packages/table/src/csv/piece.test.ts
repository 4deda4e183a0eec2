import { describe, expect, it } from 'vitest'
import { numberColumn } from '../text.ts'
import { decimalValue } from './decimal.ts'
import { CsvLines } from './lines.ts'
import { type CsvPlan, createPieceReader, csvHead, lastRecordEnd } from './piece.ts'
import { createCsvReader } from './reader.ts'
import { csvRows } from './writer.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const comma = 0x2c

const planOf = (kinds: readonly ('number' | 'text' | 'skip')[], kept: readonly number[] = []): CsvPlan => {
  let [numbers, texts] = [0, 0]
  const uses = kinds.map((kind) => (kind === 'skip' ? { kind } : { kind, at: kind === 'number' ? numbers++ : texts++ }))
  return { delimiter: comma, names: kinds.map((_, at) => `c${at}`), uses, numbers, texts, kept }
}

const read = (text: string, kinds: readonly ('number' | 'text' | 'skip')[], kept: readonly number[] = []) =>
  createPieceReader(planOf(kinds, kept))(bytesOf(text))

/** Numbers of xorshift32 from 0 up to 1. */
const randomFrom = (seed: number) => () => {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) / 2 ** 32
}

describe('a piece of CSV', () => {
  it('gives numbers row after row, texts by columns, and the places of what is kept', () => {
    const text = '1,a,x\n-2.5e-3,"b ""c"",\n",\n'
    const { rows, lines, numbers, texts, keptAt } = read(text, ['number', 'text', 'skip'], [1])
    expect({ rows, lines, numbers: [...numbers], texts }).toEqual({
      rows: 2,
      lines: 3,
      numbers: [1, -0.0025],
      texts: [['a', 'b "c",\n']],
    })
    expect(text.slice(keptAt[2], keptAt[3])).toBe('"b ""c"",\n"')
  })

  it('reads truth values as numbers, what means missing as NaN, and ends without a line break', () => {
    const { numbers, texts } = read('true,NA\nFALSE,\n,"NA"\ninf,nan', ['number', 'text'])
    expect([...numbers]).toEqual([1, 0, Number.NaN, Infinity])
    expect(texts).toEqual([[null, null, 'NA', null]])
  })

  it('passes blank lines over and tells every other line of another width, and every cell that is no number', () => {
    const { rows, findings, wrong } = read('1,2\n\n3\n4,5,6\nx,7\n"8",9\r\n', ['number', 'number'])
    expect({ rows, wrong }).toEqual({ rows: 3, wrong: 3 })
    expect(findings.map(({ code, place }) => [code, place?.line])).toEqual([
      ['csv.ragged', 3],
      ['csv.ragged', 4],
      ['csv.cell', 5],
    ])
  })

  it.each([
    ['csv.openQuote', '1,"2\n'],
    ['csv.quote', '1,"2"3\n'],
    ['csv.nul', '1,2\0\n'],
  ])('refuses with %s what cannot be cut into cells', (code, text) => {
    expect(() => read(text, ['number', 'text'])).toThrow(expect.objectContaining({ code }))
  })

  it('leaves places empty that no column of the file fills', () => {
    const plan: CsvPlan = {
      ...planOf(['skip', 'number']),
      uses: [{ kind: 'skip' }, { kind: 'number', at: 1 }],
      numbers: 2,
    }
    expect([...createPieceReader(plan)(bytesOf('9,1\n9,2\n')).numbers]).toEqual([Number.NaN, 1, Number.NaN, 2])
  })

  it('begins behind the names, wherever blank lines and quotes stand', () => {
    const text = '\n"a\nb",c\r\n1,2\n'
    const head = csvHead(bytesOf(text), comma, true)
    expect(head).toEqual({ names: ['a\nb', 'c'], end: text.indexOf('1,2'), lines: 3 })
    expect(csvHead(bytesOf('a,b'), comma, false)).toBeUndefined()
    expect(() => csvHead(bytesOf('\n\n'), comma, true)).toThrow(expect.objectContaining({ code: 'csv.empty' }))
  })

  it('ends behind the last line break outside quotes', () => {
    const end = (text: string) => lastRecordEnd(bytesOf(text), text.length)
    expect([end('1,2\n3'), end('1\n"2\n'), end('"1\n",2\n"'), end('"a""\n"\nx'), end('1,2')]).toEqual([4, 2, 7, 7, 0])
  })
})

it('reads random cells as the reader of whole files does', () => {
  const seed = 20_261_129
  const random = randomFrom(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
  const number = (): string =>
    pick([
      () => String((random() - 0.5) * 10 ** Math.floor(random() * 40 - 20)),
      () => `${pick(['', '-', '+'])}${digits(1 + Math.floor(random() * 12))}.${digits(Math.floor(random() * 12))}`,
      () => `.${digits(1 + Math.floor(random() * 20))}`,
      () => `"${random()}"`,
      () => ` ${Math.floor(random() * 1e9)}`,
      () => `${digits(25)}E-${digits(1)}`,
      () => '',
    ])()
  const text = (): string => pick(['a', '"b,c"', '""', 'NA', 'é', '"x\r\ny"', '1.0', ' '])
  const lines = Array.from({ length: 3000 }, () => `${number()},${text()},${number()}`)
  const end = pick(['\n', '\r\n'])
  const body = lines.join(end) + end
  const reader = createCsvReader({
    schema: {
      columns: [
        { name: 'a', type: 'number' },
        { name: 'b', type: 'text' },
        { name: 'c', type: 'number' },
      ],
    },
  })
  const [table] = [...reader.push(bytesOf(`a,b,c${end}${body}`)), ...reader.end()]
  const piece = read(body, ['number', 'text', 'number'])
  expect({ seed, wrong: piece.wrong, rows: piece.rows }).toEqual({ seed, wrong: 0, rows: table?.rows })
  for (const [at, column] of [table?.columns[0], table?.columns[2]].entries())
    expect({
      seed,
      values: Float64Array.from({ length: piece.rows }, (_, row) => piece.numbers[row * 2 + at] as number),
    }).toEqual({
      seed,
      values: column?.kind === 'float64' ? column.values : undefined,
    })
})

it('reads in WebAssembly what the loop reads, bit by bit', () => {
  const seed = 99
  const random = randomFrom(seed)
  const digits = (most: number) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => Math.floor(random() * 10)).join('')
  const odd = [
    '',
    '-',
    '.',
    '1.',
    '"2"',
    'NA',
    '1e5',
    '+3',
    ' 4',
    '-0',
    '00.10',
    'inf',
    '1'.repeat(25),
    '-.5',
    'true',
    '1\r',
  ]
  const cell = (): string =>
    random() < 0.05
      ? (odd[Math.floor(random() * odd.length)] as string)
      : `${random() < 0.5 ? '-' : ''}${digits(3)}${random() < 0.8 ? '.' : ''}${digits(20)}`
  const text = Array.from({ length: 20_000 }, () => {
    const cells = Array.from({ length: random() < 0.01 ? 2 : 4 }, cell)
    return `${cells.join(',')}${random() < 0.1 ? '\r\n' : '\n'}`
  }).join('')
  const plan = planOf(['number', 'skip', 'number', 'number'], [1, 3])
  const withLineFeeds = bytesOf(text.replaceAll('1\r,', '1,').replaceAll('1\r\n', '1\n'))
  const [fast, plain] = [createPieceReader(plan), createPieceReader(plan, true)]
  for (const bytes of [withLineFeeds, withLineFeeds.subarray(0, 1000), bytesOf(''), bytesOf('1,2,3,4')]) {
    const [a, b] = [fast(bytes), plain(bytes)]
    expect({ seed, ...a, numbers: [], keptAt: [...a.keptAt] }).toEqual({
      seed,
      ...b,
      numbers: [],
      keptAt: [...b.keptAt],
    })
    expect(new BigInt64Array(a.numbers.slice().buffer)).toEqual(new BigInt64Array(b.numbers.slice().buffer))
  }
})

it('computes the same float64 as the engine reads, or leaves it to the engine', () => {
  const seed = 7
  const random = randomFrom(seed)
  let left = 0
  const wrong: string[] = []
  const count = 200_000
  for (let index = 0; index < count; index++) {
    // Every other one lies in the middle of two neighbours, or close to it.
    const middle = ((BigInt(Math.floor((random() + 1) * 2 ** 52)) * 2n + 1n) * 10n ** 18n) / 2n ** 53n
    const drawn = Array.from({ length: 1 + Math.floor(random() * 18) }, () => Math.floor(random() * 10)).join('')
    const all = (index % 2 === 0 ? String(middle).slice(0, 18) : drawn).replace(/^0+/, '') || '0'
    const scale = Math.floor(random() * 23)
    const [high, low] = [all.slice(0, 9), all.slice(9)]
    const value = decimalValue(Number(high), Number(low), low.length, all.length, scale)
    if (Number.isNaN(value)) left++
    else if (value !== Number(`${all}e-${scale}`)) wrong.push(`${all}e-${scale} is not ${value}`)
  }
  expect({ seed, wrong }).toEqual({ seed, wrong: [] })
  expect(left / count).toBeLessThan(0.01)
})

it('writes lines that read back as the same cells', () => {
  const values = [0.1, -0, 1e21, 5e-324, 123456789, -1 / 3]
  const lines = new CsvLines()
  for (const value of values) {
    lines.number(value)
    lines.text('a "b",\n')
    lines.missing()
    lines.raw(bytesOf('xyz'), 1, 3)
    lines.endLine()
  }
  const table = {
    schema: { columns: [{ name: 'n', type: 'number' as const }] },
    rows: values.length,
    columns: [numberColumn(values)],
  }
  const numbers = csvRows(table).split('\n')
  const expected = values.map((_, row) => `${numbers[row]},"a ""b"",\n",,yz\n`).join('')
  expect(new TextDecoder().decode(lines.take())).toBe(expected)
  expect(lines.take()).toHaveLength(0)
})
