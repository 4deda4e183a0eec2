import type { ColumnSchema, TableSchema } from './schema.ts'

/**
 * Bit i set (least significant first) means row i has a value: Arrow's validity bitmap.
 * `undefined` means that every row has a value.
 */
export type Validity = Uint8Array | undefined

/** `number`, `integer`, and `date` as microseconds since 1970 in UTC (whole numbers). A missing row holds NaN and a cleared bit; NaN with its bit set is a computed NaN. */
export type Float64Column = { readonly kind: 'float64'; readonly values: Float64Array; readonly validity: Validity }

/** One byte a row: 0 or 1. */
export type BooleanColumn = { readonly kind: 'boolean'; readonly values: Uint8Array; readonly validity: Validity }

/** UTF-8 text: row i is `bytes[offsets[i] .. offsets[i+1])`; `offsets` has one entry more than there are rows. */
export type Utf8Column = {
  readonly kind: 'utf8'
  readonly offsets: Int32Array
  readonly bytes: Uint8Array
  readonly validity: Validity
}

/** Text with repeats: row i is entry `indices[i]` of `dictionary`, whose rows are all valid. A missing row has index 0 and a cleared bit. */
export type DictionaryColumn = {
  readonly kind: 'dictionary'
  readonly indices: Int32Array
  readonly dictionary: Utf8Column
  readonly validity: Validity
}

/** `number | integer | date` are float64, `boolean` is boolean, `category` is dictionary, `text` is utf8 (dictionary accepted for both). */
export type Column = Float64Column | BooleanColumn | Utf8Column | DictionaryColumn

/** Columns of equal length in the order of the schema. */
export type Table = {
  readonly schema: TableSchema
  readonly rows: number
  readonly columns: readonly Column[]
}

/** A cell as JSON carries it: dates are ISO 8601 text, missing is null. */
export type Cell = number | string | boolean | null

export const emptyTable = (columns: readonly ColumnSchema[]): Table => ({
  schema: { columns },
  rows: 0,
  columns: columns.map(({ type }) => emptyColumn(type)),
})

const emptyColumn = (type: ColumnSchema['type']): Column => {
  const text: Utf8Column = { kind: 'utf8', offsets: new Int32Array(1), bytes: new Uint8Array(0), validity: undefined }
  switch (type) {
    case 'number':
    case 'integer':
    case 'date':
      return { kind: 'float64', values: new Float64Array(0), validity: undefined }
    case 'boolean':
      return { kind: 'boolean', values: new Uint8Array(0), validity: undefined }
    case 'text':
      return text
    case 'category':
      return { kind: 'dictionary', indices: new Int32Array(0), dictionary: text, validity: undefined }
  }
}
