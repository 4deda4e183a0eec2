import {
  cellReader,
  type Column,
  type ColumnSchema,
  type DictionaryColumn,
  formatDate,
  isValid,
  type Table,
  textReader,
} from '@modelsmith/table'

/** Statistics of one column over its rows; the same shape as the API's ColumnProfile. */
export type ColumnStatistics = {
  readonly name: string
  readonly type: ColumnSchema['type']
  readonly missing: number
  /** Distinct values, missing not counted; exact. */
  readonly distinct: number
  readonly numeric: NumericStatistics | null
  readonly range: { readonly first: string; readonly last: string } | null
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] } | null
  readonly top: readonly { readonly value: string; readonly count: number }[]
  readonly meanLength: number | null
}

type NumericStatistics = {
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Of the sample (n - 1); null for a single value. */
  readonly standardDeviation: number | null
  readonly quantiles: Readonly<Record<(typeof quantileNames)[number], number>>
}

const quantileNames = ['p01', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99'] as const
const quantileAt: Record<(typeof quantileNames)[number], number> = {
  p01: 0.01,
  p05: 0.05,
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p95: 0.95,
  p99: 0.99,
}
const topCount = 20
const binCount = 20

export const profileTable = (table: Table): ColumnStatistics[] =>
  table.schema.columns.map((schema, index) => profileColumn(schema, table.columns[index] as Column, table.rows))

const profileColumn = (schema: ColumnSchema, column: Column, rows: number): ColumnStatistics =>
  column.kind === 'float64' ? profileNumbers(schema, column, rows) : profileValues(schema, column, rows)

const profileNumbers = (schema: ColumnSchema, column: Column & { kind: 'float64' }, rows: number): ColumnStatistics => {
  const sorted = finiteValues(column, rows).sort()
  const shown = schema.type === 'date' ? formatDate : String
  const first = sorted[0]
  const last = sorted[sorted.length - 1]
  return {
    name: schema.name,
    type: schema.type,
    missing: rows - sorted.length,
    distinct: countRuns(sorted),
    numeric: first === undefined || last === undefined ? null : numericStatistics(sorted),
    range:
      schema.type === 'date' && first !== undefined && last !== undefined
        ? { first: formatDate(first), last: formatDate(last) }
        : null,
    histogram: first === undefined || last === undefined ? null : histogram(sorted, first, last),
    top: mostFrequent(runs(sorted, shown)),
    meanLength: null,
  }
}

/** The column's finite values; infinities and computed NaN count as missing here. */
const finiteValues = (column: Column & { kind: 'float64' }, rows: number): Float64Array => {
  const values = new Float64Array(rows)
  let count = 0
  for (let row = 0; row < rows; row++) {
    const value = column.values[row] as number
    if (Number.isFinite(value) && isValid(column.validity, row)) values[count++] = value
  }
  return values.subarray(0, count)
}

const numericStatistics = (sorted: Float64Array): NumericStatistics => {
  // Welford's recurrence: stable where a sum of squares would cancel.
  let mean = 0
  let squares = 0
  sorted.forEach((value, index) => {
    const delta = value - mean
    mean += delta / (index + 1)
    squares += delta * (value - mean)
  })
  const quantiles = Object.fromEntries(quantileNames.map((name) => [name, quantile(sorted, quantileAt[name])]))
  return {
    min: sorted[0] as number,
    max: sorted[sorted.length - 1] as number,
    mean,
    standardDeviation: sorted.length < 2 ? null : Math.sqrt(squares / (sorted.length - 1)),
    quantiles: quantiles as NumericStatistics['quantiles'],
  }
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7; numpy's default). */
export const quantile = (sorted: Float64Array, fraction: number): number => {
  const position = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(position)] as number
  const above = sorted[Math.ceil(position)] as number
  return below + (above - below) * (position - Math.floor(position))
}

const histogram = (sorted: Float64Array, min: number, max: number): ColumnStatistics['histogram'] => {
  const bins = min === max ? 1 : binCount
  const width = (max - min) / bins
  const edges = Array.from({ length: bins + 1 }, (_, bin) => (bin === bins ? max : min + bin * width))
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of sorted) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((value - min) / width)) : 0
    counts[bin] = (counts[bin] as number) + 1
  }
  return { edges, counts }
}

const countRuns = (sorted: Float64Array): number => {
  let count = 0
  for (let row = 0; row < sorted.length; row++) if (row === 0 || sorted[row] !== sorted[row - 1]) count++
  return count
}

function* runs(sorted: Float64Array, shown: (value: number) => string): Iterable<readonly [string, number]> {
  let start = 0
  for (let row = 1; row <= sorted.length; row++) {
    if (row < sorted.length && sorted[row] === sorted[start]) continue
    if (row > start) yield [shown(sorted[start] as number), row - start]
    start = row
  }
}

const mostFrequent = (counts: Iterable<readonly [string, number]>): { value: string; count: number }[] => {
  const best: { value: string; count: number }[] = []
  for (const [value, count] of counts) {
    if (best.length === topCount && count <= (best[topCount - 1] as { count: number }).count) continue
    best.push({ value, count })
    best.sort((a, b) => b.count - a.count)
    best.length = Math.min(best.length, topCount)
  }
  return best
}

const profileValues = (schema: ColumnSchema, column: Column, rows: number): ColumnStatistics => {
  const counts = column.kind === 'dictionary' ? countEntries(column, rows) : countValues(schema, column, rows)
  let [present, length] = [0, 0]
  for (const [value, count] of counts) {
    present += count
    length += count * value.length
  }
  return {
    name: schema.name,
    type: schema.type,
    missing: rows - present,
    distinct: counts.size,
    numeric: null,
    range: null,
    histogram: null,
    top: mostFrequent(counts).map(({ value, count }) => ({ value: value.slice(0, 200), count })),
    meanLength: present === 0 ? null : length / present,
  }
}

const countValues = (schema: ColumnSchema, column: Column, rows: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  const read = cellReader(column, schema)
  for (let row = 0; row < rows; row++) {
    const value = read(row)
    if (value === null) continue
    const text = String(value)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

/** By place in the dictionary, so that each text is read once; in the order in which they first occur. */
const countEntries = (column: DictionaryColumn, rows: number): ReadonlyMap<string, number> => {
  const { indices, dictionary, validity } = column
  const found = new Float64Array(dictionary.offsets.length - 1)
  const order: number[] = []
  for (let row = 0; row < rows; row++) {
    if (!isValid(validity, row)) continue
    const index = indices[row] as number
    if (found[index] === 0) order.push(index)
    found[index] = (found[index] as number) + 1
  }
  const read = textReader(dictionary)
  const counts = new Map<string, number>()
  // A dictionary of a file may have a text twice.
  for (const index of order) {
    const text = read(index)
    counts.set(text, (counts.get(text) ?? 0) + (found[index] as number))
  }
  return counts
}
