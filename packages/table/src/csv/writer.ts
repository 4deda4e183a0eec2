import type { Column, Table } from '../column.ts'
import { formatDate } from '../dates.ts'
import type { ColumnType } from '../schema.ts'
import { textReader } from '../text.ts'
import { isValid } from '../validity.ts'

/** Quoted where a reader would otherwise see something else: a delimiter, a quote, a line break, spaces at the ends, or a text that means missing. */
const needsQuotes = /[",\r\n]|^\s|\s$|^(?:NA|N\/A|NaN|nan|null|NULL|None|#N\/A)$/
export const csvCell = (text: string): string => (needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const cellWriter = (column: Column, type: ColumnType): ((row: number) => string) => {
  switch (column.kind) {
    case 'float64':
      return type === 'date'
        ? (row) => formatDate(column.values[row] as number)
        : (row) => numberText(column.values[row] as number)
    case 'boolean':
      return (row) => (column.values[row] === 1 ? 'true' : 'false')
    case 'utf8':
    case 'dictionary': {
      const text = textReader(column)
      return (row) => csvCell(text(row))
    }
  }
}

/** The shortest text that reads back as the same number. */
export const numberText = (value: number): string =>
  Object.is(value, -0) ? '-0' : Number.isNaN(value) ? '' : String(value)

export const csvHeader = (table: Table): string =>
  `${table.schema.columns.map(({ name }) => csvCell(name)).join(',')}\n`

/** The rows of a table as CSV, without the header: missing cells are empty, dates ISO 8601, lines end in LF. */
export const csvRows = (table: Table): string => {
  const writers = table.columns.map((column, index) => cellWriter(column, table.schema.columns[index]?.type ?? 'text'))
  const lines: string[] = []
  const single = writers.length === 1
  for (let row = 0; row < table.rows; row++) {
    let line = ''
    for (let index = 0; index < writers.length; index++) {
      if (index > 0) line += ','
      if (isValid((table.columns[index] as Column).validity, row))
        line += (writers[index] as (row: number) => string)(row)
    }
    // A blank line would be passed over: a lone missing cell is written as a quoted nothing.
    lines.push(single && line === '' ? '""' : line)
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

export const writeCsv = (table: Table): string => csvHeader(table) + csvRows(table)
