import type { Named } from './named.ts'

/** Rows × columns of numbers, row after row. NaN is missing or computed. */
export type Dense = {
  readonly kind: 'dense'
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** Compressed sparse rows: row i has `values[starts[i] .. starts[i+1])` in the columns `indices[…]`, each column at most once. */
export type Sparse = {
  readonly kind: 'sparse'
  readonly rows: number
  readonly columns: number
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
  /** The values are float32, and the library adds up their products with others in this order of columns. */
  readonly singleOrder?: 'ascending' | 'descending' | undefined
}

/**
 * Columns of different kinds: a DataFrame (with names), or a numpy array of objects (without). A column of numbers is a
 * Float64Array (NaN missing; booleans and integers are `whole`), any other holds one cell a row.
 */
export type Frame = { readonly kind: 'frame'; readonly rows: number; readonly columns: readonly FrameColumn[] }
export type FrameColumn = {
  readonly name: string | undefined
  readonly values: Float64Array | readonly Cell[]
}

/** What one cell of an object column can be; null is None or NaN. */
export type Cell = string | number | boolean | null

/** One text a row: what vectorizers take. */
export type Texts = { readonly kind: 'texts'; readonly rows: number; readonly values: readonly string[] }

/** One mapping a row: what DictVectorizer and FeatureHasher take. */
export type Dicts = {
  readonly kind: 'dicts'
  readonly rows: number
  readonly values: readonly ReadonlyMap<string, Cell>[]
}

/** What a model is given, and what a transformer gives to the next. */
export type Data = Dense | Sparse | Frame | Texts | Dicts | Named

export const dense = (rows: number, columns: number, values = new Float64Array(rows * columns)): Dense => ({
  kind: 'dense',
  rows,
  columns,
  values,
})

/** Other values in the same places; those of float32 stay so. */
export const withValues = <Rows extends Dense | Sparse>(rows: Rows, values: Float64Array): Rows => ({
  ...rows,
  values: rows.kind === 'sparse' && rows.singleOrder !== undefined ? values.map(Math.fround) : values,
})

/** What data are, in words. */
export const dataKind = ({ kind }: Data): string =>
  ({
    dense: 'numbers',
    sparse: 'sparse numbers',
    frame: 'a table of columns',
    texts: 'texts',
    dicts: 'mappings',
    named: 'columns by name',
  })[kind]
