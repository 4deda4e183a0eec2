import type { ModelsmithError } from '../errors.ts'
import { tableError } from '../table-errors.ts'
import { cellText } from './cells.ts'
import type { CsvRecord } from './scanner.ts'

/** Names of the columns; each must be there and be unique. */
export const headerNames = (record: CsvRecord): string[] => {
  const names = Array.from({ length: record.count }, (_, cell) => {
    try {
      return cellText(record, cell)
    } catch (error) {
      throw unreadable(error, record, cell)
    }
  })
  const empty = names.flatMap((name, index) => (name.trim() === '' ? [index + 1] : []))
  if (empty.length > 0) {
    throw tableError('csv.header', { problem: `column ${empty.slice(0, 5).join(', ')} has no name` })
  }
  const seen = new Set<string>()
  const twice = new Set(names.filter((name) => seen.size === seen.add(name).size))
  if (twice.size > 0) {
    throw tableError('csv.header', {
      problem: `more than one column is named ${[...twice]
        .slice(0, 5)
        .map((name) => `"${name}"`)
        .join(', ')}`,
    })
  }
  return names
}

/** A cell whose bytes are not UTF-8, as an error with its place; any other error as it is. */
export const unreadable = (error: unknown, record: CsvRecord, cell: number): ModelsmithError | unknown =>
  error instanceof TypeError
    ? tableError(
        'csv.encoding',
        { line: record.line },
        { place: { line: record.line, column: cell + 1 }, cause: error },
      )
    : error
