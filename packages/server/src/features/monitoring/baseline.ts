import { type Bins, binsOf, counterOf } from '@modelsmith/domain'
import { type LoggedRows, type Outcome, scoreColumns } from '@modelsmith/serving'
import { type Column, type ColumnSchema, type Table, textColumn } from '@modelsmith/table'

/** A feature or a prediction of a baseline, with its counts on its own bins. */
export type BaselineFeature = {
  readonly name: string
  readonly type: ColumnSchema['type']
  readonly role: 'input' | 'prediction'
  readonly bins: Bins
  readonly counts: readonly number[]
}

const featuresOf = (table: Table, role: BaselineFeature['role']): BaselineFeature[] =>
  table.schema.columns.map((schema, index) => {
    const column = table.columns[index] as Column
    const bins = binsOf(column, schema)
    const counter = counterOf(bins)
    counter.add(column)
    return { name: schema.name, type: schema.type, role, bins, counts: [...counter.counts] }
  })

/** The features of a baseline. Where nobody knows what a model answers for its rows, the predictions are left out. */
export const baselineOf = (inputs: Table, predictions: Table | undefined): BaselineFeature[] => [
  ...featuresOf(inputs, 'input'),
  ...(predictions === undefined ? [] : featuresOf(predictions, 'prediction')),
]

/** Predictions as columns whose drift can be told: the number or the class, and of two classes the probability of the second. */
export const predictionColumns = (scores: Table, outcome: Outcome): Table => {
  const { rows } = scores
  if (outcome.outputs === true) return { schema: { columns: [] }, rows, columns: [] }
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  const isText = typeof predictions[0] === 'string'
  const prediction: Column = isText
    ? textColumn(predictions.map(String), 'category')
    : { kind: 'float64', values: Float64Array.from(predictions as number[]), validity: undefined }
  const columns: [ColumnSchema, Column][] = [[{ name: 'prediction', type: isText ? 'category' : 'number' }, prediction]]
  const [, second] = probabilities
  if (second !== undefined && probabilities.length === 2)
    columns.push([
      { name: `probability of ${outcome.classes[1]}`, type: 'number' },
      { kind: 'float64', values: second, validity: undefined },
    ])
  return { schema: { columns: columns.map(([schema]) => schema) }, rows, columns: columns.map(([, column]) => column) }
}

/** Counts logged rows on the bins of a baseline, feature by feature in its order; what the rows lack is missing in all of them. */
export const baselineCounter = (features: readonly BaselineFeature[]) => {
  const counters = features.map(({ bins }) => counterOf(bins))
  return {
    add({ inputs, scores, outcome }: LoggedRows): void {
      const parts = { input: inputs, prediction: predictionColumns(scores, outcome) }
      features.forEach(({ name, role }, index) => {
        const table = parts[role]
        const column = table.columns[table.schema.columns.findIndex((schema) => schema.name === name)]
        const counter = counters[index] as (typeof counters)[number]
        if (column === undefined) counter.counts[0] = (counter.counts[0] as number) + table.rows
        else counter.add(column)
      })
    },
    counts: (): readonly (readonly number[])[] => counters.map(({ counts }) => [...counts]),
  }
}
