import type { PredictionAnswer } from '@modelsmith/api'
import type { EstimatorType } from '@modelsmith/domain'
import { type Column, ModelsmithError, type Table, textColumn, textReader } from '@modelsmith/table'

type Prediction = PredictionAnswer['predictions'][number]
/** What kind of scores a model gives. */
export type Outcome = {
  readonly targetType: EstimatorType
  readonly classes: readonly string[]
  /** Scores begin with a column of labels, for a model whose label is not always its most likely class; no probabilities may follow. */
  readonly labels?: 'alone' | 'with probabilities'
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

const isClassification = ({ targetType }: Outcome): boolean => targetType === 'binary' || targetType === 'multiclass'

/** Scores column by column: what is predicted for each row, and for classes the probabilities in their order. */
export const scoreColumns = (
  scores: Table,
  outcome: Outcome,
): { readonly predictions: readonly (number | string)[]; readonly probabilities: readonly Float64Array[] } => {
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

/** Scores (one column a class, or `Predictions`) as the JSON answer of each row. */
export const answerRows = (scores: Table, outcome: Outcome): Prediction[] => {
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
export const answerColumns = (scores: Table, outcome: Outcome): Readonly<Record<string, readonly unknown[]>> => {
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  return Object.fromEntries([
    ['prediction', predictions],
    ...probabilities.map((column, index) => [`probability_${outcome.classes[index]}`, Array.from(column)]),
  ])
}

/** Scores as the table that a file of predictions holds: `prediction`, then `probability_<class>` for classification. */
export const answerTable = (scores: Table, outcome: Outcome): Table => {
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
