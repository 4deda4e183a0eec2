import type { PredictionAnswer } from '@modelsmith/api'
import type { TargetType } from '@modelsmith/domain'
import {
  beside,
  type Column,
  type ColumnSchema,
  cellReader,
  ModelsmithError,
  selectColumns,
  type Table,
  textColumn,
  textReader,
} from '@modelsmith/table'
import { servingError } from './errors.ts'

type Prediction = PredictionAnswer['predictions'][number]
/** What kind of scores a model gives. */
export type Outcome = {
  readonly targetType: TargetType
  readonly classes: readonly string[]
  /** Scores begin with a column of labels, for a model whose label is not always its most likely class; no probabilities may follow. */
  readonly labels?: 'alone' | 'with probabilities'
  /** The scores are what they are called: of transforms, and of models with several targets. */
  readonly outputs?: true
  /** Probabilities are not answered. */
  readonly withoutProbabilities?: true
  /** Of several outputs, the ones that are answered. */
  readonly only?: string[]
  /** So many columns before the scores are the caller's own, to be handed on. */
  readonly passedThrough?: number
}

const numbers = (column: Column | undefined): Float64Array => {
  if (column?.kind === 'float64') return column.values
  throw new ModelsmithError({ code: 'serving.bug', kind: 'bug', message: 'A score column is not numeric.' })
}

/** The class with the highest probability of each row; the first of equals. */
const mostLikely = (probabilities: readonly Float64Array[], row: number): number => {
  let best = 0
  for (let index = 1; index < probabilities.length; index++) {
    if ((probabilities[index]?.[row] as number) > (probabilities[best]?.[row] as number)) best = index
  }
  return best
}

const isClassification = ({ targetType }: Pick<Outcome, 'targetType'>): boolean =>
  targetType === 'binary' || targetType === 'multiclass'

type Scored = {
  readonly predictions: readonly (number | string)[]
  readonly probabilities: readonly Float64Array[]
}

/** Scores column by column: what is predicted for each row, and for classes the probabilities in their order. */
export const scoreColumns = (scores: Table, outcome: Outcome): Scored => {
  const scored = allScores(scores, outcome)
  return outcome.withoutProbabilities === true ? { ...scored, probabilities: [] } : scored
}

const allScores = (scores: Table, outcome: Outcome): Scored => {
  const [first, ...others] = scores.columns
  if (outcome.labels !== undefined && (first?.kind === 'dictionary' || first?.kind === 'utf8')) {
    const predictions = Array.from({ length: scores.rows }, (_, row) => row).map(textReader(first))
    return { predictions, probabilities: others.map(numbers) }
  }
  const columns = scores.columns.map(numbers)
  if (!isClassification(outcome)) return { predictions: Array.from(columns[0] ?? []), probabilities: [] }
  const labelOf = (row: number) => outcome.classes[mostLikely(columns, row)] as string
  return { predictions: Array.from({ length: scores.rows }, (_, row) => labelOf(row)), probabilities: columns }
}

const part = ({ schema, rows, columns }: Table, start: number, end?: number): Table => ({
  schema: { columns: schema.columns.slice(start, end) },
  rows,
  columns: columns.slice(start, end),
})

/** A model's answer as what it passed through and what it found. */
export const parts = (
  table: Table,
  { passedThrough = 0, only }: Outcome,
): { readonly own: Table; readonly scores: Table } => {
  const scores = passedThrough === 0 ? table : part(table, passedThrough)
  return { own: part(table, 0, passedThrough), scores: only === undefined ? scores : selectColumns(scores, only) }
}

/** The cells of a row by the names of their columns. */
const cellsOf = (table: Table): ((row: number) => NonNullable<Prediction['outputs']>) => {
  const readers = table.columns.map((column, at): [string, ReturnType<typeof cellReader>] => {
    const schema = table.schema.columns[at] as ColumnSchema
    return [schema.name, cellReader(column, schema)]
  })
  return (row) => Object.fromEntries(readers.map(([name, read]) => [name, read(row)]))
}

/** In one JSON answer: by name in each row they take some 100 bytes each, and vectors of words have a million. */
const mostValues = 5_000_000

