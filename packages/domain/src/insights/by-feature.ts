import { type Column, type ColumnSchema, formatDate, isValid, textReader } from '@modelsmith/table'
import { ascending } from '../metrics/ascending.ts'
import { type Weights, weightOf } from '../metrics/value.ts'

/** Rows that are alike in one feature. */
export type FeatureBin = {
  /** The value, or the interval that both ends belong to, in words; null where the value is missing. */
  readonly label: string | null
  readonly rows: number
  readonly actual: number
  readonly predicted: number
  /** Standard deviation of actual minus predicted, n − 1 below (of weighted rows Σw − Σw² / Σw); null for one row. */
  readonly spread: number | null
}

export type FitByFeature = { readonly feature: string; readonly bins: readonly FeatureBin[] }

/** Groups of places in `rows`, in the order in which they are drawn. */
type ValueGroup = { readonly label: string | null; readonly places: Int32Array }

/**
 * Weighted mean actual and predicted values by what a feature is: one bin for each value where there are few, bins of about equally
 * many rows for numbers and dates otherwise, the most frequent values and all others for categories. `rows` are rows of the column; groups without weight are left out.
 */
export const fitByFeature = (
  column: Column,
  schema: ColumnSchema,
  rows: Int32Array,
  actual: ArrayLike<number>,
  predicted: Float64Array,
  { maxBins = 12, weights }: { readonly maxBins?: number; readonly weights?: Weights } = {},
): FitByFeature => ({
  feature: schema.name,
  bins: groupsOf(column, schema, rows, maxBins).flatMap(({ label, places }): FeatureBin[] => {
    let actualSum = 0
    let predictedSum = 0
    let total = 0
    let squaredWeights = 0
    for (const place of places) {
      const weight = weightOf(weights, place)
      actualSum += weight * (actual[place] as number)
      predictedSum += weight * (predicted[place] as number)
      total += weight
      squaredWeights += weight ** 2
    }
    if (total === 0) return []
    const mean = (actualSum - predictedSum) / total
    let squares = 0
    for (const place of places)
      squares += weightOf(weights, place) * ((actual[place] as number) - (predicted[place] as number) - mean) ** 2
    const freedom = total - squaredWeights / total
    return [
      {
        label,
        rows: places.length,
        actual: actualSum / total,
        predicted: predictedSum / total,
        spread: freedom > 0 ? Math.sqrt(squares / freedom) : null,
      },
    ]
  }),
})

const groupsOf = (column: Column, schema: ColumnSchema, rows: Int32Array, maxBins: number): ValueGroup[] => {
  const { present, missing } = partedBy(column, rows)
  const groups =
    column.kind === 'float64'
      ? numberGroups(column.values, rows, schema, present, maxBins)
      : textGroups(labelsOf(column), rows, present, maxBins)
  return missing.length === 0 ? groups : [...groups, { label: null, places: missing }]
}

/** Places of the rows that have a value, and of those that have none. */
const partedBy = ({ validity }: Column, rows: Int32Array) => {
  const places = new Int32Array(rows.length)
  let there = 0
  let gone = rows.length
  for (let place = 0; place < rows.length; place++) {
    if (isValid(validity, rows[place] as number)) places[there++] = place
    else places[--gone] = place
  }
  return { present: places.subarray(0, there), missing: places.subarray(gone).reverse() }
}

const numberGroups = (
  values: Float64Array,
  rows: Int32Array,
  { type }: ColumnSchema,
  present: Int32Array,
  maxBins: number,
): ValueGroup[] => {
  const words = type === 'date' ? formatDate : (value: number) => String(Number(value.toPrecision(6)))
  // Loops, not `from` with a function: that goes through an iterator, and there are a hundred of these charts.
  const { length } = present
  const found = new Float64Array(length)
  for (let at = 0; at < length; at++) found[at] = values[rows[present[at] as number] as number] as number
  const ascended = ascending(found)
  const order = new Int32Array(length)
  const sorted = new Float64Array(length)
  for (let place = 0; place < length; place++) {
    const at = ascended[place] as number
    order[place] = present[at] as number
    sorted[place] = found[at] as number
  }
  const at = (place: number): number => sorted[place] as number
  let distinct = length === 0 ? 0 : 1
  for (let place = 1; place < length; place++) if (sorted[place] !== sorted[place - 1]) distinct++
  const target = distinct <= maxBins ? 1 : length / maxBins
  const groups: ValueGroup[] = []
  for (let start = 0; start < order.length; ) {
    let end = Math.min(order.length, start + Math.max(1, Math.round(target)))
    // Equal values stay together.
    while (end < order.length && at(end) === at(end - 1)) end++
    const [low, high] = [words(at(start)), words(at(end - 1))]
    groups.push({ label: low === high ? low : `${low} – ${high}`, places: order.subarray(start, end) })
    start = end
  }
  return groups
}

type LabelReader = (row: number) => string

const labelsOf = (column: Exclude<Column, { kind: 'float64' }>): LabelReader =>
  column.kind === 'boolean' ? (row) => (column.values[row] === 1 ? 'true' : 'false') : textReader(column)

const textGroups = (read: LabelReader, rows: Int32Array, present: Int32Array, maxBins: number): ValueGroup[] => {
  const byLabel = new Map<string, number[]>()
  for (const place of present) {
    const label = read(rows[place] as number)
    const group = byLabel.get(label)
    if (group === undefined) byLabel.set(label, [place])
    else group.push(place)
  }
  const sorted = [...byLabel].sort(([a, first], [b, other]) => other.length - first.length || (a < b ? -1 : 1))
  const few = sorted.length <= maxBins ? sorted.length : maxBins - 1
  const groups = sorted.slice(0, few).map(([label, places]) => ({ label, places: Int32Array.from(places) }))
  const others = sorted.slice(few)
  return others.length === 0
    ? groups
    : [
        ...groups,
        {
          label: `${others.length.toLocaleString('en')} other values`,
          places: Int32Array.from(others.flatMap(([, places]) => places)),
        },
      ]
}
