import { tableFromRows } from '@modelsmith/table'
import type { Data } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { type Answers, type Asked, answerer } from '../input/answers.ts'
import { dataOf } from '../input/data-of.ts'
import type { InputColumn, ModelInput } from '../input/input.ts'
import { givenColumn, schemaOfInput } from '../input/table.ts'
import type { Model } from '../model/model.ts'
import type { Scorer } from '../model/scorer.ts'
import { packVersion, unpack } from './pack.ts'

/** What an exported module holds, as `pack` writes it. */
export type Packed = {
  readonly version: number
  readonly model: Model
  readonly input: ModelInput
  readonly about: About
  readonly test: { readonly rows: readonly Row[]; readonly answers: Answers }
}
export type About = {
  readonly name: string
  readonly library: string
  readonly libraryVersion: string | null
  readonly exported: string
}

/** A row by the names of its columns, or in their order; a vector of Spark's may be a list under its name. */
export type Row = Readonly<Record<string, unknown>> | readonly unknown[]

/** As the platform answers: the class and the probability of each; a number; or one value for each column of the answer. */
export type Prediction = Readonly<Record<string, unknown>>

/**
 * What a self-test found: whether the answers are those of the export, whether they are so to the last bit, and the largest
 * difference. Engines differ in the last digit of exponentials and logarithms, which passes.
 */
export type SelfTest = {
  readonly passed: boolean
  readonly identical: boolean
  readonly rows: number
  readonly largestDifference: number
}

const tolerance = 1e-9

export type Portable = {
  readonly about: About
  readonly columns: readonly InputColumn[]
  readonly testRows: readonly Row[]
  readonly predict: (rows: readonly Row[], method?: Asked) => readonly Prediction[]
  readonly selfTest: () => SelfTest
}

/** A packed model that answers; `compile` is the part of our compiler that this model needs. */
export const openPortable = (text: string, compile: (model: Model) => Scorer): Portable => {
  const { version, model, input, about, test } = unpack(text) as Packed
  if (version !== packVersion) throw scoringError('model.packVersion', { found: version, known: packVersion })
  const scorer = compile(model)
  const answer = (rows: readonly Row[], method: Asked): Answers =>
    answerer(scorer, method).answer(dataFromRows(input, rows))
  return {
    about,
    columns: input.columns,
    testRows: test.rows,
    predict: (rows, method = 'prediction') => predictions(answer(rows, method)),
    selfTest: () => compared(answer(test.rows, 'prediction'), test.answers, test.rows.length),
  }
}

/** What a module is made of: the model, what it takes, and rows with the answers that it is to give for them. */
export const packedModel = (
  { model, input, about }: Pick<Packed, 'model' | 'input' | 'about'>,
  scorer: Scorer,
  rows: readonly Row[],
): Packed => ({
  version: packVersion,
  model,
  input,
  about,
  test: { rows, answers: answerer(scorer, 'prediction').answer(dataFromRows(input, rows)) },
})

/** Rows as the model's data; throws every wrong cell at once, with its row from 1. */
const dataFromRows = (input: ModelInput, rows: readonly Row[]): Data => {
  const columns = input.shape === 'mappings' ? freeColumns(rows) : input.columns
  const named = rows.map((row, index) => onlyKnown(namedRow(row, columns, index), columns))
  const table = tableFromRows({ columns: columns.map(schemaOfInput) }, named)
  const given = columns.map((column, at) => givenColumn(column, table, at))
  return dataOf(
    input,
    rows.length,
    given,
    columns.map(({ name }) => name),
  )
}

const freeColumns = (rows: readonly Row[]): readonly InputColumn[] => {
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  return [...names].map((name) => ({ name, isNamed: true, type: 'any' }))
}

const namedRow = (row: Row, columns: readonly InputColumn[], index: number): Readonly<Record<string, unknown>> => {
  if (typeof row !== 'object' || row === null) throw scoringError('input.row', { row: index + 1, found: typeof row })
  if (!Array.isArray(row)) return spreadVectors(row as Readonly<Record<string, unknown>>, columns)
  const cells: readonly unknown[] = row
  if (cells.length !== columns.length)
    throw scoringError('input.rowWidth', { row: index + 1, found: cells.length, expected: columns.length })
  return Object.fromEntries(columns.map(({ name }, at) => [name, cells[at]]))
}

/** Truth values are numbers where numbers are wanted. What the model does not read may be there, once all that it reads is. */
const onlyKnown = (
  row: Readonly<Record<string, unknown>>,
  columns: readonly InputColumn[],
): Readonly<Record<string, unknown>> => {
  const used = columns.filter(({ isUnused }) => isUnused !== true)
  const known = used.flatMap(({ name, type }): [string, unknown][] =>
    Object.hasOwn(row, name) ? [[name, type === 'number' ? numberOfTruth(row[name]) : row[name]]] : [],
  )
  if (known.length === used.length) return Object.fromEntries(known)
  const unused = new Set(columns.filter((column) => column.isUnused === true).map(({ name }) => name))
  return Object.fromEntries([...Object.entries(row).filter(([name]) => !unused.has(name)), ...known])
}

const numberOfTruth = (value: unknown): unknown => {
  const text = typeof value === 'string' ? value.toLowerCase() : value
  return text === true || text === 'true' ? 1 : text === false || text === 'false' ? 0 : value
}

const spreadVectors = (
  row: Readonly<Record<string, unknown>>,
  columns: readonly InputColumn[],
): Readonly<Record<string, unknown>> => {
  const vectors = new Set(columns.flatMap(({ vector }) => vector ?? []))
  if (![...vectors].some((name) => Array.isArray(row[name]))) return row
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, unknown][] =>
      vectors.has(name) && Array.isArray(value)
        ? value.map((part: unknown, at) => [`${name}:${at}`, part])
        : [[name, value]],
    ),
  )
}

const probabilityPrefix = 'probability_'

const predictions = ({ rows, columns }: Answers): readonly Prediction[] => {
  const isClass = columns[0]?.name === 'prediction' && columns[1]?.name.startsWith(probabilityPrefix) === true
  return Array.from({ length: rows }, (_, row) => {
    const values = columns.map(({ name, values: column }): [string, unknown] => [name, column[row] ?? null])
    if (!isClass) return Object.fromEntries(values)
    const [[, prediction], ...probabilities] = values as [[string, unknown], ...[string, unknown][]]
    return {
      prediction,
      probabilities: Object.fromEntries(
        probabilities.map(([name, value]) => [name.slice(probabilityPrefix.length), value]),
      ),
    }
  })
}

const compared = (found: Answers, expected: Answers, rows: number): SelfTest => {
  const isAlike = found.rows === expected.rows && found.columns.length === expected.columns.length
  if (!isAlike) return { passed: false, identical: false, rows, largestDifference: Infinity }
  let [passed, identical, largestDifference] = [true, true, 0]
  for (const [at, { values: wanted }] of expected.columns.entries())
    for (let row = 0; row < expected.rows; row++) {
      const [a, b] = [found.columns[at]?.values[row], wanted[row]]
      if (Object.is(a, b)) continue
      identical = false
      const difference = typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) : Infinity
      passed &&= difference <= tolerance * Math.max(1, Math.abs(Number(b)))
      largestDifference = Math.max(largestDifference, difference)
    }
  return { passed, identical, rows, largestDifference }
}
