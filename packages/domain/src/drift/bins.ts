import { type Column, type ColumnSchema, isValid, textReader } from '@modelsmith/table'

/**
 * How the values of a feature are counted, fixed by its baseline. The counts of any kind of bins begin with the missing values
 * (a NaN is one); what follows is said of each kind.
 */
export type Bins =
  /** Then: below `least`; one count a bin; above `most`, both finite. Bin i holds cuts[i - 1] ≤ value < cuts[i]. Dates are microseconds. */
  | { readonly kind: 'numbers'; readonly least: number; readonly most: number; readonly cuts: readonly number[] }
  /**
   * Then: names that the baseline never had; one count a name; all other names of the baseline. Where those were too many to keep
   * (`rare` is null), a name that is not listed is taken for one of them.
   */
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly rare: readonly string[] | null }
  /** Then: the values that are there. Of free text. */
  | { readonly kind: 'presence' }

const mostBins = 10
const mostNames = 30
const mostRare = 10_000

/** Bins of a column of the baseline. Numbers by tenths, or one by one where there are few; names by how frequent they are. */
export const binsOf = (column: Column, { type }: ColumnSchema): Bins => {
  if (column.kind === 'float64') return binsOfNumbers(column.values)
  if (column.kind === 'boolean') return { kind: 'names', names: ['false', 'true'], rare: [] }
  if (type === 'text') return { kind: 'presence' }
  return binsOfNames(column)
}

const binsOfNumbers = (values: Float64Array): Bins => {
  const sorted = values.filter(Number.isFinite).sort()
  const { length } = sorted
  // Of a column without values nothing more can be said.
  if (length === 0) return { kind: 'presence' }
  const least = sorted[0] as number
  const most = sorted[length - 1] as number
  const few = firstDistinct(sorted, mostBins + 1)
  const cuts =
    few.length <= mostBins
      ? few.slice(1)
      : Array.from({ length: mostBins - 1 }, (_, index) => quantile(sorted, (index + 1) / mostBins))
  return { kind: 'numbers', least, most, cuts: [...new Set(cuts)].filter((cut) => cut > least) }
}

const firstDistinct = (sorted: Float64Array, most: number): number[] => {
  const found: number[] = []
  for (const value of sorted) {
    if (value === found.at(-1)) continue
    found.push(value)
    if (found.length === most) break
  }
  return found
}

/** Between the two nearest values, as far as the position lies between theirs. */
const quantile = (sorted: Float64Array, share: number): number => {
  const position = share * (sorted.length - 1)
  const low = Math.floor(position)
  const below = sorted[low] as number
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number
  return below === above ? below : below + (above - below) * (position - low)
}

const binsOfNames = (column: Exclude<Column, { kind: 'float64' | 'boolean' }>): Bins => {
  const read = textReader(column)
  const counts = new Map<string, number>()
  const rows = rowsOf(column)
  for (let row = 0; row < rows; row++)
    if (isValid(column.validity, row)) counts.set(read(row), (counts.get(read(row)) ?? 0) + 1)
  // By code units where equally frequent: the same on every machine.
  const ordered = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name)
  const rare = ordered.slice(mostNames)
  return { kind: 'names', names: ordered.slice(0, mostNames), rare: rare.length > mostRare ? null : rare }
}

const rowsOf = (column: Column): number => {
  switch (column.kind) {
    case 'utf8':
      return column.offsets.length - 1
    case 'dictionary':
      return column.indices.length
    default:
      return column.values.length
  }
}

/** How many counts bins of this kind have. */
export const countsOf = (bins: Bins): number => {
  switch (bins.kind) {
    case 'numbers':
      return bins.cuts.length + 4
    case 'names':
      return bins.names.length + 3
    case 'presence':
      return 2
  }
}

/** Counts the values of columns; a column of another type than the baseline's counts as text would. */
export const counterOf = (bins: Bins) => {
  const counts = new Float64Array(countsOf(bins))
  const placeOf = placesOf(bins)
  return {
    counts,
    add(column: Column): void {
      const rows = rowsOf(column)
      const value = valueOf(column)
      for (let row = 0; row < rows; row++) {
        const at = isValid(column.validity, row) ? placeOf(value(row)) : 0
        counts[at] = (counts[at] as number) + 1
      }
    },
  }
}

const valueOf = (column: Column): ((row: number) => number | string) => {
  switch (column.kind) {
    case 'float64':
      return (row) => column.values[row] as number
    case 'boolean':
      return (row) => (column.values[row] === 1 ? 'true' : 'false')
    default:
      return textReader(column)
  }
}

const placesOf = (bins: Bins): ((value: number | string) => number) => {
  switch (bins.kind) {
    case 'numbers':
      return (value) => placeOfNumber(bins, Number(value))
    case 'names': {
      const { names, rare } = bins
      const places = new Map(names.map((name, index) => [name, index + 2]))
      const other = names.length + 2
      for (const name of rare ?? []) places.set(name, other)
      const unknown = rare === null ? other : 1
      return (value) => places.get(String(value)) ?? unknown
    }
    case 'presence':
      return () => 1
  }
}

const placeOfNumber = ({ least, most, cuts }: Bins & { kind: 'numbers' }, value: number): number => {
  if (Number.isNaN(value)) return 0
  if (value > most) return cuts.length + 3
  if (value < least) return 1
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cuts[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low + 2
}
