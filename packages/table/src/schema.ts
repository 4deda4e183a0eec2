/**
 * Logical types of a column, as the platform finds them and as a person may change them.
 * `integer` is a number that showed no fraction; `category` is text with few distinct values; `date` is a moment in UTC.
 */
export const columnTypes = ['number', 'integer', 'boolean', 'category', 'text', 'date'] as const
export type ColumnType = (typeof columnTypes)[number]

/** How the text of a cell is read. Frozen with the schema, so that one row or an empty column is read the same way. */
export type ColumnFormat = {
  /** Pattern of dates, in the letters of strptime (`%Y-%m-%d`, `%d/%m/%Y %H:%M`); default: ISO 8601. */
  readonly date?: string
  /** Decimal mark of numbers; default: `.`. */
  readonly decimal?: '.' | ','
  /** The texts read as true and as false; default: true/false in any case. */
  readonly boolean?: { readonly true: readonly string[]; readonly false: readonly string[] }
  /** What an empty text is in JSON, which has null beside it; default: missing, as the empty cell of a CSV file is. */
  readonly emptyText?: 'text' | 'missing'
}

export type ColumnSchema = {
  readonly name: string
  readonly type: ColumnType
  readonly format?: ColumnFormat
}

/** The frozen, ordered schema of a table. Names are unique and not empty. */
export type TableSchema = {
  readonly columns: readonly ColumnSchema[]
}

/** Cell texts that mean "missing" in CSV, besides the empty cell. A quoted empty cell is missing too. */
export const missingTexts: readonly string[] = ['NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '#N/A']
