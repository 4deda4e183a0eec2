import type { Access, Share } from '@modelsmith/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { principalOf } from '../../infra/rights/principal.ts'
import { allowed } from '../../infra/rights/visible.ts'
import { call } from '../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { libraryGraph, makeWorld, type World } from '../../testing/world.ts'

const platform = withPlatform()
let world: World

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
})

const newBlueprint = async (person: TestPerson): Promise<string> =>
  String(
    (await call(platform, person, 'createBlueprint', { body: { name: 'Forest', graph: libraryGraph } })).body['id'],
  )
const share = (person: TestPerson, id: string, grantee: string, role: string) =>
  call(platform, person, 'share', { params: { id }, body: { grantee, role } })
const unshare = (person: TestPerson, id: string, grantee: string) =>
  call(platform, person, 'unshare', { params: { id }, query: { grantee } })
const sharesOf = async (person: TestPerson, id: string): Promise<[string, string][]> => {
  const { body } = await call(platform, person, 'listShares', { params: { id } })
  return (body as unknown as { items: Share[] }).items.map(({ grantee, role }) => [grantee.name, role])
}
const access = async (person: TestPerson, id: string): Promise<Access> =>
  (await call(platform, person, 'getAccess', { params: { id } })).body as unknown as Access
const seen = async (person: TestPerson, id: string): Promise<boolean[]> => [
  (await call(platform, person, 'listBlueprints')).text.includes(id),
  (await call(platform, person, 'getBlueprint', { params: { id } })).status === 200,
]

describe('what somebody made', () => {
  it('is theirs alone until they share it, and again when they take the role back', async () => {
    const { ann, mia } = platform.people
    const id = await newBlueprint(ann)
    expect(await seen(mia, id)).toEqual([false, false])
    expect((await share(ann, id, mia.id, 'consumer')).body).toMatchObject({
      grantee: { kind: 'person', name: 'Mia' },
      role: 'consumer',
      grantedBy: { name: 'Ann' },
    })
    expect(await seen(mia, id)).toEqual([true, true])
    expect(await access(mia, id)).toMatchObject({ role: 'consumer', actions: ['view', 'use'], owner: { name: 'Ann' } })
    expect((await unshare(ann, id, mia.id)).status).toBe(204)
    expect(await seen(mia, id)).toEqual([false, false])
  })

  it('is everybody’s once it is shared with the organisation, and nobody’s of another one', async () => {
    const { ann, mia, vera, bob } = platform.people
    const id = await newBlueprint(ann)
    await share(ann, id, ann.organisation, 'consumer')
    for (const person of [mia, vera]) expect(await seen(person, id)).toEqual([true, true])
    expect(await seen(bob, id)).toEqual([false, false])
    expect((await share(ann, id, bob.id, 'consumer')).body.code).toBe('object.notFound')
    expect((await share(ann, id, bob.organisation, 'consumer')).body.code).toBe('object.notFound')
  })

  it('is shared by its owners only', async () => {
    const { ann, mia, vera } = platform.people
    const id = await newBlueprint(ann)
    await share(ann, id, mia.id, 'editor')
    expect((await share(mia, id, vera.id, 'consumer')).body.code).toBe('object.forbidden')
    expect((await unshare(mia, id, ann.id)).body.code).toBe('object.forbidden')
    await share(ann, id, mia.id, 'owner')
    expect((await share(mia, id, vera.id, 'consumer')).status).toBe(200)
  })
})

describe('an owner', () => {
  it('hands over, and stays as an editor', async () => {
    const { ann, mia } = platform.people
    const id = await newBlueprint(ann)
    const { body } = await call(platform, ann, 'transferOwnership', { params: { id }, body: { person: mia.id } })
    expect((body as unknown as { items: Share[] }).items.map(({ grantee, role }) => [grantee.name, role])).toEqual([
      ['Mia', 'owner'],
      ['Ann', 'editor'],
    ])
    expect(await access(mia, id)).toMatchObject({ role: 'owner', owner: { name: 'Mia' } })
  })

  it('cannot leave as the last one, nor become less', async () => {
    const { ann, mia } = platform.people
    const id = await newBlueprint(ann)
    expect((await unshare(ann, id, ann.id)).body.code).toBe('share.lastOwner')
    expect((await share(ann, id, ann.id, 'consumer')).body.code).toBe('share.lastOwner')
    await share(ann, id, mia.id, 'owner')
    expect((await unshare(ann, id, ann.id)).status).toBe(204)
    expect(await sharesOf(mia, id)).toEqual([['Mia', 'owner']])
    expect(await access(mia, id)).toMatchObject({ owner: { name: 'Mia' } })
  })

  it('is a person', async () => {
    const { ann } = platform.people
    const id = await newBlueprint(ann)
    expect((await share(ann, id, ann.organisation, 'owner')).body.code).toBe('share.owner')
  })

  it('of one of two who leave at once remains', async () => {
    const { ann, mia } = platform.people
    const id = await newBlueprint(ann)
    await share(ann, id, mia.id, 'owner')
    const left = await Promise.all([unshare(ann, id, ann.id), unshare(mia, id, mia.id)])
    expect(left.map(({ status }) => status).sort()).toEqual([204, 409])
  })
})

