/** Dates are whole microseconds since 1970-01-01T00:00:00Z. Days follow the proleptic Gregorian calendar. */

const dayMicros = 86_400_000_000

/** Days since 1970 of a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const daysIn = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0))

export type DateParts = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
  readonly micros?: number
  readonly zoneMinutes?: number
}

/** Microseconds of a moment, or NaN when there is no such date or time. */
const microsOf = (parts: DateParts): number => {
  const { year, month, day, hour = 0, minute = 0, second = 0, micros = 0, zoneMinutes = 0 } = parts
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN
  if (hour > 23 || minute > 59 || second > 59 || Math.abs(zoneMinutes) > 18 * 60) return Number.NaN
  const seconds = (hour * 60 + minute - zoneMinutes) * 60 + second
  return daysFromCivil(year, month, day) * dayMicros + seconds * 1_000_000 + micros
}

const iso =
  /^([+-]\d{6}|\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s?(Z|[+-]\d\d(?::?\d\d)?))?)?$/

const zoneOf = (text: string | undefined): number => {
  if (text === undefined || text === 'Z') return 0
  const digits = text.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return text.startsWith('-') ? -minutes : minutes
}

/** ISO 8601 date or date and time; without a zone it is UTC. NaN when the text is neither. */
export const parseIsoDate = (text: string): number => {
  const match = iso.exec(text)
  if (match === null) return Number.NaN
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  return microsOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    micros: fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1e6 + 1e-4),
    zoneMinutes: zoneOf(zone),
  })
}

type PartName = Exclude<keyof DateParts, never> | 'year2' | 'half' | 'monthName' | 'zone'
const directives: Readonly<Record<string, readonly [PartName, string]>> = {
  Y: ['year', '(\\d{4})'],
  y: ['year2', '(\\d{2})'],
  m: ['month', '(\\d{1,2})'],
  d: ['day', '(\\d{1,2})'],
  H: ['hour', '(\\d{1,2})'],
  I: ['hour', '(\\d{1,2})'],
  M: ['minute', '(\\d{1,2})'],
  S: ['second', '(\\d{1,2})'],
  f: ['micros', '(\\d{1,6})'],
  p: ['half', '(AM|PM|am|pm)'],
  b: ['monthName', '([A-Za-z]{3})'],
  z: ['zone', '(Z|[+-]\\d\\d(?::?\\d\\d)?)'],
}
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

export type DateParser = (text: string) => number

/**
 * Parser of a pattern in strptime's letters: %Y %y %m %d %H %I %M %S %f %p %b %z %%. `undefined` when a letter is not
 * known, or a part of the date is there twice: it would have two values, and a row of such parts as many ways to cut one
 * text as no regular expression tries in a lifetime. Two-digit years follow POSIX: 69–99 are 19xx, 00–68 are 20xx.
 */
export const dateParser = (pattern: string): DateParser | undefined => {
  const names: PartName[] = []
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] as string
    if (letter !== '%') {
      source += letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      continue
    }
    const directive = pattern[++at]
    if (directive === '%') {
      source += '%'
      continue
    }
    const known = directive === undefined ? undefined : directives[directive]
    if (known === undefined || names.includes(known[0])) return undefined
    names.push(known[0])
    source += known[1]
  }
  const expression = new RegExp(`^${source}$`)
  return (text) => {
    const match = expression.exec(text)
    return match === null ? Number.NaN : microsOf(partsOf(names, match))
  }
}

const partsOf = (names: readonly PartName[], match: RegExpExecArray): DateParts => {
  const parts: { -readonly [K in keyof DateParts]?: number } = {}
  let half: string | undefined
  names.forEach((name, index) => {
    const text = match[index + 1] as string
    if (name === 'year2') parts.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000)
    else if (name === 'half') half = text.toUpperCase()
    else if (name === 'monthName') parts.month = monthNames.indexOf(text.toLowerCase()) + 1
    else if (name === 'zone') parts.zoneMinutes = zoneOf(text)
    else if (name === 'micros') parts.micros = Number(text.padEnd(6, '0'))
    else parts[name] = Number(text)
  })
  if (half !== undefined) {
    const hour = parts.hour ?? 0
    parts.hour = hour < 1 || hour > 12 ? 99 : (hour % 12) + (half === 'PM' ? 12 : 0)
  }
  return { year: 1970, month: 1, day: 1, ...parts }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** ISO 8601 text: a date alone at midnight, seconds and fraction only where they are not zero; always UTC. */
export const formatDate = (micros: number): string => {
  const days = Math.floor(micros / dayMicros)
  const rest = micros - days * dayMicros
  const date = civilFromDays(days)
  if (rest === 0) return date
  const seconds = Math.floor(rest / 1_000_000)
  const fraction = rest - seconds * 1_000_000
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
  return `${date}T${time}${tail}Z`
}

const civilFromDays = (days: number): string => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const text =
    year >= 0 && year <= 9999
      ? String(year).padStart(4, '0')
      : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
  return `${text}-${two(month)}-${two(day)}`
}
