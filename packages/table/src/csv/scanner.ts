import { tableError } from '../table-errors.ts'

/** The cells of one record: byte ranges, still quoted text inside when `escaped`. */
export type CsvRecord = {
  bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly flags: Uint8Array
  count: number
  /** Line of the file on which the record begins, from 1. */
  line: number
}

/** A blank line, or one empty cell. */
export const isBlank = ({ count, starts, ends }: CsvRecord): boolean => count === 1 && starts[0] === ends[0]

/** The cell was in quotes. */
export const quotedFlag = 1
/** The cell holds doubled quotes that stand for one. */
export const escapedFlag = 2
/** The cell has bytes outside ASCII. */
export const highFlag = 4

export type CsvLimits = {
  readonly maxColumns: number
  readonly maxRecordBytes: number
}
export const defaultCsvLimits: CsvLimits = { maxColumns: 50_000, maxRecordBytes: 64 * 2 ** 20 }

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Cuts UTF-8 bytes into records (RFC 4180; lines may end in LF, CRLF or CR). Bytes come in chunks of any size; each record is
 * handed over once, as views that hold until the callback returns. Blank lines are records of one empty cell.
 */
export const createScanner = (delimiter: number, limits: CsvLimits, onRecord: (record: CsvRecord) => void) => {
  const few = Math.min(256, limits.maxColumns)
  let starts = new Int32Array(few)
  let ends = new Int32Array(few)
  let flags = new Uint8Array(few)
  let rest: Uint8Array = new Uint8Array(0)
  let line = 1
  const record = (bytes: Uint8Array, count: number, at: number): CsvRecord => ({
    bytes,
    starts,
    ends,
    flags,
    count,
    line: at,
  })

  const addCell = (count: number, start: number, end: number, flag: number): void => {
    if (count === starts.length) {
      if (count >= limits.maxColumns)
        throw tableError('csv.columns', { line, limit: limits.maxColumns }, { place: { line } })
      const size = Math.min(count * 2, limits.maxColumns)
      starts = grown(starts, new Int32Array(size))
      ends = grown(ends, new Int32Array(size))
      flags = grown(flags, new Uint8Array(size))
    }
    starts[count] = start
    ends[count] = end
    flags[count] = flag
  }

  /** Scans whole records; returns where the first unfinished one begins. */
  const scan = (bytes: Uint8Array, last: boolean): number => {
    const length = bytes.length
    let recordStart = 0
    let at = 0
    while (at < length) {
      const firstLine = line
      let lines = 0
      let count = 0
      let done = false
      while (!done) {
        let flag = 0
        let start = at
        let end = at
        let high = 0
        if (at < length && bytes[at] === quote) {
          flag = quotedFlag
          start = ++at
          const opened = firstLine + lines
          for (;;) {
            // Only an unfinished chunk may lack the closing quote; at the end of the file it is an error.
            if (at >= length) {
              if (!last) return recordStart
              throw tableError('csv.openQuote', { line: opened }, { place: { line: opened } })
            }
            const byte = bytes[at] as number
            if (byte === quote) {
              if (at + 1 < length && bytes[at + 1] === quote) {
                flag |= escapedFlag
                at += 2
                continue
              }
              if (at + 1 >= length && !last) return recordStart
              break
            }
            high |= byte
            if (byte === 0) throw nul(firstLine + lines)
            if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) lines++
            at++
          }
          end = at++
          const next = bytes[at]
          if (at < length && next !== delimiter && next !== lineFeed && next !== carriageReturn) {
            throw tableError('csv.quote', { line: firstLine + lines }, { place: { line: firstLine + lines } })
          }
        } else {
          for (; at < length; at++) {
            const byte = bytes[at] as number
            if (byte === delimiter || byte === lineFeed || byte === carriageReturn) break
            if (byte === 0) throw nul(firstLine + lines)
            high |= byte
          }
          end = at
        }
        if (at >= length && !last) return recordStart
        if (high > 0x7f) flag |= highFlag
        addCell(count++, start, end, flag)
        const byte = bytes[at]
        if (at < length && byte === delimiter) at++
        else {
          if (byte === carriageReturn) {
            if (at + 1 >= length && !last) return recordStart
            at += bytes[at + 1] === lineFeed ? 2 : 1
          } else at++
          done = true
        }
      }
      line = firstLine + lines + 1
      onRecord(record(bytes, count, firstLine))
      recordStart = at
    }
    return recordStart
  }

  const run = (chunk: Uint8Array, last: boolean): void => {
    const bytes = rest.length === 0 ? chunk : joined(rest, chunk)
    const end = scan(bytes, last)
    rest = end >= bytes.length ? new Uint8Array(0) : bytes.slice(end)
    if (rest.length > limits.maxRecordBytes)
      throw tableError('csv.longRecord', { line, limitMb: limits.maxRecordBytes / 2 ** 20 }, { place: { line } })
  }

  return {
    push: (chunk: Uint8Array) => run(chunk, false),
    end: (chunk: Uint8Array) => run(chunk, true),
  }
}

const nul = (line: number) => tableError('csv.nul', { line }, { place: { line } })

const grown = <T extends Int32Array | Uint8Array>(old: T, larger: T): T => {
  larger.set(old)
  return larger
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}
