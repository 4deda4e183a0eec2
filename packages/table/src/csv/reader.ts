import type { Column, Table } from '../column.ts'
import { type Finding, ModelsmithError } from '../errors.ts'
import type { ColumnSchema, TableSchema } from '../schema.ts'
import { tableError } from '../table-errors.ts'
import { DictionaryBuilder, Utf8Builder } from '../text.ts'
import { ValidityBuilder } from '../validity.ts'
import { booleanParser, cellText, dateParserOf, isMissing, parseNumber } from './cells.ts'
import { type CsvDialect, createTranscoder, sniffCsv } from './dialect.ts'
import { headerNames, unreadable } from './header.ts'
import {
  createScanner,
  type CsvLimits,
  type CsvRecord,
  defaultCsvLimits,
  escapedFlag,
  highFlag,
  isBlank,
} from './scanner.ts'

export type CsvReaderOptions = {
  /** Frozen types; columns are found by name, whatever their order. Others in the file are passed over. */
  readonly schema: TableSchema
  /** Found from the first chunk when left out. */
  readonly dialect?: CsvDialect
  readonly batchRows?: number
  readonly limits?: CsvLimits
}

const maxFindings = 100

/** Appends the cells of one column under its type; `append` says whether the cell fitted. */
type Appender = {
  readonly append: (record: CsvRecord, cell: number) => boolean
  readonly appendMissing: () => void
  readonly finish: () => Column
}

class Float64Builder {
  #values = new Float64Array(1024)
  #rows = 0
  readonly #validity = new ValidityBuilder()

  append(value: number): void {
    this.#validity.setValid(this.#rows)
    this.#push(value)
  }

  appendMissing(): void {
    this.#validity.noteMissing()
    this.#push(Number.NaN)
  }

