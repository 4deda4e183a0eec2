import { describe, expect, it } from 'vitest'
import { type Actions, type Content, type Said, saidBy } from './platform.ts'

const bytesOf = (...parts: readonly Content[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))

/** A table of digits. */
const wideTable = (columns: number, rows: number): string => {
  const line = (cellOf: (column: number) => string | number) => Array.from({ length: columns }, (_, at) => cellOf(at))
  const row = `${line((column) => column % 10).join(',')}\n`
  return `${line((column) => `c${column}`).join(',')}\n${row.repeat(rows)}`
}

const picture = bytesOf(Uint8Array.of(0x89), 'PNG\r\n', new Uint8Array(100))
const quoteTwice = 'A double quote inside a quoted cell is written twice.'
const quoteDelimiters = 'A cell that holds the delimiter or a line break must be in double quotes.'
const needsRows = 'A CSV file needs a header line and at least one row.'
const otherFormat = 'Upload a CSV or a Parquet file; from a spreadsheet, save the sheet as CSV.'
const writeAgain = 'Write it again with a current library, such as pandas or DuckDB.'

type BadFile = { readonly content: Content; readonly name?: string; readonly error: Said }

const badFiles: Readonly<Record<string, BadFile>> = {
  'a row with too few cells': {
    content: 'a,b\n1,2\n3\n4,5\n',
    error: {
      code: 'csv.ragged',
      message: 'Line 3 has 1 cell; the header has 2.',
      hint: quoteDelimiters,
      place: { line: 3 },
    },
  },
  'rows with too many cells': {
    content: 'a,b\n1,2\n3,4,5\n6,7\n8,9,10,11\n',
    error: {
      code: 'csv.ragged',
      message: 'Line 3 has 3 cells; the header has 2. And 1 more.',
      hint: quoteDelimiters,
      place: { line: 3 },
    },
  },
  'a quote that is never closed': {
    content: 'a,b\n1,"two\n3,4\n5,6\n',
    error: {
      code: 'csv.openQuote',
      message: 'Line 2 opens a quote that is never closed.',
      hint: 'Close it with a double quote before the next delimiter; one inside a quoted cell is written twice.',
      place: { line: 2 },
    },
  },
  'text after a closing quote': {
    content: 'a,b\n1,2\n3,"four" or five\n',
    error: {
      code: 'csv.quote',
      message: 'Line 3 has text after a closing quote.',
      hint: quoteTwice,
      place: { line: 3 },
    },
  },
  'nothing in it': {
    content: '',
    error: { code: 'csv.empty', message: 'The file is empty, or has blank lines only.', hint: needsRows },
  },
  'line breaks only': {
    content: '\n\r\n\n',
    error: { code: 'csv.empty', message: 'The file is empty, or has blank lines only.', hint: needsRows },
  },
  'a header without rows': {
    content: 'a,b\n',
    error: {
      code: 'dataset.empty',
      message: 'The file has no rows.',
      hint: 'A dataset needs a header and at least one row.',
    },
  },
  'a NUL byte': {
    content: 'a,b\n1,2\n3,\0\n',
    error: {
      code: 'csv.nul',
      message: 'Line 3 holds a NUL byte, which no text has.',
      hint: 'The file may be binary, or damaged.',
      place: { line: 3 },
    },
  },
  'columns without a name, and two of one name': {
    content: 'a,,b,a,\n1,2,3,4,5\n',
    error: {
      code: 'csv.header',
      message: 'The header, line 1, has columns 2, 5 without a name, and more than one column named "a".',
      hint: 'Every column needs a name of its own.',
      place: { line: 1 },
    },
  },
  'a picture in it': {
    content: picture,
    name: 'table.csv',
    error: { code: 'csv.notText', message: 'The file is a PNG picture, not CSV.', hint: otherFormat },
  },
  'a spreadsheet in it': {
    content: bytesOf('PK\x03\x04', new Uint8Array(100)),
    name: 'table.xlsx',
    error: {
      code: 'csv.notText',
      message: 'The file is a zip archive or a spreadsheet, not CSV.',
      hint: otherFormat,
    },
  },
  'a Parquet file in it that is broken': {
    content: bytesOf('PAR1', new Uint8Array(64), 'PAR1'),
    name: 'table.parquet',
    error: {
      code: 'parquet.unreadable',
      message: 'The file is not a Parquet file that can be read: Footer length error in file.',
      hint: writeAgain,
    },
  },
  'a Parquet file in it that is cut short': {
    content: bytesOf('PAR1', new Uint8Array(64)),
    name: 'table.parquet',
    error: {
      code: 'parquet.unreadable',
      message: 'The file is not a Parquet file that can be read: No magic bytes found at end of file.',
      hint: writeAgain,
    },
  },
  'more columns than are read': {
    content: wideTable(50_001, 1),
    error: {
      code: 'csv.columns',
      message: 'Line 1 has more than 50,000 columns.',
      hint: 'Leave columns out, or keep what they hold in several tables.',
      place: { line: 1 },
    },
  },
}

/** Files that look odd and are read, and what is said of them in the log. */
const oddFiles: readonly (readonly [string, Content, string, readonly string[]])[] = [
  ['one row', 'a,b\n1,2\n', 'a integer, b integer', ['Rows: 1, columns: 2']],
  [
    'a byte order mark and lines of Windows',
    '\uFEFFa,b\r\n1,x\r\n2,y\r\n',
    'a integer, b category',
    ['Rows: 2, columns: 2'],
  ],
  [
    'UTF-16',
    bytesOf(Uint8Array.of(0xff, 0xfe), Buffer.from('name\nJosé\n', 'utf16le')),
    'name category',
    ['Rows: 1, columns: 1'],
  ],
  [
    'Latin-1',
    bytesOf('name,age\nJos', Uint8Array.of(0xe9), ',4\n'),
    'name category, age integer',
    ['The file is not UTF-8; it was read as Windows-1252 (Latin-1).', 'Rows: 1, columns: 2'],
  ],
  ['the name of another format', 'a\n1\n', 'a integer', ['Rows: 1, columns: 1']],
]

export const describeFiles = (actions: () => Actions): void => {
  describe.concurrent('a file with', () => {
    it.each(Object.entries(badFiles))('%s makes a dataset that failed', async (_, { content, name, error }) => {
      const { job, dataset } = await actions().uploadDataset(content, name)
      expect({ state: job.state, said: saidBy(job.error) }).toEqual({ state: 'failed', said: error })
      expect(dataset.latest).toMatchObject({ state: 'failed', error: job.error, rows: null })
    })

    it.each(oddFiles)('%s is read', async (_, content, columns, lines) => {
      const { job, dataset } = await actions().uploadDataset(content, 'table.parquet')
      expect(job.error).toBe(null)
      expect(dataset.latest.columns.map(({ name, type }) => `${name} ${type}`).join(', ')).toBe(columns)
      const log = await actions().client.call('getJobLog', { params: { id: job.id } })
      expect(log.lines.map(({ text }) => text)).toEqual(lines)
    })

    it('20,000 columns is read', async () => {
      const { job, dataset } = await actions().uploadDataset(wideTable(20_000, 3))
      expect(job.error).toBe(null)
      const profile = await actions().client.call('getDatasetProfile', { params: { id: dataset.latest.id } })
      expect(profile).toMatchObject({ rows: 3, columns: { length: 20_000 } })
    })
  })
}
