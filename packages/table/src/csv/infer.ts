import { type DateParser, dateParser, parseIsoDate } from '../dates.ts'
import type { Finding } from '../errors.ts'
import type { ColumnSchema, TableSchema } from '../schema.ts'
import { tableError } from '../table-errors.ts'
import { booleanParser, cellText, hasLeadingZero, isMissing, parseNumber } from './cells.ts'
import { type CsvDialect, createTranscoder, sniffCsv } from './dialect.ts'
import { createScanner, type CsvLimits, type CsvRecord, defaultCsvLimits, isBlank } from './scanner.ts'
import { headerNames, unreadable } from './header.ts'

const exactIntegers = 2 ** 53
const maxCategoryLength = 100
const fewCategories = 50
const manyCategories = 1000

/**
 * Is a column of texts a category? With up to 50 distinct values when they repeat (each twice on average, or at most 20 rows);
 * above that up to 1,000 when they are at most 5 % of the values. Never when a value is longer than 100 characters.
 */
export const textOrCategory = (seen: {
  readonly distinct: number
  readonly values: number
  readonly longest: number
}): 'text' | 'category' => {
  const { distinct, values, longest } = seen
  if (longest > maxCategoryLength || values === 0) return 'text'
  const repeats =
    distinct <= fewCategories
      ? values <= 20 || distinct * 2 <= values
      : distinct <= Math.min(manyCategories, values * 0.05)
  return repeats ? 'category' : 'text'
}

/** Patterns besides ISO 8601 that are tried; one is taken only when it alone fits every value of the column. */
const datePatterns = ['%Y/%m/%d', '%d.%m.%Y', '%m/%d/%Y', '%d/%m/%Y', '%d-%m-%Y', '%d %b %Y', '%d-%b-%Y'].flatMap(
  (date) => ['', ' %H:%M', ' %H:%M:%S'].map((time) => date + time),
)

type Candidate = { readonly pattern: string | undefined; readonly parse: DateParser }
const dateCandidates: readonly Candidate[] = [
  { pattern: undefined, parse: parseIsoDate },
  ...datePatterns.map((pattern) => ({ pattern, parse: dateParser(pattern) as DateParser })),
]

const parseBoolean = booleanParser(undefined)

/** What the values of one column may still be. */
class ColumnFinder {
  #values = 0
  #number = true
  #integer = true
  #boolean = true
  #dates: readonly Candidate[] = dateCandidates
  #longest = 0
  /** Numbers that went by before a value that is none; each counts as distinct. */
  #uncounted = 0
  readonly #distinct = new Set<string>()

  see(record: CsvRecord, cell: number): void {
    if (isMissing(record, cell)) return
    this.#values++
    const start = record.starts[cell] as number
    const end = record.ends[cell] as number
    if (this.#number) this.#seeNumber(record, start, end)
    // A column of numbers needs no texts; the first value that is none brings the others into play.
    if (this.#number && this.#values > 1) return
    const text = cellText(record, cell)
    if (this.#boolean && parseBoolean(text) < 0) this.#boolean = false
    if (this.#dates.length > 0) this.#dates = this.#dates.filter(({ parse }) => !Number.isNaN(parse(text.trim())))
    this.#longest = Math.max(this.#longest, text.length)
    if (this.#distinct.size <= manyCategories) this.#distinct.add(text)
  }

  #seeNumber(record: CsvRecord, start: number, end: number): void {
    const value = parseNumber(record.bytes, start, end)
    if (Number.isNaN(value) || hasLeadingZero(record.bytes, start, end)) {
      this.#number = false
      // The values before this one were numbers: they fit neither a date nor a boolean.
      if (this.#values > 1) {
        this.#boolean = false
        this.#dates = []
        this.#uncounted = this.#values - 2
      }
      return
    }
    if (this.#integer && (!Number.isInteger(value) || !looksWhole(record.bytes, start, end))) this.#integer = false
    if (this.#integer && Math.abs(value) > exactIntegers) this.#number = false
  }

  schema(name: string, findings: Finding[]): ColumnSchema {
    if (this.#values === 0) return { name, type: 'text' }
    if (this.#number) return { name, type: this.#integer ? 'integer' : 'number' }
    if (this.#boolean) return { name, type: 'boolean' }
    const [date, another] = this.#dates
    if (date !== undefined && (date.pattern === undefined || another === undefined)) {
      return { name, type: 'date', ...(date.pattern === undefined ? {} : { format: { date: date.pattern } }) }
    }
    if (date !== undefined) findings.push(ambiguousDate(name, this.#dates))
    return {
      name,
      type: textOrCategory({
        distinct: this.#distinct.size + this.#uncounted,
        values: this.#values,
        longest: this.#longest,
      }),
    }
  }
}

const looksWhole = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === 0x2e || byte === 0x65 || byte === 0x45) return false
  }
  return true
}

const ambiguousDate = (name: string, candidates: readonly Candidate[]): Finding => ({
  code: 'csv.ambiguousDate',
  severity: 'warning',
  message: `Column "${name}" may be dates as ${candidates.map(({ pattern }) => pattern ?? 'ISO 8601').join(' or as ')}; it was left as text.`,
  hint: 'Choose the type date and the format that is meant.',
})

const guessedEncoding: Finding = {
  code: 'csv.guessedEncoding',
  severity: 'warning',
  message: 'The file is not UTF-8; it was read as Windows-1252 (Latin-1).',
  hint: 'If letters look wrong, save it as UTF-8 and upload it again.',
}

export type FoundSchema = {
  readonly schema: TableSchema
  readonly dialect: CsvDialect
  readonly rows: number
  /** Things worth knowing that are not errors. */
  readonly findings: readonly Finding[]
}

/** Finds the type of every column over all rows, from chunks of the file in order. */
export const createSchemaFinder = ({ limits = defaultCsvLimits }: { readonly limits?: CsvLimits } = {}) => {
  let names: string[] | undefined
  let columns: ColumnFinder[] = []
  let rows = 0
  let run: ReturnType<typeof createScanner> | undefined
  let transcode: ReturnType<typeof createTranscoder> = (chunk) => chunk
  let dialect: CsvDialect | undefined

  const onRecord = (record: CsvRecord): void => {
    if (names === undefined) {
      if (isBlank(record)) return
      names = headerNames(record)
      columns = names.map(() => new ColumnFinder())
      return
    }
    if (columns.length > 1 && isBlank(record)) return
    rows++
    const cells = Math.min(record.count, columns.length)
    for (let cell = 0; cell < cells; cell++) {
      try {
        columns[cell]?.see(record, cell)
      } catch (error) {
        throw unreadable(error, record, cell)
      }
    }
  }

  return {
    push(chunk: Uint8Array): void {
      if (run === undefined) {
        dialect = sniffCsv(chunk)
        transcode = createTranscoder(dialect.encoding)
        run = createScanner(dialect.delimiter.charCodeAt(0), limits, onRecord)
      }
      run.push(transcode(chunk, false))
    },
    end(): FoundSchema {
      run?.end(transcode(new Uint8Array(0), true))
      if (names === undefined || dialect === undefined) throw tableError('csv.empty', {})
      const findings: Finding[] = dialect.encoding === 'windows-1252' ? [guessedEncoding] : []
      const schema = { columns: names.map((name, index) => (columns[index] as ColumnFinder).schema(name, findings)) }
      return { schema, dialect, rows, findings }
    },
  }
}
