import type { Storage } from '@modelsmith/api'
import { expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { hold } from '../../infra/objects/references.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { addDataset, makeWorld, runJob } from '../../testing/world.ts'

const platform = withPlatform()

const storage = async (): Promise<Storage> => {
  const { status, body } = await call(platform, platform.people.adam, 'getStorage', {})
  expect(status).toBe(200)
  return body as unknown as Storage
}
const setQuota = (quotaBytes: number | null) =>
  call(platform, platform.people.adam, 'changeStorage', { body: { quotaBytes } })

it('says what takes the space, and whose it is', async () => {
  const { ann, bob } = platform.people
  await makeWorld(platform, ann)
  const csv = `a\n${'1\n'.repeat(5000)}`
  await addDataset(platform, bob, csv)
  const { database } = platform.context
  expect(await database.rows(sql`select holder from stored_object_reference where organisation_id is null`)).toEqual([])
  const { disk, uses, organisation } = await storage()
  expect(disk.freeBytes).toBeGreaterThan(0)
  expect(disk.totalBytes).toBeGreaterThan(disk.freeBytes)
  expect(disk.reservedBytes).toBe(512 * 2 ** 20)
  const sizes = new Map(uses.map(({ what, bytes }) => [what, bytes]))
  expect([...sizes.keys()]).toEqual(
    expect.arrayContaining(['datasets', 'models', 'tasks', 'database', 'predictionLog']),
  )
  // What another organisation has is one number.
  expect(sizes.get('otherOrganisations')).toBeGreaterThanOrEqual(csv.length)
  expect(sizes.get('datasets')).toBeLessThan(csv.length)
  expect(uses.map(({ bytes }) => bytes)).toEqual(uses.map(({ bytes }) => bytes).toSorted((a, b) => b - a))
  expect(organisation).toEqual({ storedBytes: expect.any(Number), quotaBytes: null })
  const own = await database.first<{ bytes: number }>(sql`
    select sum(bytes)::bigint as bytes from stored_object where key in (
      select key from stored_object_reference where organisation_id = ${ann.organisation})`)
  expect(organisation.storedBytes).toBe(own?.bytes)
})

it('refuses an upload over the quota, keeps nothing of it, and takes it again when there is room', async () => {
  const { ann, bob } = platform.people
  const { organisation } = await storage()
  const quota = organisation.storedBytes + 3000
  expect((await setQuota(quota)).body).toMatchObject({ organisation: { quotaBytes: quota } })
  const large = { files: { 'large.csv': `b\n${'2\n'.repeat(2500)}` } }
  const refused = await call(platform, ann, 'uploadDataset', large)
  expect(refused.status).toBe(413)
  expect(refused.body).toMatchObject({
    code: 'storage.quota',
    detail: `Your organisation may store ${quota.toLocaleString('en')} bytes and stores ${organisation.storedBytes.toLocaleString('en')} bytes; this needs 5,002 bytes more.`,
    hint: expect.stringContaining('ask an administrator'),
  })
  expect((await storage()).organisation.storedBytes).toBe(organisation.storedBytes)
  // Others have a quota of their own, and what is stored already is used as before.
  expect((await call(platform, bob, 'uploadDataset', large)).status).toBe(202)
  expect((await setQuota(1)).status).toBe(200)
  const { database } = platform.context
  const held = await database.first<{ key: string; holder: string }>(
    sql`select key, holder from stored_object_reference where organisation_id = ${ann.organisation} limit 1`,
  )
  await hold(database, held?.holder ?? '', [{ key: held?.key ?? '' }])
  expect((await setQuota(null)).status).toBe(200)
  expect((await call(platform, ann, 'uploadDataset', large)).status).toBe(202)
})

it('ends a job that would store more than the quota with the same words', async () => {
  const { ann } = platform.people
  const csv = `c\n${Array.from({ length: 3000 }, (_, row) => row).join('\n')}\n`
  const { organisation } = await storage()
  await setQuota(organisation.storedBytes + csv.length + 100)
  const { body } = await call(platform, ann, 'uploadDataset', { files: { 'fits.csv': csv } })
  const { job } = body as unknown as { job: { id: string } }
  expect((await runJob(platform, ann, job.id)).error).toMatchObject({ code: 'storage.quota' })
  await setQuota(null)
})

it('does not count cached steps', async () => {
  const { context, people } = platform
  const before = (await storage()).organisation.storedBytes
  await setQuota(before)
  const stored = await context.objects.putBytes(Buffer.from('A step that was run.'))
  await hold(context.database, `step ${people.ann.organisation} key`, [stored])
  const after = await storage()
  expect(after.organisation.storedBytes).toBe(before)
  expect(after.uses.find(({ what }) => what === 'stepCache')).toMatchObject({ bytes: stored.bytes, objects: 1 })
  await setQuota(null)
})

it('is for administrators, and for numbers that are some', async () => {
  const { ann, vera } = platform.people
  for (const person of [ann, vera]) {
    expect((await call(platform, person, 'getStorage', {})).body.code).toBe('object.forbidden')
    const changed = await call(platform, person, 'changeStorage', { body: { quotaBytes: 1 } })
    expect(changed.body.code).toBe('object.forbidden')
  }
  for (const quotaBytes of [0, -1, 1.5, '1 GB', 2 ** 60, undefined])
    expect((await setQuota(quotaBytes as number)).status).toBe(422)
  const { body } = await call(platform, platform.people.adam, 'listAudit', {})
  expect(body['items']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ operation: 'changeStorage', outcome: 'done', after: { quotaBytes: 1 } }),
      expect.objectContaining({ operation: 'changeStorage', outcome: 'denied' }),
    ]),
  )
})
