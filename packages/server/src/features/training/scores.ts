import { computeMetrics, type EstimatorType, metricNames, type Scores } from '@modelsmith/domain'
import type { TrainingResult } from '@modelsmith/engine'
import type { Table } from '@modelsmith/table'

/** What the metrics compare: class codes or numbers, by dataset row; of anomalies without labels nothing. */
export type Actuals = {
  readonly values: ArrayLike<number>
  readonly targetType: EstimatorType
  readonly classes: readonly string[]
  /** What each dataset row weighs, where rows have weights. */
  readonly weights?: Float64Array
}

export type Part = {
  /** Rows of the dataset. */
  readonly rows: Int32Array
  readonly actual: Float64Array
  readonly predicted: readonly Float64Array[]
  readonly weights?: Float64Array
}

const columnsOf = (table: Table): Float64Array[] =>
  table.columns.map((column) => (column.kind === 'float64' ? column.values : new Float64Array(table.rows)))

/** The rows of a prediction table that a filter keeps, beside their actual values. */
export const partOf = (
  actuals: Actuals,
  rows: Int32Array,
  predictions: Table,
  keep: (index: number) => boolean,
): Part => {
  const kept = Int32Array.from(rows.keys()).filter(keep)
  const { weights } = actuals
  return {
    rows: kept.map((index) => rows[index] as number),
    actual: Float64Array.from(kept, (index) => actuals.values[rows[index] as number] as number),
    predicted: columnsOf(predictions).map((values) => Float64Array.from(kept, (index) => values[index] as number)),
    ...(weights === undefined
      ? {}
      : { weights: Float64Array.from(kept, (index) => weights[rows[index] as number] as number) }),
  }
}

const isMeasured = ({ targetType, classes }: Actuals): boolean => targetType !== 'anomaly' || classes.length > 0

const scoresOf = (actuals: Actuals, part: Part): Scores =>
  !isMeasured(actuals) ? {} : computeMetrics({ targetType: actuals.targetType, ...part }).scores

/** Metrics of a training: validation is fold 1, cross validation the mean of all folds with its spread. */
export const scoreTraining = (
  actuals: Actuals,
  { outOfFold, holdout }: Pick<TrainingResult, 'outOfFold' | 'holdout'>,
  folds: number,
) => {
  const byFold = Array.from({ length: folds }, (_, fold) =>
    scoresOf(
      actuals,
      partOf(actuals, outOfFold.rows, outOfFold.predictions, (index) => outOfFold.fold[index] === fold + 1),
    ),
  )
  const names: readonly string[] = isMeasured(actuals) ? metricNames[actuals.targetType] : []
  const over = (combine: (values: readonly number[]) => number): Scores =>
    Object.fromEntries(
      names.map((name) => {
        const values = byFold
          .map((scores) => scores[name])
          .filter((value): value is number => typeof value === 'number')
        return [name, values.length === folds ? combine(values) : null]
      }),
    )
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const spread = (values: readonly number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / Math.max(1, values.length - 1))
  return {
    validation: byFold[0] ?? {},
    crossValidation: over(mean),
    crossValidationSpread: over(spread),
    holdout:
      holdout === undefined
        ? null
        : scoresOf(
            actuals,
            partOf(actuals, holdout.rows, holdout.predictions, () => true),
          ),
  }
}
