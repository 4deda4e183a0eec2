import { type Finding, ModelsmithError } from '../errors.ts'
import { tableError } from '../table-errors.ts'
import { cellText, isMissing, parseNumber } from './cells.ts'
import { decimalValue } from './decimal.ts'
import { headerNames, unreadable } from './header.ts'
import { createPieceKernel } from './piece-kernel.ts'
import {
  createScanner,
  type CsvRecord,
  defaultCsvLimits,
  escapedFlag,
  highFlag,
  isBlank,
  quotedFlag,
} from './scanner.ts'

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d
const zero = 0x30
const nine = 0x39
const point = 0x2e
const minus = 0x2d

/** What becomes of a column of the file: nothing, or the number or text column of this place. */
export type CellUse = { readonly kind: 'skip' } | { readonly kind: 'number' | 'text'; readonly at: number }

/** How the records of a file are read; one use for each of its columns. A place that no column of the file takes stays missing. */
export type CsvPlan = {
  readonly delimiter: number
  readonly names: readonly string[]
  readonly uses: readonly CellUse[]
  readonly numbers: number
  readonly texts: number
  /** Columns whose cells are handed on as they stand in the file, by their place in it. */
  readonly kept: readonly number[]
}

/** Whole records of a file, read. The arrays hold until the reader is called again: a file makes no garbage of them. */
export type CsvPiece = {
  readonly rows: number
  /** Lines of the file that it took. */
  readonly lines: number
  /** Rows × number columns, row after row; a missing cell is NaN. */
  readonly numbers: Float64Array
  /** One list for each text column; null is missing. */
  readonly texts: readonly (readonly (string | null)[])[]
  /** Rows × kept columns × 2: where the bytes of each kept cell begin and end in the piece, quotes included. */
  readonly keptAt: Int32Array
  /** What is wrong, with lines counted from the first of the piece; those behind the first hundred are only counted. */
  readonly findings: readonly Finding[]
  readonly wrong: number
}

const maxFindings = 100

/** What stands before the first row: the names, where the row begins, how many lines come before it. */
export type CsvHead = { readonly names: readonly string[]; readonly end: number; readonly lines: number }

/** The first record as names of columns, and where the next one begins; undefined where it does not end in these bytes. */
export const csvHead = (bytes: Uint8Array, delimiter: number, isWhole: boolean): CsvHead | undefined => {
  let from = 0
  let line = 1
  for (;;) {
    const end = nextRecord(bytes, from)
    if (end < 0 && !isWhole) return undefined
    const upTo = end < 0 ? bytes.length : end
    let names: readonly string[] | undefined
    const scanner = createScanner(delimiter, defaultCsvLimits, (record) => {
      if (!isBlank(record)) names = headerNames({ ...record, line })
    })
    scanner.end(bytes.subarray(from, upTo))
    line += linesIn(bytes, from, upTo)
    if (names !== undefined) return { names, end: upTo, lines: line - 1 }
    if (upTo === bytes.length) throw tableError('csv.empty', {})
    from = upTo
  }
}

const nextRecord = (bytes: Uint8Array, from: number): number => {
  let isQuoted = false
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) isQuoted = !isQuoted
    else if (!isQuoted && byte === lineFeed) return at + 1
    else if (!isQuoted && byte === carriageReturn && at + 1 < bytes.length)
      return bytes[at + 1] === lineFeed ? at + 2 : at + 1
  }
  return -1
}

const linesIn = (bytes: Uint8Array, from: number, to: number): number => {
  let lines = 0
  for (let at = from; at < to; at++)
    if (bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] !== lineFeed)) lines++
  return lines
}

/**
 * Where the last whole record ends in the first `length` bytes, which begin with a record; 0 where none ends. A line break
 * ends a record where the quotes before it are even in number. Lone carriage returns end none here.
 */
export const lastRecordEnd = (bytes: Uint8Array, length: number): number => {
  const view = bytes.subarray(0, length)
  let next = view.indexOf(quote)
  if (next < 0) return view.lastIndexOf(lineFeed) + 1
  let end = 0
  let from = 0
  for (;;) {
    const last = view.subarray(from, next < 0 ? length : next).lastIndexOf(lineFeed)
    if (last >= 0) end = from + last + 1
    if (next < 0) return end
    const closing = view.indexOf(quote, next + 1)
    if (closing < 0) return end
    from = closing + 1
    next = view.indexOf(quote, from)
  }
}

/**
 * Reads whole records. Numbers in plain decimals are read where they stand; every other cell as `createCsvReader` reads it. Where no
 * texts are wanted, piece.c reads the records that hold nothing else, as the loop here would; `isPlain` leaves them to it.
 */
