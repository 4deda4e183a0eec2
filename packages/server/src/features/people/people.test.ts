import type { Invitation, Member, PersonGroup, Share } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { addToken, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { libraryGraph } from '../../testing/world.ts'

const platform = withPlatform()
let addresses = 0
const newAddress = () => `10.9.0.${++addresses}`
const post = (url: string, payload: object) =>
  platform.app.inject({ method: 'POST', url: `/api/v1${url}`, payload, remoteAddress: newAddress() })

let count = 0
const add = async (role: string, name = `Person ${++count}`) => {
  const email = `person${count}@example.org`
  const { body } = await call(platform, platform.people.adam, 'createPerson', {
    body: { name, role, ...(role === 'service' ? {} : { email }) },
  })
  const made = body as unknown as { person: Member; invitation: Invitation | null }
  return { ...made, email }
}
const password = 'correct horse battery'
/** Somebody with a token, to call as. */
const asPerson = async ({ person }: { person: Member }): Promise<TestPerson> => {
  const { adam } = platform.people
  const { organisation, workspace } = adam
  const token = await addToken(platform.context, person.id)
  return { id: person.id, organisation, workspace, token }
}
const newBlueprint = async (person: TestPerson): Promise<string> =>
  String((await call(platform, person, 'createBlueprint', { body: { name: 'B', graph: libraryGraph } })).body['id'])

describe('an invitation', () => {
  it('lets somebody choose a password, once', async () => {
    const { person, invitation, email } = await add('member')
    expect(person).toMatchObject({ state: 'invited', role: 'member', email })
    expect((await post('/sessions', { email, password })).statusCode).toBe(401)
    const accepted = await post('/invitations', { secret: invitation?.secret, password })
    expect([accepted.statusCode, accepted.cookies[0]?.httpOnly]).toEqual([201, true])
    expect((await post('/invitations', { secret: invitation?.secret, password })).json()).toMatchObject({
      code: 'account.invitation',
    })
    expect((await post('/sessions', { email, password })).statusCode).toBe(201)
  })

  it('ends with the next one, and at its time', async () => {
    const { person, invitation } = await add('member')
    const again = await call(platform, platform.people.adam, 'invitePerson', { params: { id: person.id } })
    expect((await post('/invitations', { secret: invitation?.secret, password })).statusCode).toBe(401)
    await platform.context.database.run(sql`update invitation set expires_at = now() where person_id = ${person.id}`)
    expect((await post('/invitations', { secret: again.body['secret'], password })).statusCode).toBe(401)
  })

  it('needs a password of twelve characters, an address that nobody has, and an administrator', async () => {
    const { invitation, email } = await add('member')
    expect((await post('/invitations', { secret: invitation?.secret, password: 'short' })).statusCode).toBe(422)
    const { adam, ann } = platform.people
    const create = (person: TestPerson, body: object) => call(platform, person, 'createPerson', { body })
    expect((await create(adam, { name: 'Twice', email: email.toUpperCase(), role: 'member' })).body.code).toBe(
      'person.taken',
    )
    expect((await create(adam, { name: 'No address', role: 'member' })).body.code).toBe('person.email')
    expect((await create(ann, { name: 'Mine', email: 'mine@example.org', role: 'member' })).body.code).toBe(
      'object.forbidden',
    )
  })
})

describe('a password', () => {
  it('is not looked at for a while after ten wrong ones in a row', async () => {
    const { invitation, email, person } = await add('member')
    await post('/invitations', { secret: invitation?.secret, password })
    const tries = []
    for (let attempt = 0; attempt < 10; attempt++)
      tries.push((await post('/sessions', { email, password: 'wrong' })).statusCode)
    expect(new Set(tries)).toEqual(new Set([401]))
    const locked = await post('/sessions', { email, password })
    expect(locked.json()).toMatchObject({ code: 'account.wrongCredentials' })
    const { database } = platform.context
    const seen = await call(platform, platform.people.adam, 'getPerson', { params: { id: person.id } })
    expect(seen.body).toMatchObject({ state: 'locked' })
    await database.run(sql`update person set locked_until = now() where id = ${person.id}`)
    expect((await post('/sessions', { email, password })).statusCode).toBe(201)
  })

  it('is changed by whoever knows it, and ends the other sessions', async () => {
    const { invitation, email } = await add('member')
    const first = await post('/invitations', { secret: invitation?.secret, password })
    const second = await post('/sessions', { email, password })
    const session = ({ cookies, body }: typeof first) => ({
      cookie: `${cookies[0]?.name}=${cookies[0]?.value}`,
      'x-csrf-token': (JSON.parse(body) as { csrfToken: string }).csrfToken,
    })
    const change = (current: string) =>
      call(platform, undefined, 'changePassword', {
        headers: session(second),
        body: { current, password: 'another horse battery' },
      })
    expect((await change('wrong')).body.code).toBe('account.wrongPassword')
    expect((await change(password)).status).toBe(204)
    const me = async (from: typeof first) => (await call(platform, undefined, 'me', { headers: session(from) })).status
    expect([await me(first), await me(second)]).toEqual([401, 200])
    expect((await post('/sessions', { email, password })).statusCode).toBe(401)
  })
})

describe('a token', () => {
  it.each([
    ['read', { listDatasets: 200, createBlueprint: 403, createToken: 403 }],
    ['write', { listDatasets: 403, createBlueprint: 201, createToken: 403 }],
    ['administer', { listDatasets: 403, createBlueprint: 403, createToken: 403 }],
    ['predict', { listDatasets: 403, createBlueprint: 403, createToken: 403 }],
  ] as const)('with the scope %s is good for that alone', async (scope, expected) => {
    const { ann } = platform.people
    const made = await call(platform, ann, 'createToken', { body: { name: scope, scopes: [scope] } })
    const person = { ...ann, token: String(made.body['secret']) }
    const found = {
      listDatasets: (await call(platform, person, 'listDatasets')).status,
      createBlueprint: (await call(platform, person, 'createBlueprint', { body: { name: 'B', graph: libraryGraph } }))
        .status,
      // A token never makes one that is good for more.
      createToken: (await call(platform, person, 'createToken', { body: { name: 'All' } })).status,
    }
    expect(found).toEqual(expected)
    expect((await call(platform, person, 'me')).status).toBe(200)
    expect(
      await post('/sessions', { token: person.token }).then((refused) => [refused.statusCode, refused.json().code]),
    ).toEqual([403, 'account.tokenOnly'])
  })

  it('is made for a service account by administrators, and for no other person', async () => {
    const { adam, ann } = platform.people
    const { person, invitation } = await add('service')
    expect([person.email, invitation]).toEqual([null, null])
    const create = (by: TestPerson, of: string) =>
      call(platform, by, 'createToken', { body: { name: 'Robot', person: of } })
    expect((await create(ann, person.id)).status).toBe(404)
    expect((await create(adam, ann.id)).body.code).toBe('object.forbidden')
    const made = await create(adam, person.id)
    const robot = { ...adam, id: person.id, token: String(made.body['secret']) }
    expect((await call(platform, robot, 'createBlueprint', { body: { name: 'R', graph: libraryGraph } })).status).toBe(
      201,
    )
    expect((await call(platform, robot, 'createPerson', { body: { name: 'X', role: 'service' } })).status).toBe(403)
    expect(
      await post('/sessions', { token: robot.token }).then((refused) => [refused.statusCode, refused.json().code]),
    ).toEqual([403, 'account.tokenOnly'])
    const listed = await call(platform, adam, 'listTokens', { query: { person: person.id } })
    expect(listed.text).toContain('Robot')
    expect((await call(platform, ann, 'listTokens', { query: { person: person.id } })).status).toBe(404)
    const invited = await call(platform, adam, 'invitePerson', { params: { id: person.id } })
    expect(invited.body.code).toBe('person.deactivated')
  })
})

describe('a group', () => {
  it('has what was given to it, for as long as one is in it', async () => {
    const { adam, ann, mia, bob } = platform.people
    const create = (body: object, by = adam) => call(platform, by, 'createGroup', { body })
    const made = await create({ name: 'Analysts', members: [mia.id] })
    const group = made.body as unknown as PersonGroup
    expect(group).toMatchObject({ members: [{ name: 'Mia' }] })
    expect((await create({ name: 'Analysts' })).body.code).toBe('group.taken')
    expect((await create({ name: 'Mine' }, ann)).body.code).toBe('object.forbidden')
    expect((await create({ name: 'Theirs', members: [bob.id] })).body.code).toBe('object.notFound')
    const id = await newBlueprint(ann)
    const given = await call(platform, ann, 'share', { params: { id }, body: { grantee: group.id, role: 'editor' } })
    expect(given.body).toMatchObject({ grantee: { kind: 'group', name: 'Analysts' } })
    const sees = async () => (await call(platform, mia, 'getBlueprint', { params: { id } })).status === 200
    expect(await sees()).toBe(true)
    const change = (members: string[], ifMatch: number) =>
      call(platform, adam, 'changeGroup', { params: { id: group.id }, body: { members }, ifMatch })
    expect((await change([], 1)).status).toBe(200)
    expect(await sees()).toBe(false)
    expect((await change([mia.id], 1)).body.code).toBe('object.changed')
    await change([mia.id], 2)
    expect(await sees()).toBe(true)
    await call(platform, adam, 'deleteGroup', { params: { id: group.id }, ifMatch: 3 })
    expect(await sees()).toBe(false)
    const { body } = await call(platform, ann, 'listShares', { params: { id } })
    expect((body as unknown as { items: Share[] }).items).toHaveLength(1)
  })
})

describe('deactivating a person', () => {
  it('ends what they had, and gives what they own to a successor', async () => {
    const { adam, ann, mia } = platform.people
    const made = await add('member')
    const person = await asPerson(made)
    const id = await newBlueprint(person)
    const deactivate = (successor?: string) =>
      call(platform, adam, 'deactivatePerson', {
        params: { id: person.id },
        body: successor === undefined ? {} : { successor },
      })
    expect((await deactivate()).body.code).toBe('person.successor')
    expect((await deactivate(person.id)).body.code).toBe('object.notFound')
    expect((await deactivate(mia.id)).body).toMatchObject({ state: 'deactivated' })
    expect((await call(platform, person, 'me')).status).toBe(401)
    expect((await call(platform, mia, 'getAccess', { params: { id } })).body).toMatchObject({
      role: 'owner',
      owner: { name: 'Mia' },
    })
    const shared = await call(platform, mia, 'share', {
      params: { id },
      body: { grantee: person.id, role: 'consumer' },
    })
    expect(shared.body.code).toBe('object.notFound')
    expect((await call(platform, ann, 'deactivatePerson', { params: { id: mia.id }, body: {} })).status).toBe(403)
  })

  it('leaves somebody to administer', async () => {
    const { bob } = platform.people
    const gone = await call(platform, bob, 'deactivatePerson', { params: { id: bob.id }, body: {} })
    expect(gone.body.code).toBe('person.lastAdministrator')
    const less = await call(platform, bob, 'changePerson', {
      params: { id: bob.id },
      body: { role: 'member' },
      ifMatch: 1,
    })
    expect(less.body.code).toBe('person.lastAdministrator')
  })
})

it('lets people rename themselves, and not give themselves a role', async () => {
  const { vera } = platform.people
  const change = (body: object, ifMatch: number) =>
    call(platform, vera, 'changePerson', { params: { id: vera.id }, body, ifMatch })
  expect((await change({ name: 'Vera V.' }, 1)).body).toMatchObject({ name: 'Vera V.', version: 2 })
  expect((await change({ role: 'administrator' }, 2)).body.code).toBe('object.forbidden')
  const robot = await call(platform, platform.people.adam, 'changePerson', {
    params: { id: vera.id },
    body: { role: 'service' },
    ifMatch: 2,
  })
  expect(robot.body.code).toBe('person.role')
})

describe('whoever was deactivated', () => {
  it('is let in again by an administrator, and begins anew', async () => {
    const { adam, ann } = platform.people
    const made = await add('member')
    await post('/invitations', { secret: made.invitation?.secret, password })
    const params = { id: made.person.id }
    const reactivate = (by: TestPerson) => call(platform, by, 'reactivatePerson', { params })
    expect((await reactivate(adam)).body.code).toBe('person.active')
    await call(platform, adam, 'deactivatePerson', { params, body: {} })
    expect((await reactivate(ann)).status).toBe(403)
    const { status, body } = await reactivate(adam)
    expect([status, body['person']]).toMatchObject([200, { state: 'invited', role: 'member', groups: [] }])
    expect((await post('/sessions', { email: made.email, password })).statusCode).toBe(401)
    const { secret } = body['invitation'] as Invitation
    expect((await post('/invitations', { secret, password })).statusCode).toBe(201)
    expect((await post('/sessions', { email: made.email, password })).statusCode).toBe(201)
  })

  it('needs no invitation as a service account', async () => {
    const { adam } = platform.people
    const { person } = await add('service')
    await call(platform, adam, 'deactivatePerson', { params: { id: person.id }, body: {} })
    const { body } = await call(platform, adam, 'reactivatePerson', { params: { id: person.id } })
    expect(body).toMatchObject({ person: { state: 'active' }, invitation: null })
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
