export type When = {
  readonly every: 'hour' | 'day' | 'weekday' | 'cron'
  /** Of the day: `06:30`; an hour takes its minutes. */
  readonly time: string
  readonly cron: string
  readonly timeZone: string
}

export const everyWords = { hour: 'Every hour', day: 'Every day', weekday: 'On weekdays', cron: 'By cron' } as const

const isTime = /^([01]\d|2[0-3]):[0-5]\d$/

/** The five fields of cron; undefined while something is missing. */
export const cronOf = ({ every, time, cron }: When): string | undefined => {
  if (every === 'cron') return cron.trim().split(/\s+/).length === 5 ? cron.trim() : undefined
  if (!isTime.test(time)) return undefined
  const [hour, minute] = time.split(':').map(Number)
  if (every === 'hour') return `${minute} * * * *`
  return `${minute} ${hour} * * ${every === 'day' ? '*' : '1-5'}`
}

/** What fields of cron say, where they say something simple. */
export const cronWords = (cron: string): string => {
  const [, minute, hour, days] = /^(\d{1,2}) (\*|\d{1,2}) \* \* (\*|1-5)$/.exec(cron) ?? []
  const two = (text = '') => text.padStart(2, '0')
  if (minute === undefined || (hour === '*' && days !== '*')) return cron
  if (hour === '*') return `Every hour at :${two(minute)}`
  return `${days === '*' ? everyWords.day : everyWords.weekday} at ${two(hour)}:${two(minute)}`
}