  #push(value: number): void {
    if (this.#rows === this.#values.length) {
      const larger = new Float64Array(this.#rows * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#rows++] = value
  }

  finish(): Column {
    return { kind: 'float64', values: this.#values.slice(0, this.#rows), validity: this.#validity.finish(this.#rows) }
  }
}

const numberAppender = ({ type, format }: ColumnSchema): Appender => {
  const builder = new Float64Builder()
  const decimal = format?.decimal ?? '.'
  const whole = type === 'integer'
  return {
    append(record, cell) {
      const value = parseNumber(record.bytes, record.starts[cell] as number, record.ends[cell] as number, decimal)
      if (Number.isNaN(value) || (whole && !Number.isInteger(value))) return false
      builder.append(value)
      return true
    },
    appendMissing: () => builder.appendMissing(),
    finish: () => builder.finish(),
  }
}

const dateAppender = ({ format }: ColumnSchema): Appender => {
  const builder = new Float64Builder()
  const parse = dateParserOf(format)
  return {
    append(record, cell) {
      const value = parse(cellText(record, cell))
      if (Number.isNaN(value)) return false
      builder.append(value)
      return true
    },
    appendMissing: () => builder.appendMissing(),
    finish: () => builder.finish(),
  }
}

const booleanAppender = ({ format }: ColumnSchema): Appender => {
  const builder = new Float64Builder()
  const parse = booleanParser(format?.boolean)
  return {
    append(record, cell) {
      const value = parse(cellText(record, cell))
      if (value < 0) return false
      builder.append(value)
      return true
    },
    appendMissing: () => builder.appendMissing(),
    finish() {
      const column = builder.finish() as Column & { kind: 'float64' }
      return { kind: 'boolean', values: Uint8Array.from(column.values), validity: column.validity }
    },
  }
}

const textAppender = (): Appender => {
  const builder = new Utf8Builder()
  return {
    append(record, cell) {
      const flag = record.flags[cell] as number
      // ASCII goes over as bytes; anything else is decoded, which proves that it is UTF-8.
      if ((flag & (escapedFlag | highFlag)) === 0) {
        builder.appendBytes(record.bytes, record.starts[cell] as number, record.ends[cell] as number)
      } else builder.append(cellText(record, cell))
      return true
    },
    appendMissing: () => builder.appendMissing(),
    finish: () => builder.finish(),
  }
}

const categoryAppender = (): Appender => {
  const builder = new DictionaryBuilder()
  return {
    append(record, cell) {
      builder.append(cellText(record, cell))
      return true
    },
    appendMissing: () => builder.appendMissing(),
    finish: () => builder.finish(),
  }
}

const appenderOf = (schema: ColumnSchema): Appender => {
  switch (schema.type) {
    case 'number':
    case 'integer':
      return numberAppender(schema)
    case 'date':
      return dateAppender(schema)
    case 'boolean':
      return booleanAppender(schema)
    case 'text':
      return textAppender()
    case 'category':
      return categoryAppender()
  }
}

/**
 * Reads CSV bytes under a frozen schema, in chunks of any size, into tables of up to `batchRows` rows. Wrong cells and ragged lines
 * are collected, up to 100 of them; `end` throws them all at once. What makes the rest unreadable is thrown where it stands.
 */
export const createCsvReader = (options: CsvReaderOptions) => {
  const { schema, batchRows = 65_536, limits = defaultCsvLimits } = options
  const { columns } = schema
  const findings: Finding[] = []
  let wrong = 0
  let header: { readonly width: number; readonly cells: Int32Array } | undefined
  let appenders = columns.map(appenderOf)
  let rows = 0
  let ready: Table[] = []
  let run: ReturnType<typeof createScanner> | undefined
  let transcode: ReturnType<typeof createTranscoder> = (chunk) => chunk

  const note = (error: ModelsmithError, line: number): void => {
    if (wrong++ >= maxFindings) return
    const { code, message, hint } = error
    findings.push({ code, message, ...(hint === undefined ? {} : { hint }), place: { line } })
  }

  const flush = (): void => {
    if (rows === 0) return
    ready.push({ schema, rows, columns: appenders.map((appender) => appender.finish()) })
    appenders = columns.map(appenderOf)
    rows = 0
  }

  const readHeader = (record: CsvRecord): void => {
    const names = headerNames(record)
    const position = new Map(names.map((name, index) => [name, index]))
    const missing = columns.filter(({ name }) => !position.has(name)).map(({ name }) => name)
    if (missing.length > 0) throw tableError('csv.missingColumns', { names: missing })
    header = { width: names.length, cells: Int32Array.from(columns, ({ name }) => position.get(name) as number) }
  }

  const readRecord = (record: CsvRecord, { width, cells }: NonNullable<typeof header>): void => {
    if (record.count !== width) {
      if (isBlank(record)) return
      note(tableError('csv.ragged', { line: record.line, found: record.count, expected: width }), record.line)
      return
    }
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index] as number
      const appender = appenders[index] as Appender
      try {
        if (isMissing(record, cell)) appender.appendMissing()
        else if (!appender.append(record, cell)) {
          const { name, type } = columns[index] as ColumnSchema
          const found = cellText(record, cell).slice(0, 60)
          note(tableError('csv.cell', { column: name, type, found, line: record.line }), record.line)
          appender.appendMissing()
        }
      } catch (error) {
        throw unreadable(error, record, cell)
      }
    }
    rows++
    if (rows === batchRows) flush()
  }

  const start = (chunk: Uint8Array) => {
    const dialect = options.dialect ?? sniffCsv(chunk)
    transcode = createTranscoder(dialect.encoding)
    return createScanner(dialect.delimiter.charCodeAt(0), limits, (record) => {
      if (header !== undefined) readRecord(record, header)
      else if (!isBlank(record)) readHeader(record)
    })
  }

  const take = (): Table[] => {
    const batches = ready
    ready = []
    return batches
  }

  return {
    /** Batches that are complete with this chunk. */
    push(chunk: Uint8Array): Table[] {
      run ??= start(chunk)
      run.push(transcode(chunk, false))
      return take()
    },
    /** The rest; throws everything that was wrong with the file. */
    end(): Table[] {
      run?.end(transcode(new Uint8Array(0), true))
      if (header === undefined) throw tableError('csv.empty', {})
      const [first] = findings
      if (first !== undefined) {
        const more = wrong === 1 ? '' : ` And ${wrong - 1} more.`
        throw new ModelsmithError({ ...first, kind: 'invalid', message: first.message + more, findings })
      }
      flush()
      return take()
    },
  }
}
