import type { BatchSchedule } from '@modelsmith/api'
import { Cron } from 'croner'
import type { BatchDefinition } from '../begin.ts'
import { batchError } from '../errors.ts'

export type Timing = Pick<BatchSchedule, 'cron' | 'timeZone'>

const isTimeZone = (timeZone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

/** The first time of a schedule after a moment; what is no schedule, or never comes, is refused. */
export const nextTime = ({ cron, timeZone }: Timing, after: Date): Date => {
  if (!isTimeZone(timeZone)) throw batchError('schedule.timeZone', { timeZone })
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5) throw batchError('schedule.cron', { cron, reason: `it has ${fields.length} fields` })
  const next = nextOf(cron, timeZone, after)
  if (next === null) throw batchError('schedule.cron', { cron, reason: 'it never comes' })
  return next
}

const nextOf = (cron: string, timezone: string, after: Date): Date | null => {
  try {
    return new Cron(cron.trim(), { timezone, mode: '5-part' }).nextRun(after)
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error)
    throw batchError('schedule.cron', { cron, reason })
  }
}

/** What is begun at a time: addresses and names may have its date and time in them. */
export const definitionAt = (
  { source, sink, ...settings }: BatchDefinition,
  at: Date,
  timeZone: string,
): BatchDefinition => {
  const [date = '', time = ''] = new Intl.DateTimeFormat('sv', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
    .format(at)
    .split(' ')
  const filled = (text: string) => text.replaceAll('{date}', date).replaceAll('{time}', time.replace(':', ''))
  const into = (end: NonNullable<typeof sink>): NonNullable<typeof sink> => {
    if (end.kind === 's3') return { ...end, url: filled(end.url) }
    return end.kind === 'dataset' ? { ...end, name: filled(end.name) } : end
  }
  return {
    ...settings,
    source: source.kind === 's3' ? { ...source, url: filled(source.url) } : source,
    ...(sink === undefined ? {} : { sink: into(sink) }),
  }
}
