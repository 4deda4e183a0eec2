import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@modelsmith/api'
import { until } from '../support/product.ts'
import type { Soaked } from './deployments.ts'
import type { Allowed } from './events.ts'
import type { Found } from './load.ts'

/** What was killed answers again within this. */
const mostAwayMs = 30_000
/** All that is logged is counted within this. */
const settleMs = 900_000

type Logged = { readonly releaseId: string; readonly modelId: string; readonly ok: number; readonly errors: number }

const loggedOf = async (client: Client, id: string): Promise<Logged[]> => {
  const params = { id }
  const { releases } = await client.call('getHealth', { params })
  const { items } = await client.call('listReleases', { params, query: { limit: 200 } })
  return releases.map(({ releaseId, requests: all, errors }) => {
    const modelId = items.find((each) => each.id === releaseId)?.modelId ?? ''
    return { releaseId, modelId, ok: all - errors, errors }
  })
}

const sum = <T>(of: readonly T[], value: (each: T) => number): number =>
  of.reduce((total, each) => total + value(each), 0)

/** What has to hold of a deployment, once nothing more is asked. */
export const judge = async (
  client: Client,
  of: Soaked,
  loads: readonly Found[],
  { allowed, kills }: { readonly allowed: readonly Allowed[]; readonly kills: number },
  connections: number,
): Promise<readonly (readonly [holds: boolean, text: string])[]> => {
  const { items } = await client.call('listReleases', { params: { id: of.deployment }, query: { limit: 200 } })
  const modelOf = new Map(items.map(({ id, modelId }) => [id, modelId]))
  const tallies = loads.flatMap((each) => each.tallies)
  const answers = sum(tallies, ({ requests: count }) => count)
  const wrong = tallies.filter(
    ({ releaseId, modelId, more }) => modelOf.get(releaseId) !== modelId || of.more.get(modelId) !== more,
  )
  const mixed = loads.flatMap((each) => each.mixed)

  const failures = loads.flatMap((each) => each.failures)
  const own = allowed.filter(({ names }) => names.includes(of.name))
  const isAllowed = ({ at, what }: (typeof failures)[number]) =>
    own.some(({ from, ways }) => ways.includes(what) && at >= from && at <= from + mostAwayMs)
  const counts = new Map<string, number>()
  for (const { what } of failures) counts.set(what, (counts.get(what) ?? 0) + 1)
  const others = failures.filter((failure) => !isAllowed(failure))
  const away = own.map(({ why, from, ways }) => {
    const within = failures.filter(({ at, what }) => ways.includes(what) && at >= from && at <= from + mostAwayMs)
    return `${Math.max(0, ...within.map(({ at }) => at - from))} ms after ${why}`
  })

  const answered = new Map<string, number>()
  for (const { releaseId, requests: count } of tallies) answered.set(releaseId, (answered.get(releaseId) ?? 0) + count)
  const lost = (logged: readonly Logged[]): number =>
    sum([...answered], ([releaseId, count]) =>
      Math.max(0, count - (logged.find((each) => each.releaseId === releaseId)?.ok ?? 0)),
    )
  // Counts rise as segments are shipped; more than was answered is seen once they stand still.
  const logged = await until(
    settleMs,
    async () => {
      const before = await loggedOf(client, of.deployment)
      await pause(3000)
      const after = await loggedOf(client, of.deployment)
      return lost(after) === 0 && JSON.stringify(before) === JSON.stringify(after) ? after : undefined
    },
    1000,
  ).catch(() => loggedOf(client, of.deployment))
  const more = sum(logged, ({ ok }) => ok) - answers
  const most = kills * connections
  const told = failures.filter(({ what }) => !['cut', 'refused', 'silent'].includes(what)).length
  const errorsMore = sum(logged, ({ errors }) => errors) - told
  const silentReleases = items.filter(({ id }) => (answered.get(id) ?? 0) === 0)

  const text = (value: number) => value.toLocaleString('en')
  return [
    [
      wrong.length === 0 && mixed.length === 0,
      `${text(answers)} answers, each of the version that it claims${[...wrong, ...mixed].map((each) => `\n  wrong: ${JSON.stringify(each)}`).join('')}`,
    ],
    [silentReleases.length === 0, `all of ${items.length} releases answered`],
    [
      others.length === 0,
      `${text(failures.length)} requests failed (${[...counts].map(([what, count]) => `${what} ${text(count)}`).join(', ') || 'none'}), all of them as promised; the last ${away.join(', ') || 'never'}${others
        .slice(0, 10)
        .map(({ at, what }) => `\n  not promised: ${what} at ${new Date(at).toISOString()}`)
        .join('')}`,
    ],
    [
      lost(logged) === 0 && more >= 0 && more <= most,
      `${text(answers + more)} are logged: ${lost(logged)} answers are missing, ${more} more were logged than came (at most ${most}: a kill may come between the two)`,
    ],
    [errorsMore === 0, `${text(told + errorsMore)} errors are logged, of ${text(told)} that were told`],
  ]
}
