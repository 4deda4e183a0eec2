import { newRequestId, type PredictionLogEntry } from '@modelsmith/serving'
import { expect, it } from 'vitest'
import { newId } from '../../infra/ids.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import { withPlatform } from '../../testing/platform.ts'
import { addRequests, findRequest, isFirstTime, listRequests, type LogRow } from './index.ts'

const platform = withPlatform()
const noon = Date.parse('2026-01-31T12:00:00.000Z')
const seed = Date.now() % 2 ** 31
console.log(`request log: seed ${seed}`)
let state = seed
/** A whole number below `below`. */
const draw = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
  return Math.floor((state / 2 ** 31) * below)
}

type Made = { readonly entry: PredictionLogEntry; readonly keptSequence: number | undefined }
const made = (ms: number, more: Partial<PredictionLogEntry> = {}): Made => ({
  entry: {
    requestId: newRequestId(ms),
    deploymentId: 'shop',
    releaseId: `release ${draw(2)}`,
    at: new Date(ms).toISOString(),
    rows: draw(5),
    latencyMs: draw(1000) / 8,
    status: 'ok',
    errorCode: null,
    ...more,
  },
  keptSequence: draw(3) === 0 ? draw(100) : undefined,
})
const refused = { status: 'error', errorCode: 'rows.cell' } as const
const byAnother = { fallback: { deploymentId: 'other "shop"', releaseId: 'release', why: 'serving.busy' } } as const

const rowOf = ({ entry, keptSequence }: Made): LogRow => ({
  id: entry.requestId,
  created_at: new Date(entry.at),
  release_id: entry.releaseId,
  rows: entry.rows,
  latency_ms: entry.latencyMs,
  status: entry.status,
  error_code: entry.errorCode,
  fallback: entry.fallback ?? null,
  kept_sequence: keptSequence ?? null,
})

it('pages through requests newest first, and finds each, however the parts that they came in overlap', async () => {
  const { database } = platform.context
  const all: Made[] = []
  for (let part = 0; part < 40; part++) {
    const start = noon + draw(20_000)
    const requests = Array.from({ length: 1 + draw(30) }, () =>
      made(start + draw(draw(4) === 0 ? 9_000_000 : 400), [refused, byAnother][draw(20)] ?? {}),
    )
    await database.transaction((queries) => addRequests(queries, requests))
    all.push(...requests)
  }
  await addRequests(database, [made(noon, { deploymentId: 'other' })])
  const newestFirst = all
    .map(rowOf)
    .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.id < b.id ? 1 : -1))
  const filters = [{}, { status: 'error' }, { status: 'ok' }, { release: 'release 1' }] as const
  for (const filter of filters)
    for (const limit of [1, 7, 200]) {
      const found: LogRow[] = []
      let cursor: string | undefined
      do {
        const page = await pageOf({ limit, ...(cursor === undefined ? {} : { cursor }) }, (after, most, position) =>
          listRequests(database, 'shop', filter, { after, position, limit: most }),
        )
        found.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      const { status, release } = { status: undefined, release: undefined, ...filter }
      const wanted = newestFirst.filter(
        (row) => (status ?? row.status) === row.status && (release ?? row.release_id) === row.release_id,
      )
      expect(found, `${JSON.stringify(filter)}, ${limit} a page, seed ${seed}`).toEqual(wanted)
    }
  for (const row of newestFirst) expect(await findRequest(database, 'shop', row.id), `seed ${seed}`).toEqual(row)
})

it('finds requests whose ids tell no time, and none of another deployment', async () => {
  const { database } = platform.context
  const batch = newId('job')
  const untold = [0, 1].map((number) => made(noon + number, { requestId: `${batch}-${number}`, deploymentId: 'shop' }))
  const told = made(noon)
  await addRequests(database, [...untold, told])
  for (const each of [...untold, told]) {
    expect(await findRequest(database, 'shop', each.entry.requestId)).toEqual(rowOf(each))
    expect(await findRequest(database, 'other', each.entry.requestId)).toBeUndefined()
  }
  for (const id of ['', `${batch}-2`, newRequestId(noon), newRequestId(noon + 7_200_000)])
    expect(await findRequest(database, 'shop', id)).toBeUndefined()
})

it('knows a segment that came before, also of one who asks at the same time', async () => {
  const { database } = platform.context
  const ask = () => database.transaction((queries) => isFirstTime(queries, 'segment'))
  expect((await Promise.all([ask(), ask(), ask()])).filter(Boolean)).toEqual([true])
  expect(await ask()).toBe(false)
})
