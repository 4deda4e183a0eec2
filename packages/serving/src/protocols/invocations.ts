import { type ColumnSchema, type Table, tableFromRows } from '@modelsmith/table'
import { answerRows, type Outcome, parts, scoreColumns } from '../answer.ts'
import { servingError } from '../errors.ts'
import { refuseExplanations } from '../explanations/wish.ts'
import { mediaTypes, tableFormatOf } from '../formats/formats.ts'
import { demandCount, readTable } from '../formats/read.ts'
import { type Asked, demandParameters, isObject, jsonType, mediaTypeOf, parseJson, readAssociated } from '../request.ts'
import type { Protocol } from './protocol.ts'

type Row = Readonly<Record<string, unknown>>

/** Requests as MLflow's scoring server takes them at `/invocations`: JSON in one of four forms, with prediction parameters as `params`, CSV, Arrow or Parquet. */
export const mlflow: Protocol = {
  name: 'mlflow',
  begin: (headers, address) => {
    refuseExplanations(address)
    return (body, { inputs, outcome, association }) => ({
      asked: readInvocation(inputs, body, headers['content-type'], association),
      answer: (scores) => ({ body: invocationAnswer(scores, outcome), headers: {} }),
    })
  },
  error: (message) => ({ error_code: 'BAD_REQUEST', message }),
}

const readInvocation = (
  inputs: readonly ColumnSchema[],
  body: Uint8Array,
  contentType: string | undefined,
  association: string | undefined,
): Asked => {
  const type = mediaTypeOf(contentType)
  const format = tableFormatOf(type)
  if (format !== undefined) {
    const read = (columns: readonly ColumnSchema[]) => readTable(format, columns, body)
    return { ...readAssociated(inputs, association, read), parameters: {} }
  }
  if (type !== jsonType)
    throw servingError('serving.bodyType', { type, known: [jsonType, ...Object.values(mediaTypes)] })
  const value = parseJson(body)
  if (!isObject(value)) throw wrong('it is not an object')
  const given = Object.keys(value).filter((key) => key in forms)
  const [form] = given
  if (form === undefined || given.length > 1) {
    throw wrong(`it has ${given.length === 0 ? 'none' : given.join(' and ')} of ${Object.keys(forms).join(', ')}`)
  }
  const rows = (forms[form] as Form)(value[form], inputs)
  const parameters = demandParameters(value['params'] ?? {})
  demandCount(rows.length)
  const read = (columns: readonly ColumnSchema[]) => tableFromRows({ columns }, rows)
  return { ...readAssociated(inputs, association, read), parameters }
}

const wrong = (problem: string) => servingError('serving.invocation', { problem })

type Form = (value: unknown, inputs: readonly ColumnSchema[]) => readonly Row[]

const forms: Readonly<Record<string, Form>> = {
  dataframe_split: (value) => {
    const { columns, data } = isObject(value) ? value : {}
    if (!isTexts(columns)) throw wrong('"dataframe_split" has no list "columns" of names')
    if (!isLists(data)) throw wrong('"dataframe_split" has no list "data" of rows')
    return rowsUnder(columns, data, 'dataframe_split')
  },
  dataframe_records: (value) => {
    if (!Array.isArray(value) || !value.every(isObject)) throw wrong('"dataframe_records" is not a list of objects')
    return value
  },
  instances: (value, inputs) => {
    if (Array.isArray(value) && value.every(isObject)) return value
    if (!isLists(value)) throw wrong('"instances" is neither a list of objects nor a list of rows')
    return rowsInOrder(inputs, value, 'instances')
  },
  inputs: (value, inputs) => {
    if (isObject(value)) return rowsOfColumns(value)
    if (!isLists(value)) throw wrong('"inputs" is neither an object of columns nor a list of rows')
    return rowsInOrder(inputs, value, 'inputs')
  },
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')
const isLists = (value: unknown): value is readonly (readonly unknown[])[] =>
  Array.isArray(value) && value.every(Array.isArray)

const rowsUnder = (names: readonly string[], lists: readonly (readonly unknown[])[], form: string): Row[] =>
  lists.map((cells, row) => {
    if (cells.length === names.length) return Object.fromEntries(names.map((name, index) => [name, cells[index]]))
    throw wrong(`row ${row + 1} of "${form}" has ${cells.length} values, ${names.length} were expected`)
  })

const rowsInOrder = (inputs: readonly ColumnSchema[], lists: readonly (readonly unknown[])[], form: string): Row[] =>
  rowsUnder(
    inputs.map(({ name }) => name),
    lists,
    form,
  )

const rowsOfColumns = (columns: Row): Row[] => {
  const lists = Object.entries(columns).map(
    ([name, value]) => [name, Array.isArray(value) ? value.flat() : [value]] as const,
  )
  const rows = lists[0]?.[1].length ?? 0
  const other = lists.find(([, values]) => values.length !== rows)
  if (other !== undefined)
    throw wrong(`column "${other[0]}" of "inputs" has ${other[1].length} values, the first has ${rows}`)
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(lists.map(([name, values]) => [name, values[row]])),
  )
}

/** A number for each row; for classes a record with the label and the probability of each class, for other outputs one of their names. */
const invocationAnswer = (table: Table, outcome: Outcome): object => {
  const { scores } = parts(table, outcome)
  if (outcome.outputs === true) return { predictions: answerRows(table, outcome).map(({ outputs }) => outputs) }
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  if (probabilities.length === 0) return { predictions }
  return {
    predictions: predictions.map((prediction, row) => ({
      prediction,
      ...Object.fromEntries(outcome.classes.map((name, index) => [`probability_${name}`, probabilities[index]?.[row]])),
    })),
  }
}