export const createPieceReader = (plan: CsvPlan, isPlain = false): ((bytes: Uint8Array) => CsvPiece) => {
  const { delimiter, names, uses, kept } = plan
  const width = uses.length
  // For each column of the file: its number column, or -1 - its text column, or `skipped`.
  const targets = new Int32Array(width).fill(skipped)
  const { numbers: numberCount, texts: textCount } = plan
  for (const [column, use] of uses.entries())
    if (use.kind !== 'skip') targets[column] = use.kind === 'number' ? use.at : -1 - use.at
  // Places that nothing fills.
  const isPartial = uses.filter(({ kind }) => kind === 'number').length < numberCount
  const keptPlaces = new Int32Array(width).fill(-1)
  for (const [place, column] of kept.entries()) keptPlaces[column] = place
  const keptWidth = kept.length * 2
  let [numberBuffer, keptBuffer] = [new Float64Array(0), new Int32Array(0)]
  const isForKernel = !isPlain && textCount === 0 && !isPartial && width > 0
  const kernel = isForKernel
    ? createPieceKernel({ delimiter, targets, keptPlaces, numbers: numberCount, keptWidth })
    : undefined

  return (given) => {
    // Every record ends in a line break, so that nothing is read from behind the end.
    const ended = given.length > 0 && given[given.length - 1] !== lineFeed ? withLineFeed(given) : given
    const fast = kernel?.(ended)
    const bytes = fast?.bytes ?? ended
    const { length } = bytes
    const state = new PieceState(bytes, delimiter, names, textCount)
    const { record, texts } = state
    // What the loop reads for every byte are locals: variables that other functions share are slower.
    let numbers = fast?.numbers ?? numberBuffer
    let keptAt = fast?.keptAt ?? keptBuffer
    let at = 0
    let rows = 0
    while (at < length) {
      if (fast !== undefined) {
        const read = fast.read(at, rows)
        state.line += read.rows - rows
        at = read.at
        rows = read.rows
        if (at >= length) break
      }
      record.line = state.line
      if ((rows + 1) * numberCount > numbers.length) numbers = numberBuffer = grown(numbers, Float64Array)
      if ((rows + 1) * keptWidth > keptAt.length) keptAt = keptBuffer = grown(keptAt, Int32Array)
      const to = rows * numberCount
      if (isPartial) numbers.fill(Number.NaN, to, to + numberCount)
      let column = 0
      const from = at
      for (;;) {
        const start = at
        const target = column < width ? (targets[column] as number) : skipped
        let value = Number.NaN
        // A number in plain decimals, of which there are most.
        if (target >= 0) {
          let byte = bytes[at] as number
          const isNegative = byte === minus
          if (isNegative) byte = bytes[++at] as number
          let high = 0
          let low = 0
          let lowDigits = 0
          let scale = 0
          const first = at
          while (byte === zero) byte = bytes[++at] as number
          let begin = at
          while (byte >= zero && byte <= nine && at - begin < 9) {
            high = (Math.imul(high, 10) + byte - zero) | 0
            byte = bytes[++at] as number
          }
          let digits = at - begin
          let seen = at - first
          if (byte === point) {
            const behind = ++at
            byte = bytes[at] as number
            if (digits === 0) while (byte === zero) byte = bytes[++at] as number
            begin = at - digits
            while (byte >= zero && byte <= nine && at - begin < 9) {
              high = (Math.imul(high, 10) + byte - zero) | 0
              byte = bytes[++at] as number
            }
            digits = at - begin
            while (byte >= zero && byte <= nine && lowDigits < 9) {
              low = (Math.imul(low, 10) + byte - zero) | 0
              lowDigits++
              byte = bytes[++at] as number
            }
            scale = at - behind
            seen += scale
          }
          if (seen > 0 && (byte === delimiter || byte === lineFeed || byte === carriageReturn)) {
            value = decimalValue(high, low, lowDigits, digits + lowDigits, scale)
            if (isNegative) value = -value
          }
        }
        if (value !== value) {
          at = state.scanCell(start)
          if (target >= 0) value = state.number(column)
          else if (target !== skipped) texts[-1 - target]?.push(isMissing(record, 0) ? null : textOf(record))
        }
        if (target >= 0) numbers[to + target] = value
        if (keptWidth > 0 && column < width && keptPlaces[column] !== -1) {
          const place = rows * keptWidth + (keptPlaces[column] as number) * 2
          keptAt[place] = start
          keptAt[place + 1] = at
        }
        column++
        const byte = bytes[at]
        at++
        if (byte === delimiter) continue
        if (byte === carriageReturn && at < length && bytes[at] === lineFeed) at++
        break
      }
      state.line++
      if (column === width) rows++
      else {
        const isBlank = column === 1 && (bytes[from] === lineFeed || bytes[from] === carriageReturn)
        state.dropTexts(rows)
        if (!isBlank) state.noteRagged(column, width)
      }
    }
    return {
      rows,
      lines: state.line - 1,
      numbers: numbers.subarray(0, rows * numberCount),
      texts,
      keptAt: keptAt.subarray(0, rows * keptWidth),
      findings: state.findings,
      wrong: state.wrong,
    }
  }
}

