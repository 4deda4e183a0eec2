import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cell, Data, FrameColumn } from '@modelsmith/scoring'
import { csvCells } from './cells.ts'
import { type SparkTypes, sparkRows } from './spark.ts'

/** One folder of a fixture set: a model, rows, and what the library predicted for them. */
export type Fixture = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly className: string
  readonly data: Data
  readonly header: readonly string[]
  readonly expected: readonly (readonly string[])[]
  /** Methods that the class has but that raise. */
  readonly raising: readonly string[]
  /** The library added results of several threads in any order. */
  readonly isThreaded: boolean
  /** Sums pass through an exponential, whose last digit the library does not promise. */
  readonly hasLogLink: boolean
  /** Before 2.4 Spark took other random numbers for a topic model every time. */
  readonly startsAnywhere: boolean
}

type Meta = {
  readonly class: string
  readonly input_kind: 'matrix' | 'dataframe' | 'text' | 'labels' | 'objects' | 'dicts'
  readonly input_columns?: SparkTypes | null
  readonly dtypes?: Readonly<Record<string, string>>
  readonly notes?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly versions?: { readonly spark?: string }
  readonly methods_raising?: Readonly<Record<string, unknown>>
}

export const fixtureNames = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'meta.json')))
    .map(({ name }) => name)
    .toSorted()

export const readFixture = (folder: string, name: string): Fixture => {
  const path = (file: string): string => join(folder, name, file)
  const meta = JSON.parse(readFileSync(path('meta.json'), 'utf8')) as Meta
  const [header = [], ...expected] = csvCells(readFileSync(path('expected.csv'), 'utf8'))
  const isSpark = existsSync(path('model.zip'))
  const jobs = meta.params?.['n_jobs']
  return {
    name,
    bytes: readFileSync(path(isSpark ? 'model.zip' : 'model.pkl')),
    className: meta.class,
    data: isSpark
      ? sparkRows(csvCells(readFileSync(path('input.csv'), 'utf8')), meta.input_columns ?? null)
      : meta.input_kind === 'dicts'
        ? readDicts(path('input.jsonl'))
        : readTable(path('input.csv'), meta),
    header,
    expected,
    raising: Object.keys(meta.methods_raising ?? {}),
    hasLogLink: /poisson|gamma/.test(String(meta.params?.['loss'])),
    startsAnywhere: meta.class.endsWith('LDAModel') && /^2\.[0-3]\./.test(meta.versions?.spark ?? ''),
    isThreaded: jobs !== undefined && jobs !== null && jobs !== 1,
  }
}

const readDicts = (path: string): Data => {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  const values = lines.map((line) => new Map(Object.entries(JSON.parse(line) as Record<string, Cell>)))
  return { kind: 'dicts', rows: values.length, values }
}

const readTable = (path: string, meta: Meta): Data => {
  const [names = [], ...records] = csvCells(readFileSync(path, 'utf8'))
  const rows = records.length
  const column = (index: number): readonly string[] => records.map((record) => record[index] ?? '')
  switch (meta.input_kind) {
    case 'matrix':
      return { kind: 'dense', rows, columns: names.length, values: Float64Array.from(records.flat(), numberOf) }
    case 'text':
      return { kind: 'texts', rows, values: column(0) }
    case 'labels':
      return { kind: 'frame', rows, columns: [{ name: undefined, values: guessed(column(0), false) }] }
    case 'objects': {
      const emptyIsMissing = meta.notes?.includes('missing') ?? false
      return {
        kind: 'frame',
        rows,
        columns: names.map((_, index) => ({ name: undefined, values: objects(column(index), emptyIsMissing) })),
      }
    }
    default:
      return {
        kind: 'frame',
        rows,
        columns: names.map((name, index): FrameColumn => ({ name, values: typed(column(index), meta.dtypes?.[name]) })),
      }
  }
}

const isNumber = (cell: string): boolean => /^[+-]?(\d+(\.\d*)?(e[+-]?\d+)?|inf|nan)$/i.test(cell)

const numberOf = (cell: string): number => {
  if (cell === '' || cell === 'nan') return Number.NaN
  if (cell.endsWith('inf')) return cell.startsWith('-') ? -Infinity : Infinity
  return Number(cell)
}

const typed = (cells: readonly string[], dtype: string | undefined): FrameColumn['values'] => {
  if (dtype === 'bool') return cells.map((cell) => (cell === '' ? null : cell.toLowerCase() === 'true'))
  if (dtype === 'object' || dtype === 'category' || dtype === 'str')
    return cells.map((cell) => (cell === '' ? null : cell))
  return Float64Array.from(cells, numberOf)
}

/** Numbers where every cell is one, else texts. */
const guessed = (cells: readonly string[], emptyIsMissing: boolean): FrameColumn['values'] =>
  cells.every((cell) => cell === '' || isNumber(cell))
    ? Float64Array.from(cells, numberOf)
    : objects(cells, emptyIsMissing)

const objects = (cells: readonly string[], emptyIsMissing: boolean): readonly Cell[] =>
  cells.map((cell) => (cell === '' && emptyIsMissing ? null : isNumber(cell) ? numberOf(cell) : cell))
