import {
  answerer,
  compile,
  dataOfTable,
  inputOf,
  labelTexts,
  type OpenedModel,
  schemaOfInput,
  type Scorer,
} from '@modelsmith/scoring'
import { predictionParametersFor } from '@modelsmith/runner'
import type { FolderServerSettings } from '@modelsmith/serving'
import { type ColumnSchema, type Table, textColumn } from '@modelsmith/table'
import { cliError } from '../../errors.ts'

type Served = Pick<FolderServerSettings, 'inputs' | 'targetType' | 'classes' | 'open'> & {
  readonly labels?: 'alone' | 'with probabilities'
}

/** A model file as the prediction server takes it: scored natively, in this process. */
export const servedModel = (opened: OpenedModel, path: string, order: readonly string[]): Served => {
  const { model, featureNames } = opened
  const scorer = compile(model)
  const input = inputOf(model, scorer, featureNames ?? (order.length > 0 ? order : undefined))
  const refuse = (problem: string) => cliError('cli.notServed', { path, problem })
  if (input.shape === 'mappings') throw refuse('its rows are mappings of any keys, which have no columns.')
  const inputs = input.columns.filter(({ isUnused }) => isUnused !== true).map(schemaOfInput)
  const { answer } = answerer(scorer, 'prediction')
  const outcome = outcomeOf(scorer, refuse)
  return {
    inputs,
    ...outcome,
    open: async () => {
      const end = Promise.withResolvers<string>()
      return {
        inputs,
        predict: async (rows, parameters) => {
          predictionParametersFor([], parameters)
          return scoresOf(answer(dataOfTable(input, rows)).columns, rows.rows)
        },
        close: async () => end.resolve('It was closed.'),
        ended: end.promise,
      }
    },
  }
}

const outcomeOf = (
  { name, methods: { predict, predictProba } }: Scorer,
  refuse: (problem: string) => Error,
): Pick<Served, 'targetType' | 'classes' | 'labels'> => {
  if (predict === undefined) throw refuse(`${name} predicts nothing; transformers are for \`modelsmith score\`.`)
  if (predict.isOfBatch === true) throw refuse(`what ${name} answers for a row depends on the other rows.`)
  if (predict.columns !== 1) throw refuse(`${name} has ${predict.columns} targets; only one is served.`)
  if (predict.labels === undefined) return { targetType: 'regression', classes: [] }
  const classes = (predictProba?.names ?? []).map(({ label }) => label)
  if (predictProba === undefined || classes.length === 0)
    return { targetType: 'multiclass', classes: predict.labels.flatMap(labelTexts), labels: 'alone' }
  return { targetType: classes.length === 2 ? 'binary' : 'multiclass', classes, labels: 'with probabilities' }
}

type AnswerColumns = ReturnType<ReturnType<typeof answerer>['answer']>['columns']

const scoresOf = (columns: AnswerColumns, rows: number): Table => ({
  schema: {
    columns: columns.map(
      ({ name, values }): ColumnSchema => ({
        name,
        type: values instanceof Float64Array ? 'number' : 'category',
      }),
    ),
  },
  rows,
  columns: columns.map(({ values }) =>
    values instanceof Float64Array
      ? ({ kind: 'float64', values, validity: undefined } as const)
      : textColumn(values, 'category'),
  ),
})
