import type { Application, HostedModel } from '@modelsmith/api'
import { fieldsOf, type ParameterValues } from '@modelsmith/domain'
import {
  beside,
  type Cell,
  type Column,
  type ColumnSchema,
  cellReader,
  columnIndex,
  selectColumns,
  type Table,
  tableFromRows,
} from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import { servingError } from '../errors.ts'

/** What runs the code: rows under the algorithm's inputs to scores, or to what its transform gives. */
type Code = { predict(rows: Table, parameters?: ParameterValues): Promise<Table> }

type Outputs = HostedModel['outputs']

/** How a model whose file is run by code is asked. */
export type CodedAnswers = {
  readonly outcome: Outcome
  /** Of a transform: the columns that it gives, in the order in which they are answered. */
  readonly outputs: Outputs
  /** The columns that it learnt from, whose cells are read as they were then. */
  readonly columns: readonly ColumnSchema[]
}

/** The columns that code is given: the inputs of the algorithm, each of the type of its field. */
export const codedInputs = ({ inputs }: Application): ColumnSchema[] =>
  inputs.map(({ input, type }) => ({ name: input, type }))

/** The fields of an application; what an input of the model reads is read as the model's own column was. */
export const fieldColumns = (application: Application, columns: readonly ColumnSchema[]): ColumnSchema[] => {
  const formats = new Map(columns.map(({ name, format }) => [name, format]))
  const readBy = new Map(application.inputs.map(({ field, input }) => [field, input]))
  return fieldsOf(application).map(({ name, type }) => {
    const format = formats.get(readBy.get(name) ?? '')
    return { name, type, ...(format === undefined ? {} : { format }) }
  })
}

/** Code, or a model that was trained here, that answers rows in an application's own fields; what it gives is what the algorithm declares, or an error. */
export const codedModel = (code: Code, application: Application, { outcome, outputs, columns }: CodedAnswers) => {
  const handedOn = application.passThrough.map(({ field }) => field)
  return {
    /** The application's fields. */
    inputs: fieldColumns(application, columns),
    predict: async (rows: Table, parameters: ParameterValues): Promise<Table> => {
      const given = await code.predict(inputsOf(rows, application), parameters)
      const answers = outcome.outputs === true ? declaredOf(given, outputs) : given
      return handedOn.length === 0 ? answers : beside([selectColumns(rows, handedOn), answers])
    },
  }
}

/** Rows of fields as rows of inputs, with what stands for missing cells. */
export const inputsOf = (rows: Table, { inputs }: Application): Table => {
  const columns = inputs.map(({ field, input, type, default: fallback }): [ColumnSchema, Column] => {
    const at = columnIndex(rows, field ?? '')
    const column = rows.columns[at] as Column
    const schema: ColumnSchema = { ...(rows.schema.columns[at] as ColumnSchema), name: input, type }
    return [schema, fallback === null ? column : filled(column, schema, rows.rows, fallback)]
  })
  return {
    schema: { columns: columns.map(([schema]) => schema) },
    rows: rows.rows,
    columns: columns.map(([, column]) => column),
  }
}

const filled = (column: Column, schema: ColumnSchema, rows: number, fallback: Cell): Column => {
  const read = cellReader(column, schema)
  const cells = Array.from({ length: rows }, (_, row) => ({ [schema.name]: read(row) ?? fallback }))
  return tableFromRows({ columns: [schema] }, cells).columns[0] as Column
}

const declaredOf = (given: Table, outputs: Outputs): Table => {
  const found = given.schema.columns.map(({ name }) => name)
  const declared = outputs.map(({ name }) => name)
  const missing = declared.filter((name) => !found.includes(name))
  const further = found.filter((name) => !declared.includes(name))
  if (missing.length + further.length > 0)
    throw servingError('code.outputs', { found: listed(found), missing: listed(missing), further: listed(further) })
  for (const { name, kind } of outputs) {
    const { type } = given.schema.columns[columnIndex(given, name)] as ColumnSchema
    const isText = type === 'text' || type === 'category'
    if (kind === 'text' ? !isText : type !== 'number' && type !== 'integer')
      throw servingError('code.outputType', { name, found: type, declared: kind })
  }
  return selectColumns(given, declared)
}

const listed = (names: readonly string[]): string =>
  names
    .slice(0, 10)
    .map((name) => `"${name}"`)
    .join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '')
