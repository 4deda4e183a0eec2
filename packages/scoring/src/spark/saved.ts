import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import { type Folder, partFiles } from './folder.ts'
import { repeatedKey } from './json.ts'
import { type Row, readParquet } from './parquet.ts'
import { isRecord, type Matrix, matrixOf, numberIn, numbersIn, type Room, room, vectorOf } from './vectors.ts'

/** One object that Spark saved: its class, its parameters as set, and its tables. Every access says what is wrong. */
export type Saved = {
  readonly path: string
  readonly className: string
  /** The last word of the class, for messages. */
  readonly name: string
  readonly version: string | undefined
  /** Whether a version before this one saved it. */
  readonly isBefore: (major: number, minor?: number) => boolean
  /** Version 4 or later saved it, as the names of its files tell; the older models do not say it otherwise. */
  readonly isOfSpark4: boolean
  /** Parameters by name, as JSON. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** What stands beside the parameters. */
  readonly metadata: Readonly<Record<string, unknown>>
  readonly text: (name: string) => string
  readonly texts: (name: string) => readonly string[]
  readonly number: (name: string) => number
  readonly boolean: (name: string) => boolean
  readonly numbers: (name: string) => Float64Array
  readonly vector: (name: string) => Float64Array
  readonly numberLists: (name: string) => readonly Float64Array[]
  readonly has: (name: string) => boolean
  /** A whole number that stands beside the parameters. */
  readonly count: (name: string) => number
  readonly rows: (table: string) => readonly SavedRow[]
  /** The only row of a table. */
  readonly row: (table: string) => SavedRow
  /** A value is none that its class can have… */
  readonly wrong: (what: string, expected: string) => Error
  /** …or is sound by itself, but does not fit what else is saved. */
  readonly mismatch: (what: string, expected: string) => Error
  /** What is a part of something is there a second time, above or beside it. */
  readonly cycle: (what: string, below: string) => Error
  /** The path of what lies below. */
  readonly at: (name: string) => string
}

/** A row, or a structure within one. */
export type SavedRow = {
  readonly has: (name: string) => boolean
  readonly number: (name: string) => number
  readonly integer: (name: string) => number
  readonly boolean: (name: string) => boolean
  readonly numbers: (name: string) => Float64Array
  readonly numberLists: (name: string) => readonly Float64Array[]
  readonly text: (name: string) => string
  readonly texts: (name: string) => readonly string[]
  /** Whether a list is one of texts. */
  readonly hasTexts: (name: string) => boolean
  readonly textLists: (name: string) => readonly (readonly string[])[]
  readonly vector: (name: string) => Float64Array
  /** Whether a vector was saved without its zeros. */
  readonly isSparse: (name: string) => boolean
  readonly vectors: (name: string) => readonly Float64Array[]
  readonly matrix: (name: string) => Matrix
  readonly matrices: (name: string) => readonly Matrix[]
  /** Numbers by name. */
  readonly map: (name: string) => Readonly<Record<string, number>>
  /** Maps of numbers, by what they are of. */
  readonly maps: (name: string) => Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly record: (name: string) => SavedRow
}

const decoder = new TextDecoder('utf-8', { fatal: true })

