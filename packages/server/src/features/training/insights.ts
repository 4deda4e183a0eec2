import type { ModelInsights } from '@modelsmith/api'
import {
  anomalyScores,
  calibration,
  fitByFeature,
  liftChart,
  multiclassConfusion,
  noClass,
  operatingPoints,
  predictedAgainstActual,
  residualsHistogram,
  scoreDistribution,
} from '@modelsmith/domain'
import type { TrainingResult } from '@modelsmith/engine'
import {
  type Cell,
  type Column,
  type ColumnSchema,
  columnIndex,
  rowsFromTable,
  selectColumns,
  type Table,
  takeRows,
} from '@modelsmith/table'
import { type Actuals, type Part, partOf } from './scores.ts'

export const insightParts = ['validation', 'crossValidation', 'holdout'] as const
export type InsightPart = (typeof insightParts)[number]

/** As they are kept: what follows from the counts of a confusion matrix is computed when it is asked for. */
export type Charts = Omit<ModelInsights, 'modelId' | 'confusion'> & {
  readonly confusion: Omit<NonNullable<ModelInsights['confusion']>, 'perClass'> | null
}

const mostPoints = 1000
const mostFeatures = 200

/** The columns that residuals are shown by. */
export type Features = { readonly data: Table; readonly names: readonly string[] }

/** Chart data of every part of the rows, by what fits the target. */
export const insightsOf = (
  actuals: Actuals,
  features: Features,
  { outOfFold, holdout }: Pick<TrainingResult, 'outOfFold' | 'holdout'>,
): Readonly<Record<InsightPart, Charts | null>> => {
  const { rows, predictions, fold } = outOfFold
  const charts = (part: InsightPart, rows: Int32Array, predictions: Table, keep: (index: number) => boolean) =>
    chartsOf(actuals, features, partOf(actuals, rows, predictions, keep), part)
  return {
    validation: charts('validation', rows, predictions, (index) => fold[index] === 1),
    crossValidation: charts('crossValidation', rows, predictions, () => true),
    holdout: holdout === undefined ? null : charts('holdout', holdout.rows, holdout.predictions, () => true),
  }
}

const chartsOf = (
  { targetType, classes }: Actuals,
  features: Features,
  { rows, actual, predicted, weights }: Part,
  part: InsightPart,
): Charts => {
  const counted = { rows: actual.length, part, ...(weights === undefined ? {} : { weighted: true }) }
  const none = {
    ranking: null,
    distribution: null,
    calibration: null,
    confusion: null,
    residuals: null,
    lift: null,
    byFeature: null,
    anomaly: null,
  }
  const byFeature = (scores: Float64Array) => ({
    ...counted,
    features: features.names.slice(0, mostFeatures).map((name) => {
      const index = columnIndex(features.data, name)
      const column = features.data.columns[index] as Column
      const schema = features.data.schema.columns[index] as ColumnSchema
      return mutable(fitByFeature(column, schema, rows, actual, scores, { weights }))
    }),
  })
  const [first, positive] = predicted
  if (targetType === 'anomaly' && first !== undefined)
    return { ...none, ...anomalyCharts({ rows, actual, scores: first, weights }, classes, features, counted) }
  if (targetType === 'regression' && first !== undefined) {
    const { edges, counts } = residualsHistogram(actual, first, { weights })
    return {
      ...none,
      residuals: mutable({
        ...counted,
        points: predictedAgainstActual(actual, first, mostPoints).points,
        histogram: { edges, counts },
      }),
      lift: mutable({ ...counted, bins: liftChart(actual, first, { weights }).bins }),
      byFeature: byFeature(first),
    }
  }
  const { counts } = multiclassConfusion(actual, predicted, classes, weights)
  const confusion = mutable({ ...counted, classes, counts })
  if (targetType !== 'binary' || positive === undefined) return { ...none, confusion }
  const ranking = operatingPoints(actual, positive, { weights })
  const reliability = calibration(actual, positive, { weights })
  return {
    ...none,
    ranking: ranking === undefined ? null : mutable({ ...counted, ...ranking }),
    distribution: mutable({ ...counted, ...scoreDistribution(actual, positive, classes.length, { weights }) }),
    calibration: reliability === undefined ? null : mutable({ ...counted, ...reliability }),
    confusion,
    lift: mutable({ ...counted, bins: liftChart(actual, positive, { weights }).bins }),
    byFeature: byFeature(positive),
  }
}

type ScoredRows = {
  readonly rows: Int32Array
  /** 1 for an anomaly, 0 for a usual row, -1 where nobody says. */
  readonly actual: Float64Array
  readonly scores: Float64Array
  readonly weights: Float64Array | undefined
}

/** How the scores are spread and which rows are on top; and how well they find anomalies, by the rows that are labelled. */
const anomalyCharts = (
  { rows, actual, scores, weights }: ScoredRows,
  classes: readonly string[],
  { data, names }: Features,
  counted: { readonly rows: number; readonly part: InsightPart },
): Pick<Charts, 'anomaly' | 'ranking' | 'distribution'> => {
  const found = anomalyScores(scores, { weights })
  if (found === undefined) return { anomaly: null, ranking: null, distribution: null }
  const { top, rows: _, ...spread } = found
  const columns = names.slice(0, mostFeatures)
  const values = rowsFromTable(
    takeRows(
      selectColumns(data, columns),
      top.map((place) => rows[place] as number),
    ),
  )
  const labelled = Int32Array.from(actual.keys()).filter((place) => actual[place] !== noClass)
  const taken = (of: Float64Array): Float64Array => Float64Array.from(labelled, (place) => of[place] as number)
  const known = [taken(actual), taken(scores)] as const
  const ofLabelled = weights === undefined ? undefined : taken(weights)
  const ranking = operatingPoints(...known, { weights: ofLabelled })
  const { least, most } = found
  return {
    anomaly: mutable({
      ...counted,
      ...spread,
      columns,
      top: Array.from(top, (place, index) => ({
        row: rows[place] as number,
        score: scores[place] as number,
        label: classes[actual[place] as number] ?? null,
        values: values[index] as Cell[],
      })),
    }),
    ranking: ranking === undefined ? null : mutable({ ...counted, ...ranking }),
    distribution:
      ranking === undefined
        ? null
        : mutable({
            ...counted,
            ...scoreDistribution(...known, classes.length, {
              bins: least === most ? 1 : 50,
              range: [least, most],
              weights: ofLabelled,
            }),
          }),
  }
}

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T

/** The schemas of the API have arrays that may be changed; nobody does. */
const mutable = <T>(value: T): Mutable<T> => value as Mutable<T>
