import {
  type Column,
  type ColumnSchema,
  cellReader,
  concatTables,
  formatDate,
  isValid,
  selectColumns,
  type Table,
  takeRows,
} from '@modelsmith/table'
import { type Predictor, withColumn } from './permutation.ts'

/** One value that a feature is set to. */
export type EffectPoint = {
  /** In words; null is the missing value. */
  readonly label: string | null
  /** Numbers, and microseconds since 1970 of dates; null for categories. */
  readonly at: number | null
  /** A row that has the value, to copy it from; numbers between those of rows have none. */
  readonly row: number | null
}

export type FeatureEffect = {
  readonly feature: string
  readonly kind: 'number' | 'date' | 'category'
  readonly rows: number
  readonly points: readonly Omit<EffectPoint, 'row'>[]
  /** Partial dependence: the mean prediction over the rows at each point, for each column of the predictions. */
  readonly means: readonly (readonly number[])[]
  /** Individual conditional expectation of the first rows, of the one column that is shown. */
  readonly curves: readonly (readonly number[])[]
}

type EffectSpec = {
  readonly rows: Table
  readonly feature: string
  readonly points: readonly EffectPoint[]
  readonly predict: Predictor
  /** Column of the predictions whose curves are kept: of the positive class, or the number. */
  readonly shown: number
  readonly curves: number
}

const shareOut = 0.05
const dayMicros = 86_400_000_000

/**
 * The values that a feature is set to: all of them where a number or date has few, else evenly spaced from its 5 % to its
 * 95 % quantile (whole for integers, midnights for dates); the most frequent categories; the missing value where there is one
 * and the feature is a category. Text has none.
 */
export const effectPoints = (column: Column, schema: ColumnSchema, rows: number, most = 20): readonly EffectPoint[] => {
  if (schema.type === 'text') return []
  if (column.kind === 'float64')
    return numberPoints(
      column.values.filter((_, row) => isValid(column.validity, row)),
      schema,
      most,
    )
  const read = cellReader(column, schema)
  const found = new Map<string | null, { readonly row: number; count: number }>()
  for (let row = 0; row < rows; row++) {
    const value = read(row)
    const label = value === null ? null : String(value)
    const known = found.get(label)
    if (known === undefined) found.set(label, { row, count: 1 })
    else known.count++
  }
  return [...found]
    .sort(([a, first], [b, other]) => other.count - first.count || (String(a) < String(b) ? -1 : 1))
    .slice(0, most)
    .map(([label, { row }]) => ({ label, at: null, row }))
}

const numberPoints = (values: Float64Array, { type }: ColumnSchema, most: number): EffectPoint[] => {
  const sorted = values.toSorted()
  const distinct = [...new Set(sorted.filter((value) => !Number.isNaN(value)))]
  const low = quantile(sorted, shareOut)
  const high = quantile(sorted, 1 - shareOut)
  const spaced = Array.from({ length: most }, (_, step) => low + ((high - low) * step) / (most - 1))
  const unit = type === 'integer' ? 1 : type === 'date' ? dayMicros : undefined
  const chosen =
    distinct.length <= most
      ? distinct
      : unit === undefined
        ? spaced
        : [...new Set(spaced.map((value) => Math.round(value / unit) * unit))]
  const words = type === 'date' ? formatDate : String
  return chosen.map((at) => ({ label: words(at), at, row: null }))
}

/** By linear interpolation between the sorted values. */
const quantile = (sorted: Float64Array, share: number): number => {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] as number
  return below + ((sorted[Math.ceil(place)] as number) - below) * (place - Math.floor(place))
}

/** Rows that are predicted at a time. */
const batchRows = 20_000

/** What the model predicts when a feature has each value in turn and all else stays (Friedman, 2001; Goldstein et al., 2015). */
export const featureEffect = async ({
  rows,
  feature,
  points,
  predict,
  shown,
  curves,
}: EffectSpec): Promise<FeatureEffect> => {
  const [schema] = selectColumns(rows, [feature]).schema.columns as [ColumnSchema]
  const predicted: (readonly Float64Array[])[] = []
  const perBatch = Math.max(1, Math.floor(batchRows / Math.max(1, rows.rows)))
  for (let start = 0; start < points.length; start += perBatch) {
    const batch = points.slice(start, start + perBatch)
    const columns = await predict(
      concatTables(batch.map((point) => withColumn(rows, feature, constant(rows, feature, point)))),
    )
    for (const index of batch.keys())
      predicted.push(columns.map((values) => values.subarray(index * rows.rows, (index + 1) * rows.rows)))
  }
  const outputs = predicted[0]?.length ?? 0
  return {
    feature,
    kind:
      schema.type === 'date' ? 'date' : schema.type === 'number' || schema.type === 'integer' ? 'number' : 'category',
    rows: rows.rows,
    points: points.map(({ label, at }) => ({ label, at })),
    means: Array.from({ length: outputs }, (_, output) =>
      predicted.map((columns) => (columns[output] as Float64Array).reduce((sum, value) => sum + value, 0) / rows.rows),
    ),
    curves: Array.from({ length: Math.min(curves, rows.rows) }, (_, row) =>
      predicted.map((columns) => columns[shown]?.[row] as number),
    ),
  }
}

const constant = (rows: Table, feature: string, { at, row }: EffectPoint): Column =>
  row === null
    ? { kind: 'float64', values: new Float64Array(rows.rows).fill(at as number), validity: undefined }
    : (takeRows(selectColumns(rows, [feature]), new Int32Array(rows.rows).fill(row)).columns[0] as Column)
