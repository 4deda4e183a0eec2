import { type DateParser, dateParser, parseIsoDate } from '../dates.ts'
import { type ColumnFormat, missingTexts } from '../schema.ts'
import { decimalValue, mostDigits } from './decimal.ts'
import { type CsvRecord, escapedFlag, highFlag, quotedFlag } from './scanner.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const missing = new Set(missingTexts)
const longestMissing = Math.max(...missingTexts.map((text) => text.length))

/** Text of a cell; throws a TypeError when its bytes are not UTF-8. */
export const cellText = (record: CsvRecord, cell: number): string => {
  const { bytes, starts, ends, flags } = record
  const flag = flags[cell] as number
  const start = starts[cell] as number
  const end = ends[cell] as number
  const text =
    (flag & highFlag) === 0 && end - start < 24 ? ascii(bytes, start, end) : decoder.decode(bytes.subarray(start, end))
  return (flag & escapedFlag) === 0 ? text : text.replaceAll('""', '"')
}

/** Short ASCII, without the cost of entering the decoder. */
const ascii = (bytes: Uint8Array, start: number, end: number): string => {
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number)
  return text
}

/** An empty cell, or an unquoted one with a text that means missing. */
export const isMissing = (record: CsvRecord, cell: number): boolean => {
  const start = record.starts[cell] as number
  const length = (record.ends[cell] as number) - start
  if (length === 0) return true
  if (length > longestMissing || ((record.flags[cell] as number) & quotedFlag) !== 0) return false
  const first = record.bytes[start]
  // N, n or #: what every such text begins with.
  if (first !== 0x4e && first !== 0x6e && first !== 0x23) return false
  return missing.has(cellText(record, cell))
}

const zero = 0x30
const nine = 0x39
const point = 0x2e
const comma = 0x2c

/** The number in these bytes, NaN when they hold none. Plain decimals are computed, others go through the engine's own parser. */
export const parseNumber = (bytes: Uint8Array, from: number, to: number, decimal: '.' | ',' = '.'): number => {
  let at = from
  let end = to
  while (at < end && isSpace(bytes[at] as number)) at++
  while (end > at && isSpace(bytes[end - 1] as number)) end--
  const start = at
  const mark = decimal === ',' ? comma : point
  let negative = false
  const sign = bytes[at]
  if (sign === 0x2d || sign === 0x2b) {
    negative = sign === 0x2d
    at++
  }
  let high = 0
  let low = 0
  let lowDigits = 0
  let digits = 0
  let scale = 0
  let isBehindMark = false
  let seen = false
  for (; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === mark && !isBehindMark) {
      isBehindMark = true
      continue
    }
    if (byte < zero || byte > nine) break
    seen = true
    if (isBehindMark) scale++
    if (digits === 0 && byte === zero) continue
    if (digits < 9) high = high * 10 + (byte - zero)
    else if (digits < mostDigits) {
      low = low * 10 + (byte - zero)
      lowDigits++
    }
    digits++
  }
  if (!seen) return infinity(bytes, start, end)
  if (at === end) {
    const value = decimalValue(high, low, lowDigits, digits, scale)
    if (!Number.isNaN(value)) return negative ? -value : value
  }
  return slowNumber(bytes, start, end, decimal)
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09
const numeral = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

const slowNumber = (bytes: Uint8Array, start: number, end: number, decimal: '.' | ','): number => {
  const text = ascii(bytes, start, end)
  const plain = decimal === ',' ? (text.includes('.') ? '' : text.replace(',', '.')) : text
  return numeral.test(plain) ? Number(plain) : Number.NaN
}

const infinity = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start < 3 || end - start > 9) return Number.NaN
  const match = /^([+-]?)inf(?:inity)?$/i.exec(ascii(bytes, start, end))
  return match === null ? Number.NaN : match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** Leading zeros mark an identifier, such as a postal code: "00123" is not a number unless somebody says so. */
export const hasLeadingZero = (bytes: Uint8Array, from: number, to: number): boolean => {
  const at = bytes[from] === 0x2d || bytes[from] === 0x2b ? from + 1 : from
  const next = bytes[at + 1]
  return bytes[at] === zero && at + 1 < to && next !== undefined && next >= zero && next <= nine
}

/** 1, 0, or -1 for neither. */
export type BooleanParser = (text: string) => 1 | 0 | -1

export const booleanParser = (format: ColumnFormat['boolean']): BooleanParser => {
  if (format === undefined) {
    return (text) => {
      const lower = text.trim().toLowerCase()
      return lower === 'true' ? 1 : lower === 'false' ? 0 : -1
    }
  }
  const yes = new Set(format.true)
  const no = new Set(format.false)
  return (text) => (yes.has(text) ? 1 : no.has(text) ? 0 : -1)
}

export const dateParserOf = (format: ColumnFormat | undefined): DateParser => {
  const parse = format?.date === undefined ? parseIsoDate : (dateParser(format.date) ?? (() => Number.NaN))
  return (text) => parse(text.trim())
}
