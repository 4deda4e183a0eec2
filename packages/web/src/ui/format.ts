const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const ungrouped = new Intl.NumberFormat('en', { maximumSignificantDigits: 5, useGrouping: 'min2' })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

const nothing = '–'

/** Too large or too small to read with all its zeros. */
const isExtreme = (value: number): boolean => value !== 0 && (Math.abs(value) >= 1e15 || Math.abs(value) < 1e-6)

/** Five digits that matter, but of a large number all before the point: 124,938, never 124,940. */
export const formatNumber = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? nothing
    : isExtreme(value)
      ? Number(value.toPrecision(5)).toExponential()
      : Number.isInteger(value) || Math.abs(value) >= 10_000
        ? whole.format(value)
        : number.format(value)

/** A value of a column, which may be a year: 1950, but 19,500. */
export const formatValue = (value: number | null | undefined): string =>
  typeof value === 'number' && Math.abs(value) < 10_000 && !isExtreme(value)
    ? ungrouped.format(value)
    : formatNumber(value)

/** A value on an axis, where there is little room. */
export const formatTick = (value: number): string =>
  Math.abs(value) >= 1e6 ? compact.format(value) : formatValue(value)

/** A score with the digits that tell models apart. */
export const formatScore = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined
    ? nothing
    : value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e15)
      ? value.toExponential(digits - 1)
      : Math.abs(value) >= 10 ** (digits - 1)
        ? whole.format(value)
        : value.toPrecision(digits)

export const formatBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes === 0 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return `${number.format(Number((bytes / 1000 ** power).toPrecision(3)))} ${units[power]}`
}

export const formatMs = (ms: number | null | undefined): string => {
  if (ms === null || ms === undefined) return nothing
  if (ms < 1000) return `${whole.format(ms)} ms`
  if (ms < 60_000) return `${number.format(Number((ms / 1000).toPrecision(3)))} s`
  const seconds = Math.round(ms / 1000)
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${whole.format(Math.floor(seconds / 3600))} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** The time of day, where the reader is. */
export const formatClock = (iso: string): string => clock.format(new Date(iso))

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** How long ago; the exact moment belongs in a title beside it. */
export const formatAgo = (iso: string, now: number = Date.now()): string => {
  const seconds = (Date.parse(iso) - now) / 1000
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return relative.format(Math.round(seconds / size), unit)
}
