import type { ColumnSchema, ColumnType } from '@modelsmith/table'
import type { DataType } from './schema.ts'

/**
 * Booleans are categories: with missing values they reach Python as objects, which encoders take and arithmetic does not.
 */
const dataTypes: Readonly<Record<ColumnType, DataType>> = {
  number: 'NUM',
  integer: 'NUM',
  boolean: 'CAT',
  category: 'CAT',
  text: 'TXT',
  date: 'DATE',
}

export const dataTypeOf = (type: ColumnType): DataType => dataTypes[type]

/** What is known of a table that flows from one step to the next, before or after it exists. */
export type TableKind = {
  /** Every type that occurs, or may occur where nothing but a declaration is known. */
  readonly types: ReadonlySet<DataType>
  readonly columns: CountRange
  /** `present` was seen in data, `possible` was declared, and of `unknown` nothing was said. */
  readonly missing: 'never' | 'unknown' | 'possible' | 'present'
  readonly sparse: 'never' | 'unknown' | 'possible' | 'always'
}

/** `max` is undefined where there is no upper bound. */
export type CountRange = { readonly min: number; readonly max: number | undefined }

export type FeatureColumn = ColumnSchema & { readonly missing: boolean }

/** The kind of columns that lie in a dataset. */
export const kindOfColumns = (columns: readonly FeatureColumn[]): TableKind => ({
  types: new Set(columns.map(({ type }) => dataTypeOf(type))),
  columns: { min: columns.length, max: columns.length },
  missing: columns.some(({ missing }) => missing) ? 'present' : 'never',
  sparse: 'never',
})

export type MeasuredTable = {
  readonly columns: readonly Pick<ColumnSchema, 'type'>[]
  /** Undefined where nobody looked. */
  readonly missing?: boolean | undefined
  readonly sparse: boolean
}

/** Tables side by side, as a node receives its inputs. */
export const joinKinds = (kinds: readonly TableKind[]): TableKind => ({
  types: new Set(kinds.flatMap(({ types }) => [...types])),
  columns: {
    min: kinds.reduce((sum, { columns }) => sum + columns.min, 0),
    max: kinds.reduce<number | undefined>(
      (sum, { columns }) => (sum === undefined || columns.max === undefined ? undefined : sum + columns.max),
      0,
    ),
  },
  missing: mostDoubtful(kinds.map(({ missing }) => missing)),
  sparse: kinds.every(({ sparse }) => sparse === 'always')
    ? 'always'
    : mostDoubtful(kinds.map(({ sparse }) => (sparse === 'always' ? 'possible' : sparse))),
})

const doubts = ['never', 'unknown', 'possible', 'present'] as const
const mostDoubtful = <D extends (typeof doubts)[number]>(found: readonly D[]): D | 'never' =>
  doubts.reduce<D | 'never'>((worst, doubt) => (found.includes(doubt as D) ? (doubt as D) : worst), 'never')

/** A kind as pages and the API show it, where it only matters whether something can occur. */
export const flowOf = ({ types, columns, missing, sparse }: TableKind) => ({
  dataTypes: [...types],
  columns: columns.min === columns.max ? columns.min : null,
  missing: missing === 'never' ? ('never' as const) : ('possible' as const),
  sparse: sparse === 'unknown' ? ('possible' as const) : sparse,
})