export const readSaved = (folder: Folder, path: string, limits: Limits, space: Room = room()): Saved => {
  const vectorIn: Read<Float64Array> = (value) => vectorOf(value, space)
  const matrixIn: Read<Matrix> = (value) => matrixOf(value, space)
  const at = (name: string): string => (path === '' ? name : `${path}/${name}`)
  const metadata = readMetadata(folder, at('metadata'))
  const className = metadata['class']
  if (typeof className !== 'string')
    throw scoringError('spark.metadata', { path: at('metadata'), reason: 'it names no class' })
  const params = {
    ...(isRecord(metadata['defaultParamMap']) ? metadata['defaultParamMap'] : {}),
    ...(isRecord(metadata['paramMap']) ? metadata['paramMap'] : {}),
  }
  const name = className.split('.').at(-1) ?? className
  const wrong = (what: string, expected: string) => scoringError('spark.value', { path: path || name, what, expected })
  const mismatch = (what: string, expected: string) =>
    scoringError('spark.mismatch', { path: path || name, what, expected })
  const noColumn = (what: string, expected: string) =>
    scoringError('spark.column', { path: path || name, what, expected })
  const valueOf =
    (refuse: typeof wrong) =>
    <T>(from: Readonly<Record<string, unknown>>, key: string, expected: string, read: Read<T>): T => {
      const value = Object.hasOwn(from, key) ? read(from[key]) : undefined
      if (value === undefined) throw refuse(key, expected)
      return value
    }
  const get = valueOf(wrong)
  const record = (row: Row): SavedRow => recordOf(row, valueOf(noColumn))
  const recordOf = (row: Row, get: ReturnType<typeof valueOf>): SavedRow => ({
    has: (key) => Object.hasOwn(row, key) && row[key] !== null && row[key] !== undefined,
    number: (key) => get(row, key, 'a number', numberIn),
    integer: (key) => get(row, key, 'a whole number', integerIn),
    boolean: (key) => get(row, key, 'true or false', booleanIn),
    numbers: (key) => get(row, key, 'a list of numbers', numbersIn),
    numberLists: (key) => get(row, key, 'a list of lists of numbers', listOf(numbersIn)),
    text: (key) => get(row, key, 'a text', textIn),
    texts: (key) => get(row, key, 'a list of texts', textsIn),
    hasTexts: (key) => textsIn(row[key]) !== undefined,
    textLists: (key) => get(row, key, 'a list of lists of texts', listOf(textsIn)),
    vector: (key) => get(row, key, 'a vector', vectorIn),
    isSparse: (key) => isRecord(row[key]) && row[key]['type'] === 0,
    vectors: (key) => get(row, key, 'a list of vectors', listOf(vectorIn)),
    matrices: (key) => get(row, key, 'a list of matrices', listOf(matrixIn)),
    matrix: (key) => get(row, key, 'a matrix', matrixIn),
    map: (key) => get(row, key, 'a map of numbers', mapIn),
    maps: (key) => get(row, key, 'maps of numbers', mapsIn),
    record: (key) => record(get(row, key, 'a structure', (value) => (isRecord(value) ? value : undefined))),
  })
  const rows = (table: string): readonly SavedRow[] => {
    const files = partFiles(folder, at(table)).filter(({ name: file }) => file.endsWith('.parquet'))
    if (files.length === 0) throw scoringError('spark.missing', { path: at(table) })
    return files.flatMap((file) => readParquet(file.read(), file.name, limits).map(record))
  }
  const version = textIn(metadata['sparkVersion'])
  const [ownMajor = Number.NaN, ownMinor = Number.NaN] = (version ?? '').split('.').map(Number)
  return {
    path,
    className,
    name,
    version,
    isBefore: (major, minor = 0) => ownMajor < major || (ownMajor === major && ownMinor < minor),
    isOfSpark4: partFiles(folder, at('metadata')).some(({ name: file }) => file.endsWith('.txt')),
    parameters: params,
    metadata,
    text: (key) => get(params, key, 'a text', textIn),
    texts: (key) => get(params, key, 'a list of texts', textsIn),
    number: (key) => get(params, key, 'a number', numberIn),
    boolean: (key) => get(params, key, 'true or false', booleanIn),
    numbers: (key) => get(params, key, 'a list of numbers', numbersIn),
    vector: (key) => get(params, key, 'a vector', vectorIn),
    numberLists: (key) => get(params, key, 'a list of lists of numbers', listOf(numbersIn)),
    has: (key) => Object.hasOwn(params, key),
    count: (key) => {
      const count = get(metadata, key, 'a whole number', integerIn)
      if (count < 0) throw wrong(key, 'a number from 0')
      if (count > limits.nodes) throw limitReached(key, limits.nodes, { found: count })
      return count
    },
    rows,
    row: (table) => {
      const [only, ...more] = rows(table)
      if (only === undefined || more.length > 0) throw mismatch(table, 'one row')
      return only
    },
    wrong,
    mismatch,
    cycle: (what, below) => scoringError('spark.cycle', { path: path || name, what, below }),
    at,
  }
}

type Read<T> = (value: unknown) => T | undefined

const textIn: Read<string> = (value) => (typeof value === 'string' ? value : undefined)
const booleanIn: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)
const textsIn: Read<readonly string[]> = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
const listOf =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value) => {
    const items = Array.isArray(value) ? value.map(read) : [undefined]
    return items.includes(undefined) ? undefined : (items as T[])
  }
const integerIn: Read<number> = (value) => {
  const number = numberIn(value)
  return Number.isSafeInteger(number) ? number : undefined
}
const mapIn: Read<Readonly<Record<string, number>>> = (value) =>
  isRecord(value) && Object.values(value).every((one) => typeof one === 'number')
    ? (value as Readonly<Record<string, number>>)
    : undefined
const mapsIn: Read<Readonly<Record<string, Readonly<Record<string, number>>>>> = (value) =>
  isRecord(value) && Object.values(value).every((one) => mapIn(one) !== undefined)
    ? (value as Readonly<Record<string, Readonly<Record<string, number>>>>)
    : undefined

const readMetadata = (folder: Folder, path: string): Readonly<Record<string, unknown>> => {
  const files = partFiles(folder, path)
  if (files.length === 0) throw scoringError('spark.missing', { path })
  const invalid = (reason: string) => scoringError('spark.metadata', { path, reason })
  const text = attempt(() => files.map((file) => decoder.decode(file.read())).join(''))
  if (text === undefined) throw invalid('it is not UTF-8')
  const parsed = attempt(() => JSON.parse(text) as unknown)
  if (!isRecord(parsed)) throw invalid('it is not a JSON object')
  const twice = repeatedKey(text)
  if (twice !== undefined) throw invalid(`it has "${twice}" twice`)
  return parsed
}

/** JSON that is none, and text that is not UTF-8, are undefined. */
const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
