const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

export const formatNumber = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? '–'
    : Number.isInteger(value)
      ? whole.format(value)
      : number.format(value)

/** A score with the digits that tell models apart. */
export const formatScore = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toPrecision(4)

export const formatBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes === 0 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return `${number.format(Number((bytes / 1000 ** power).toPrecision(3)))} ${units[power]}`
}

export const formatMs = (ms: number | null | undefined): string =>
  ms === null || ms === undefined
    ? '–'
    : ms < 1000
      ? `${whole.format(ms)} ms`
      : `${number.format(Number((ms / 1000).toPrecision(3)))} s`

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