/** That so many values of each of so many rows fit into one JSON answer. */
export const demandRoom = (rows: number, columns: number): void => {
  if (rows * columns > mostValues) throw servingError('serving.answerTooLarge', { rows, columns, limit: mostValues })
}

/** The JSON answer of each row, with what the caller wanted to have handed on. */
export const answerRows = (table: Table, outcome: Outcome): Prediction[] => {
  demandRoom(table.rows, table.columns.length)
  const { own, scores } = parts(table, outcome)
  const answers = outcome.outputs === true ? outputRows(scores) : scoredRows(scores, outcome)
  if (own.columns.length === 0) return answers
  const passThrough = cellsOf(own)
  return answers.map((answer, row) => ({ ...answer, passThrough: passThrough(row) }))
}

const outputRows = (scores: Table): Prediction[] => {
  const outputs = cellsOf(scores)
  return Array.from({ length: scores.rows }, (_, row) => ({ prediction: null, outputs: outputs(row) }))
}

/** Scores (one column a class, or `Predictions`) as the JSON answer of each row. */
const scoredRows = (scores: Table, outcome: Outcome): Prediction[] => {
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  if (probabilities.length === 0) return predictions.map((prediction) => ({ prediction }))
  return predictions.map((prediction, row) => ({
    prediction,
    probabilities: Object.fromEntries(
      outcome.classes.map((name, index) => [name, probabilities[index]?.[row] as number]),
    ),
  }))
}

/** The table of a file of predictions as lists under the names of its columns. */
export const answerColumns = (table: Table, outcome: Outcome): Readonly<Record<string, readonly unknown[]>> => {
  const { own, scores } = parts(table, outcome)
  if (outcome.outputs === true) return { ...lists(own), ...lists(scores) }
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  return Object.fromEntries([
    ...Object.entries(lists(own)),
    ['prediction', predictions],
    ...probabilities.map((column, index) => [`probability_${outcome.classes[index]}`, Array.from(column)]),
  ])
}

/** The columns of a table as lists under their names. */
export const lists = ({ schema, rows, columns }: Table): Readonly<Record<string, readonly unknown[]>> =>
  Object.fromEntries(
    columns.map((column, at) => {
      const own = schema.columns[at] as ColumnSchema
      const read = cellReader(column, own)
      return [own.name, Array.from({ length: rows }, (_, row) => read(row))]
    }),
  )

/** Scores as the table that a file of predictions holds: `prediction`, then `probability_<class>` for classification. */
export const answerTable = (table: Table, outcome: Outcome): Table => {
  const { own, scores } = parts(table, outcome)
  const answers = outcome.outputs === true ? scores : scoredTable(scores, outcome)
  return own.columns.length === 0 ? answers : beside([own, answers])
}

/** The columns of such a table behind those that are handed on, as far as they are known before a model has answered. */
export const answerSchema = ({
  targetType,
  classes,
  labels,
  outputs,
  only = [],
  withoutProbabilities,
}: Outcome): readonly ColumnSchema[] => {
  if (outputs === true) return only.map((name) => ({ name, type: 'number' }))
  if (!isClassification({ targetType })) return [{ name: 'prediction', type: 'number' }]
  const told = labels === 'alone' || withoutProbabilities === true ? [] : classes
  return [
    { name: 'prediction', type: 'category' },
    ...told.map((name) => ({ name: `probability_${name}`, type: 'number' as const })),
  ]
}

const scoredTable = (scores: Table, outcome: Outcome): Table => {
  if (!isClassification(outcome)) {
    return { ...scores, schema: { columns: [{ name: 'prediction', type: 'number' }] } }
  }
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  return {
    schema: {
      columns: [
        { name: 'prediction', type: 'category' },
        ...probabilities.map((_, at) => ({ name: `probability_${outcome.classes[at]}`, type: 'number' as const })),
      ],
    },
    rows: scores.rows,
    columns: [
      textColumn(predictions.map(String), 'category'),
      ...probabilities.map((values) => ({ kind: 'float64', values, validity: undefined }) as const),
    ],
  }
}
