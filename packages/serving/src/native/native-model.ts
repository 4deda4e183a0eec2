import type { Application } from '@modelsmith/api'
import { fieldsOf } from '@modelsmith/domain'
import {
  type AnswerColumn,
  compile,
  type GivenColumn,
  givenColumn,
  type InputColumn,
  type ModelInput,
  type OpenedModel,
  type Scorer,
} from '@modelsmith/scoring'
import {
  type Cell,
  type ColumnSchema,
  selectColumns,
  SharedDictionary,
  type Table,
  textColumn,
} from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import { inputUnder, rowsAnswerer, withSamples } from './answers.ts'
import { outcomeOf } from './describe.ts'

export type NativeModel = {
  /** The application's fields. */
  readonly inputs: readonly ColumnSchema[]
  readonly outcome: Outcome
  readonly predict: (rows: Table) => Table
  /** Answers to so many rows that are made up from what the model knows of its inputs. */
  readonly rehearse: (rows: number) => Table
}

/** A model file that answers rows in an application's own fields: those of its inputs, and those that it only hands on. */
export const nativeModel = (opened: OpenedModel, application: Application): NativeModel => {
  const scorer = compile(opened.model)
  const { inputs, input, names, givenBy } = nativeInput(opened, scorer, application)
  const handedOn = application.passThrough.map(({ field }) => field)
  const answer = rowsAnswerer(scorer, input, names)
  const tableOf = tablesOf()
  const answers = (given: readonly GivenColumn[], rows: number) => tableOf(answer(rows, given), rows)
  return {
    inputs,
    rehearse: (rows) => withSamples(input, rows, (given) => beside(emptyCells(handedOn, rows), answers(given, rows))),
    outcome: { ...outcomeOf(scorer), ...(handedOn.length === 0 ? {} : { passedThrough: handedOn.length }) },
    predict: (rows) => {
      const answered = answers(givenBy(rows), rows.rows)
      return handedOn.length === 0 ? answered : beside(selectColumns(rows, handedOn), answered)
    },
  }
}

/** How rows of the application's fields become the columns of the model. */
export const nativeInput = (opened: OpenedModel, scorer: Scorer, application: Application) => {
  const sources = new Map(application.inputs.map((each) => [each.input, each]))
  const input = withWholeNumbers(inputUnder(opened, scorer, application), sources)
  const { columns } = input
  // To a library an empty text is a text, where a caller can write null.
  const inputs = fieldsOf(application).map(
    ({ name, type }): ColumnSchema => ({
      name,
      type,
      ...(type === 'text' || type === 'category' ? { format: { emptyText: 'text' } } : {}),
    }),
  )
  const places = new Map(inputs.map(({ name }, at) => [name, at]))
  return {
    inputs,
    input,
    names: columns.map(({ name }) => name),
    /** What the application calls each column; those that it does not reach have their own names. */
    fields: columns.map(({ name }) => sources.get(name)?.field ?? name),
    givenBy: (rows: Table): GivenColumn[] =>
      columns.map((column) => {
        const source = sources.get(column.name)
        const at = places.get(source?.field ?? '')
        if (source === undefined || at === undefined) return new Float64Array(rows.rows).fill(Number.NaN)
        return withDefault(column, givenColumn(column, rows, at), source.default)
      }),
  }
}

/** To Spark a column of whole numbers is of another type: the mean of it that is filled in is whole too, and its texts have no point. */
const withWholeNumbers = (
  input: ModelInput,
  sources: ReadonlyMap<string, Application['inputs'][number]>,
): ModelInput => {
  if (input.shape !== 'named') return input
  const columns = input.columns.map((column): InputColumn => {
    const isWhole = column.vector === undefined && sources.get(column.name)?.type === 'integer'
    return isWhole && column.type !== 'text' ? { numberType: 'bigint', ...column } : column
  })
  return { ...input, columns }
}

const beside = (own: Table, answers: Table): Table => ({
  schema: { columns: [...own.schema.columns, ...answers.schema.columns] },
  rows: answers.rows,
  columns: [...own.columns, ...answers.columns],
})

const emptyCells = (names: readonly string[], rows: number): Table => ({
  schema: { columns: names.map((name) => ({ name, type: 'text' })) },
  rows,
  columns: names.map(() =>
    textColumn(
      Array.from({ length: rows }, () => null),
      'text',
    ),
  ),
})

/** Cells with what stands for missing ones; what the model takes as numbers are numbers. */
const withDefault = ({ type }: InputColumn, given: GivenColumn, fallback: Cell): GivenColumn => {
  if (given instanceof Float64Array) {
    if (fallback === null) return given
    const filler = Number(fallback)
    return given.map((value) => (Number.isNaN(value) ? filler : value))
  }
  const cells = fallback === null ? given : given.map((cell) => cell ?? fallback)
  return type === 'number' ? Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))) : cells
}

/** Makes tables of answers; those of one model have the same columns, and few labels. */
const tablesOf = () => {
  let columns: readonly ColumnSchema[] = []
  const labels = new SharedDictionary()
  return (answered: readonly AnswerColumn[], rows: number): Table => {
    if (!isUnder(columns, answered))
      columns = answered.map(({ name, values }) => ({
        name,
        type: values instanceof Float64Array ? 'number' : 'category',
      }))
    return {
      schema: { columns },
      rows,
      columns: answered.map(({ values }) =>
        values instanceof Float64Array
          ? ({ kind: 'float64', values, validity: undefined } as const)
          : labels.columnOf(values),
      ),
    }
  }
}

const isUnder = (columns: readonly ColumnSchema[], answered: readonly AnswerColumn[]): boolean =>
  columns.length === answered.length &&
  answered.every(({ name, values }, at) => {
    const column = columns[at] as ColumnSchema
    return column.name === name && (column.type === 'number') === values instanceof Float64Array
  })