describe('a project', () => {
  it('is shared with its runs, models and jobs', async () => {
    const { ann, mia } = platform.people
    const asked = () =>
      Promise.all([
        call(platform, mia, 'getProject', { params: { id: world.project } }),
        call(platform, mia, 'getTrainingRun', { params: { id: world.trainingRun } }),
        call(platform, mia, 'getModel', { params: { id: world.model } }),
        call(platform, mia, 'getJob', { params: { id: world.job } }),
      ]).then((answers) => answers.map(({ status }) => status))
    expect(await asked()).toEqual([404, 404, 404, 404])
    await share(ann, world.project, mia.id, 'consumer')
    expect(await asked()).toEqual([200, 200, 200, 200])
    expect((await call(platform, mia, 'listModels')).text).toContain(world.model)
    expect((await call(platform, mia, 'listJobs')).text).toContain(world.job)
    const { body } = await call(platform, mia, 'listShares', { params: { id: world.model } })
    expect(body).toMatchObject({ items: [{ from: { id: world.project } }, { from: { id: world.project } }] })
    // What the project stands on is not shared with it.
    expect((await call(platform, mia, 'getDataset', { params: { id: world.dataset } })).status).toBe(404)
    await unshare(ann, world.project, mia.id)
    expect(await asked()).toEqual([404, 404, 404, 404])
  })

  it('keeps a model that is shared alone to itself', async () => {
    const { ann, mia } = platform.people
    await share(ann, world.model, mia.id, 'consumer')
    expect((await call(platform, mia, 'getModel', { params: { id: world.model } })).status).toBe(200)
    expect((await call(platform, mia, 'getProject', { params: { id: world.project } })).status).toBe(404)
    expect((await unshare(ann, world.model, ann.id)).body.code).toBe('share.inherited')
    expect((await share(ann, world.model, mia.id, 'owner')).body.code).toBe('share.part')
    expect((await unshare(mia, world.model, mia.id)).status).toBe(204)
  })
})

it('shows nobody the name of what they may not see, where it stands in the way', async () => {
  const { ann, mia } = platform.people
  await share(ann, world.dataset, mia.id, 'owner')
  const remove = (person: TestPerson) =>
    call(platform, person, 'deleteDataset', { params: { id: world.dataset }, ifMatch: 2 })
  expect((await remove(mia)).body['detail']).toContain('something that you may not see uses it')
  expect((await remove(ann)).body['detail']).toContain('the project "Sales" uses it')
  await unshare(ann, world.dataset, mia.id)
})

it('lists what one may see with one query, which reads indexes only where there are many objects', async () => {
  const { ann, mia } = platform.people
  const { database } = platform.context
  await database.transaction(async (queries) => {
    await queries.run(sql`
      insert into object (id, kind, name, owner_id, organisation_id, workspace_id, created_at, updated_at)
      select 'blueprint_many' || n, 'blueprint', 'Many', ${ann.id}, ${ann.organisation}, ${ann.workspace}, now(), now()
      from generate_series(1, 20000) n`)
    await queries.run(sql`
      insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_at)
      select 'blueprint_many' || n, ${ann.id}, 'person', 'owner', now() from generate_series(1, 20000) n`)
    await queries.run(sql`
      insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_at) values ('blueprint_many7', ${mia.id}, 'person', 'consumer', now())`)
  })
  await database.run(sql`analyze object`)
  await database.run(sql`analyze object_grant`)
  const person = await principalOf(database, mia.id)
  const plan = await database.rows<{ 'QUERY PLAN': string }>(sql`
    explain (analyze, buffers) select o.id from object o where ${allowed(person, 'view', ['blueprint'])} and o.kind = ${'blueprint'} and o.deleted_at is null
    order by o.created_at desc, o.id desc limit 51`)
  const text = plan.map((line) => line['QUERY PLAN']).join('\n')
  expect(text).toMatch(/Index Only Scan using object_grant_grantee/)
  expect(text).not.toContain('Seq Scan')
  const found = await database.rows<{ id: string }>(
    sql`select o.id from object o where ${allowed(person, 'view', ['blueprint'])} and o.kind = ${'blueprint'} and o.deleted_at is null and o.name = 'Many'`,
  )
  expect(found).toEqual([{ id: 'blueprint_many7' }])
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
