import { monitoringError } from './errors.ts'

/** Whole hours, with steps into which a series over them is cut. */
export type Range = { readonly from: Date; readonly to: Date; readonly stepHours: number }

const hourMs = 3_600_000
const weekMs = 168 * hourMs
const stepsHours = [1, 3, 6, 12, 24, 168]
const mostPoints = 200
/** What PostgreSQL and JavaScript both can tell apart by hours. */
const [earliest, latest] = [Date.UTC(1970, 0, 1), Date.UTC(9999, 0, 1)]

/** The asked time, widened to whole hours; a week until now by default. */
export const rangeOf = ({ from, to }: { readonly from?: string; readonly to?: string }, now: Date): Range => {
  const end = to === undefined ? now.getTime() : Date.parse(to)
  const start = from === undefined ? end - weekMs : Date.parse(from)
  if (!(start < end && start >= earliest && end <= latest))
    throw monitoringError('monitoring.range', { from: from ?? 'a week before', to: to ?? 'now' })
  const first = Math.floor(start / hourMs)
  const last = Math.ceil(end / hourMs)
  const stepHours = stepsHours.find((hours) => (last - first) / hours <= mostPoints) ?? 720
  return { from: new Date(first * hourMs), to: new Date(last * hourMs), stepHours }
}

export const rangeFields = ({ from, to, stepHours }: Range) => ({
  from: from.toISOString(),
  to: to.toISOString(),
  stepHours,
})
