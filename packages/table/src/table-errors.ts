import { defineErrors } from './errors.ts'

const list = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`

export const { rows: tableErrors, error: tableError } = defineErrors({
  'blocks.invalid': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `This is not a valid column block file: ${reason}.`,
  },
  'csv.empty': {
    kind: 'invalid',
    message: () => 'The file is empty, or has blank lines only.',
    hint: () => 'A CSV file needs a header line and at least one row.',
  },
  'csv.notText': {
    kind: 'unsupported',
    message: ({ found }: { found: string }) => `The file is ${found}, not CSV.`,
    hint: () => 'Upload a CSV or a Parquet file; from a spreadsheet, save the sheet as CSV.',
  },
  'csv.encoding': {
    kind: 'invalid',
    message: ({ line }: { line: number }) =>
      `The file is not valid UTF-8: line ${line} has bytes that fit no character.`,
    hint: () => 'Save the file as UTF-8.',
  },
  'csv.nul': {
    kind: 'invalid',
    message: ({ line }: { line: number }) => `Line ${line} holds a NUL byte, which no text has.`,
    hint: () => 'The file may be binary, or damaged.',
  },
  'csv.header': {
    kind: 'invalid',
    message: ({ line, problem }: { line: number; problem: string }) => `The header, line ${line}, has ${problem}.`,
    hint: () => 'Every column needs a name of its own.',
  },
  'csv.ragged': {
    kind: 'invalid',
    message: ({ line, found, expected }: { line: number; found: number; expected: number }) =>
      `Line ${line} has ${found} ${found === 1 ? 'cell' : 'cells'}; the header has ${expected}.`,
    hint: () => 'A cell that holds the delimiter or a line break must be in double quotes.',
  },
  'csv.openQuote': {
    kind: 'invalid',
    message: ({ line }: { line: number }) => `Line ${line} opens a quote that is never closed.`,
    hint: () => 'Close it with a double quote before the next delimiter; one inside a quoted cell is written twice.',
  },
  'csv.quote': {
    kind: 'invalid',
    message: ({ line }: { line: number }) => `Line ${line} has text after a closing quote.`,
    hint: () => 'A double quote inside a quoted cell is written twice.',
  },
  'csv.cell': {
    kind: 'invalid',
    message: ({ column, type, found, line }: { column: string; type: string; found: string; line: number }) =>
      `Line ${line}, column "${column}": "${found}" does not fit the type ${type}.`,
    hint: () => 'Change the type or format of the column, or mend the cell.',
  },
  'csv.missingColumns': {
    kind: 'invalid',
    message: ({ names }: { names: readonly string[] }) => `Columns are missing: ${list(names)}.`,
    hint: () => 'Names must be equal, capitals included.',
  },
  'csv.columns': {
    kind: 'limit',
    message: ({ line, limit }: { line: number; limit: number }) =>
      `Line ${line} has more than ${limit.toLocaleString('en')} columns.`,
    hint: () => 'Leave columns out, or keep what they hold in several tables.',
  },
  'csv.longRecord': {
    kind: 'limit',
    message: ({ line, limitMb }: { line: number; limitMb: number }) =>
      `The record that begins on line ${line} is longer than ${limitMb} MB.`,
    hint: () => 'A quote that it opens may never be closed.',
  },
  'arrow.invalid': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `This is not a valid Arrow stream or file: ${reason}.`,
    hint: () => 'Write it with a library of Apache Arrow, such as pyarrow.ipc.new_stream.',
  },
  'arrow.columnType': {
    kind: 'unsupported',
    message: ({ column, type }: { column: string; type: string }) =>
      `Column "${column}" is of the Arrow type ${type}, which no model takes.`,
    hint: () => 'Send numbers, texts, booleans, dates, or dictionaries of these.',
  },
  'arrow.limit': {
    kind: 'limit',
    message: ({ what, most }: { what: string; most: number }) =>
      `The Arrow data have more than ${most.toLocaleString('en')} ${what}.`,
    hint: () => 'Send fewer at a time.',
  },
  'rows.unknownColumn': {
    kind: 'invalid',
    message: ({ column, row }: { column: string; row: number }) =>
      `Row ${row} has a column "${column}" that the model does not know.`,
    hint: () => 'Leave it out; the page of the model lists its columns.',
  },
  'rows.cell': {
    kind: 'invalid',
    message: ({ column, type, found, row }: { column: string; type: string; found: string; row: number }) =>
      `Row ${row}, column "${column}": ${found} does not fit the type ${type}.`,
    hint: () => 'Send a value of this type, or null where there is none.',
  },
})