const skipped = -(2 ** 30)

const withLineFeed = (bytes: Uint8Array): Uint8Array => {
  const longer = new Uint8Array(bytes.length + 1)
  longer.set(bytes)
  longer[bytes.length] = lineFeed
  return longer
}

/** What the reading of a piece shares with the rarer cells. */
class PieceState {
  readonly record: CsvRecord
  readonly texts: (string | null)[][]
  readonly findings: Finding[] = []
  wrong = 0
  line = 1
  readonly #delimiter: number
  readonly #names: readonly string[]

  constructor(bytes: Uint8Array, delimiter: number, names: readonly string[], textCount: number) {
    this.record = {
      bytes,
      starts: new Int32Array(1),
      ends: new Int32Array(1),
      flags: new Uint8Array(1),
      count: 1,
      line: 1,
    }
    this.texts = Array.from({ length: textCount }, () => [])
    this.#delimiter = delimiter
    this.#names = names
  }

  /** Reads the cell from `start` on by the rules of quotes and says where it ends. */
  scanCell(start: number): number {
    const { record } = this
    const { bytes } = record
    const delimiter = this.#delimiter
    const { length } = bytes
    let at = start
    let flag = 0
    let high = 0
    if (bytes[at] === quote) {
      flag = quotedFlag
      record.starts[0] = ++at
      for (;;) {
        if (at >= length) throw tableError('csv.openQuote', { line: record.line }, { place: { line: record.line } })
        const byte = bytes[at] as number
        if (byte === quote) {
          if (bytes[at + 1] !== quote) break
          flag |= escapedFlag
          at += 2
          continue
        }
        high |= byte
        if (byte === 0) throw this.#at('csv.nul')
        if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) this.line++
        at++
      }
      record.ends[0] = at++
      const next = bytes[at]
      if (at < length && next !== delimiter && next !== lineFeed && next !== carriageReturn) throw this.#at('csv.quote')
    } else {
      record.starts[0] = at
      for (; at < length; at++) {
        const byte = bytes[at] as number
        if (byte === delimiter || byte === lineFeed || byte === carriageReturn) break
        if (byte === 0) throw this.#at('csv.nul')
        high |= byte
      }
      record.ends[0] = at
    }
    record.flags[0] = high > 0x7f ? flag | highFlag : flag
    return at
  }

  /** The number in the last cell; what is none is noted, and missing. Truth values are numbers, as they are to numpy. */
  number(column: number): number {
    const { record } = this
    if (isMissing(record, 0)) return Number.NaN
    const value = parseNumber(record.bytes, record.starts[0] as number, record.ends[0] as number)
    if (!Number.isNaN(value)) return value
    const found = textOf(record)
    if (/^true$/i.test(found)) return 1
    if (/^false$/i.test(found)) return 0
    const { line } = record
    this.#note(
      tableError('csv.cell', { column: this.#names[column] ?? '', type: 'number', found: found.slice(0, 60), line }),
    )
    return Number.NaN
  }

  /** Takes back the texts of a record that is no row. */
  dropTexts(rows: number): void {
    for (const list of this.texts) if (list.length > rows) list.pop()
  }

  noteRagged(found: number, expected: number): void {
    const { line } = this.record
    this.#note(tableError('csv.ragged', { line, found, expected }))
  }

  #at(code: 'csv.nul' | 'csv.quote'): ModelsmithError {
    return tableError(code, { line: this.line }, { place: { line: this.line } })
  }

  #note({ code, message, hint }: ModelsmithError): void {
    if (this.wrong++ >= maxFindings) return
    this.findings.push({ code, message, ...(hint === undefined ? {} : { hint }), place: { line: this.record.line } })
  }
}

const textOf = (record: CsvRecord): string => {
  try {
    return cellText(record, 0)
  } catch (error) {
    throw unreadable(error, record, 0)
  }
}

const grown = <T extends Float64Array | Int32Array>(old: T, kind: new (length: number) => T): T => {
  const next = new kind(Math.max(4096, old.length * 2))
  next.set(old)
  return next
}
