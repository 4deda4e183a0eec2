import type { AuditEntry } from '@modelsmith/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkChain, hashOf } from '../../infra/audit/chain.ts'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { libraryGraph, makeWorld, taskFiles, type World } from '../../testing/world.ts'

const platform = withPlatform()
let world: World
beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
})

const latest = async (person: TestPerson = platform.people.adam): Promise<AuditEntry> => {
  const { body } = await call(platform, person, 'listAudit', { query: { limit: 1 } })
  return (body as unknown as { items: [AuditEntry] }).items[0]
}
const exported = async (): Promise<AuditEntry[]> => {
  const { text } = await call(platform, platform.people.adam, 'exportAudit')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry)
}
async function* inTurn(entries: readonly AuditEntry[]) {
  yield* entries
}

describe('a change', () => {
  it('is kept with who made it, what it was, what was asked for, and from where', async () => {
    const { ann } = platform.people
    const { body } = await call(platform, ann, 'createBlueprint', { body: { name: 'Old', graph: libraryGraph } })
    const id = String(body['id'])
    expect(await latest()).toMatchObject({
      operation: 'createBlueprint',
      object: { kind: 'blueprint', id, name: 'Old' },
    })
    await call(platform, ann, 'changeBlueprint', { params: { id }, body: { name: 'New' }, ifMatch: 1 })
    expect(await latest()).toMatchObject({
      actor: { id: ann.id, name: 'Ann', role: 'member' },
      operation: 'changeBlueprint',
      outcome: 'done',
      errorCode: null,
      object: { kind: 'blueprint', id, name: 'Old' },
      before: { name: 'Old', version: 1 },
      after: { id, name: 'New' },
      address: '127.0.0.1',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    await call(platform, ann, 'share', { params: { id }, body: { grantee: platform.people.mia.id, role: 'editor' } })
    expect(await latest()).toMatchObject({
      operation: 'share',
      before: { shares: [{ name: 'Ann', role: 'owner' }] },
      after: { grantee: platform.people.mia.id, role: 'editor' },
    })
  })

  it('of files is kept with their paths and hashes', async () => {
    await call(platform, platform.people.ann, 'uploadTask', { files: taskFiles, fields: { name: 'Mine' } })
    expect(await latest()).toMatchObject({
      operation: 'uploadTask',
      object: { kind: 'task', name: 'Mine' },
      after: { name: 'Mine', files: [{ path: 'custom.py', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, {}] },
    })
  })

  it.each([
    [
      'explainRows',
      () => ({
        params: { id: world.model },
        body: {
          rows: [1],
          values: [{ size: 471147114 }, { size: 471147114 }],
          changes: { size: 471147114 },
          background: 20,
        },
      }),
      { rows: [1], values: 'withheld: rows: 2', changes: 'withheld: values: 1', background: 20 },
    ],
    [
      'explainByRelease',
      () => ({
        params: { id: world.modelRelease },
        body: { rows: [{ size: 471147114 }], background: [{ size: 471147114 }] },
      }),
      { rows: 'withheld: rows: 1', background: 'withheld: rows: 1' },
    ],
    [
      'releaseExperiment',
      () => ({
        params: { id: world.registeredModel },
        body: { experimentId: world.experiment, rows: [{ size: 471147114 }] },
      }),
      { experimentId: expect.any(String), rows: 'withheld: rows: 1' },
    ],
  ] as const)('by %s, made or tried, is kept without the rows that were sent', async (operation, parts, after) => {
    const { sequence } = await latest()
    const bodies = parts()
    // What is not theirs is refused, and that is kept, too.
    const person = operation === 'explainRows' ? platform.people.ann : platform.people.mia
    await call(platform, person, operation, bodies)
    const entry = await latest()
    expect(entry).toMatchObject({ operation, after: { id: bodies.params.id, ...after } })
    expect(entry.sequence).toBeGreaterThan(sequence)
    expect(JSON.stringify(entry.after)).not.toContain('471147114')
  })

  it('that fails, and what only looks, leaves no entry', async () => {
    const { sequence } = await latest()
    const { ann } = platform.people
    await call(platform, ann, 'createProject', {
      body: { name: 'P', datasetVersionId: world.datasetVersion, target: 'no' },
    })
    await call(platform, ann, 'getProject', { params: { id: world.project } })
    await call(platform, ann, 'checkBlueprint', { body: { graph: libraryGraph } })
    expect((await latest()).sequence).toBe(sequence)
  })

  it('is rolled back where its entry cannot be written', async () => {
    const { database } = platform.context
    await database.run(
      sql`alter table audit_entry add constraint refused check (operation <> 'createBlueprint') not valid`,
    )
    const made = await call(platform, platform.people.ann, 'createBlueprint', {
      body: { name: 'Lost', graph: libraryGraph },
    })
    await database.run(sql`alter table audit_entry drop constraint refused`)
    expect(made.status).toBe(500)
    expect(await database.rows(sql`select 1 from object where name = 'Lost'`)).toEqual([])
    platform.bugs.length = 0
  })
})

describe('a denied attempt', () => {
  it.each([
    ['to see what is not shared', 'getTask', () => ({ params: { id: world.task } }), 'object.notFound', 'task'],
    [
      'to change what is not shared',
      'deleteProject',
      () => ({ params: { id: world.project }, ifMatch: 1 }),
      'object.notFound',
      'project',
    ],
    ['to see a job', 'getJob', () => ({ params: { id: world.job } }), 'object.notFound', 'job'],
    ['to administer', 'createPerson', () => ({ body: { name: 'X', role: 'service' } }), 'object.forbidden', undefined],
  ] as const)('%s is kept', async (_, operation, parts, errorCode, kind) => {
    const { mia } = platform.people
    await call(platform, mia, operation, parts())
    expect(await latest()).toMatchObject({ actor: { name: 'Mia' }, operation, outcome: 'denied', errorCode })
    expect((await latest()).object?.kind).toBe(kind)
  })

  it('to sign in is kept of whom it was tried, without the password', async () => {
    await platform.app.inject({
      method: 'POST',
      url: '/api/v1/sessions',
      payload: { email: 'mia@example.org', password: 'guess-guess-guess' },
      remoteAddress: '10.2.3.4',
    })
    expect(await latest()).toMatchObject({
      actor: { name: 'Mia' },
      operation: 'signIn',
      outcome: 'denied',
      address: '10.2.3.4',
      after: { email: 'mia@example.org', password: 'withheld' },
    })
    expect(JSON.stringify(await exported())).not.toContain('guess-guess')
  })

  it('with a token that is not good for it is kept', async () => {
    const { ann } = platform.people
    const made = await call(platform, ann, 'createToken', { body: { name: 'Reader', scopes: ['read'] } })
    expect(JSON.stringify(await exported())).not.toContain(String(made.body['secret']))
    const reader = { ...ann, token: String(made.body['secret']) }
    await call(platform, reader, 'createBlueprint', { body: { name: 'B', graph: libraryGraph } })
    expect(await latest()).toMatchObject({
      operation: 'createBlueprint',
      outcome: 'denied',
      errorCode: 'account.scope',
    })
  })

  it('of something that is not there is none', async () => {
    const { sequence } = await latest()
    await call(platform, platform.people.mia, 'getTask', { params: { id: world.task.replace(/.{6}$/, '000000') } })
    expect((await latest()).sequence).toBe(sequence)
  })
})

describe('the log', () => {
  it('is for administrators of the organisation', async () => {
    const { ann, bob } = platform.people
    for (const operation of ['listAudit', 'exportAudit', 'checkAudit'] as const)
      expect((await call(platform, ann, operation)).status).toBe(403)
    expect((await call(platform, bob, 'listAudit')).text).not.toContain(ann.id)
  })

  it('is a chain that tells what was changed, left out, or put in another order', async () => {
    const entries = await exported()
    expect(entries.length).toBeGreaterThan(10)
    const { body } = await call(platform, platform.people.adam, 'checkAudit')
    expect(body).toEqual({ valid: true, entries: entries.length, brokenAt: null, head: entries.at(-1)?.hash })
    const broken = async (change: (all: AuditEntry[]) => AuditEntry[]) =>
      (await checkChain(inTurn(change([...entries])))).brokenAt
    const third = entries[2] as AuditEntry
    expect(await broken((all) => all.with(2, { ...third, actor: { ...third.actor, name: 'Nobody' } }))).toBe(3)
    expect(await broken((all) => all.toSpliced(2, 1))).toBe(3)
    expect(await broken((all) => all.with(2, entries[3] as AuditEntry).with(3, third))).toBe(3)
    // Whoever computes the hash again breaks the next one.
    const forged = { ...third, operation: 'getTask' }
    expect(await broken((all) => all.with(2, { ...forged, hash: hashOf(forged) }))).toBe(4)
  })

  it('is never changed nor deleted', async () => {
    const { database } = platform.context
    for (const statement of [
      sql`update audit_entry set actor_name = 'Nobody'`,
      sql`delete from audit_entry`,
      sql`truncate audit_entry`,
    ])
      await expect(database.run(statement)).rejects.toThrow('never changed nor deleted')
  })

  it('stays a chain while many write at once', async () => {
    const { ann, mia } = platform.people
    const create = (person: TestPerson) =>
      call(platform, person, 'createBlueprint', { body: { name: 'At once', graph: libraryGraph } })
    await Promise.all(Array.from({ length: 20 }, (_, index) => create(index % 2 === 0 ? ann : mia)))
    expect((await call(platform, platform.people.adam, 'checkAudit')).body).toMatchObject({ valid: true })
  })

  it('is found by actor, object and outcome, page by page', async () => {
    const { adam, mia } = platform.people
    const list = async (query: Record<string, string | number>) =>
      (await call(platform, adam, 'listAudit', { query })).body as unknown as {
        items: AuditEntry[]
        next: number | null
      }
    const { items } = await list({ actor: mia.id, outcome: 'denied', object: world.task })
    expect(items.map(({ operation }) => operation)).toEqual(['getTask'])
    const first = await list({ limit: 2 })
    const second = await list({ limit: 2, before: first.next ?? 0 })
    const numbers = [...first.items, ...second.items].map(({ sequence }) => sequence)
    expect(numbers).toEqual([0, 1, 2, 3].map((step) => (numbers[0] ?? 0) - step))
    const [longer] = (await list({ limit: 1, before: Number.MAX_SAFE_INTEGER })).items
    expect(longer?.sequence).toBeGreaterThanOrEqual(numbers[0] ?? 0)
    const beyond = await call(platform, adam, 'listAudit', { query: { before: 2 ** 60 } })
    expect([beyond.status, beyond.body.code]).toEqual([422, 'request.invalid'])
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
