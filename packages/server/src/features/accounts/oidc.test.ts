import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import {
  clientId,
  clientSecret,
  type IdentityProvider,
  startIdentityProvider,
} from '../../testing/identity-provider.ts'
import { withPlatform } from '../../testing/platform.ts'
import { setRole } from './identities.ts'

const address = 'http://127.0.0.1:8080'
/** Ann and Adam are here already; the others come for the first time. */
const accounts = {
  ann: { email: 'ann@example.org', email_verified: true, name: 'Ann elsewhere', groups: ['staff', 'analysts'] },
  adam: { email: 'adam@example.org', email_verified: true, groups: ['staff'] },
  nora: { email: 'nora@example.org', email_verified: true, name: 'Nora New', groups: ['staff', 'bosses'] },
  otto: { email: 'otto@example.org', email_verified: true, groups: ['cooks'] },
  eve: { email: 'mia@example.org', email_verified: false, groups: ['staff'] },
  vera: { email: 'vera@example.org', email_verified: true, groups: ['staff'] },
  heir: { email: 'ann@example.org', email_verified: true, groups: ['staff'] },
}
const env: NodeJS.ProcessEnv = {
  MODELSMITH_OIDC_CLIENT_SECRET: clientSecret,
  MODELSMITH_OIDC_NAME: 'Example Corp',
  MODELSMITH_OIDC_ROLES: 'bosses=administrator,staff=member',
  MODELSMITH_OIDC_GROUPS: 'analysts=Analysts',
  MODELSMITH_OIDC_NEWCOMERS: 'viewer',
  MODELSMITH_OIDC_CLIENT_ID: clientId,
  MODELSMITH_ADDRESS: address,
}
let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider(address, accounts)
  env['MODELSMITH_OIDC_ISSUER'] = provider.issuer
})
const platform = withPlatform(env)
afterAll(() => provider.close().catch(() => {}))

let addresses = 0
const post = (url: string, payload?: object) =>
  platform.app.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    remoteAddress: `10.7.0.${++addresses}`,
    ...(payload === undefined ? {} : { payload }),
  })
type Begun = { readonly url: string; readonly secret: string }
const begin = async (): Promise<Begun> => (await post('/sign-in/oidc')).json()
const finish = (secret: string, search: string) => post('/sessions/oidc', { secret, search })

/** Signs in by the provider, as a browser does. */
const signIn = async (account: string) => {
  const { url, secret } = await begin()
  provider.become(account)
  const back = await provider.visit(url)
  expect(`${back.origin}${back.pathname}`).toBe(`${address}/sign-in`)
  return finish(secret, back.search)
}
const codeOf = (answer: { json: () => { code?: string } }) => answer.json().code

it('says what the button is called', async () => {
  const { body } = await call(platform, undefined, 'signInWays')
  expect(body).toEqual({ oidc: { name: 'Example Corp' }, passwordReset: false })
})

it('asks the provider with PKCE, state and nonce, and for nothing twice', async () => {
  const [one, other] = [new URL((await begin()).url), new URL((await begin()).url)]
  expect(one.origin).toBe(provider.issuer)
  const asked = Object.fromEntries(one.searchParams)
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: `${address}/sign-in`,
    code_challenge_method: 'S256',
    scope: 'openid email profile',
  })
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(asked[name]?.length).toBeGreaterThanOrEqual(43)
    expect(other.searchParams.get(name)).not.toBe(asked[name])
  }
})

describe('whoever the provider vouches for', () => {
  it('is who has the e-mail address here, with the role and groups of the provider’s groups', async () => {
    const { body: group } = await call(platform, platform.people.adam, 'createGroup', {
      body: { name: 'Writers', members: [platform.people.ann.id] },
    })
    const answer = await signIn('ann')
    expect(answer.statusCode).toBe(201)
    expect(answer.cookies).toMatchObject([{ name: 'modelsmith_session', httpOnly: true, sameSite: 'Lax' }])
    const { person } = answer.json<{ person: { id: string; name: string; role: string } }>()
    expect(person).toMatchObject({ id: platform.people.ann.id, name: 'Ann', role: 'member' })
    const { body } = await call(platform, platform.people.adam, 'getPerson', { params: { id: person.id } })
    expect(body['groups']).toMatchObject([{ name: 'Analysts' }, { name: 'Writers' }])
    // Groups that are not the provider's are left alone.
    expect(group['name']).toBe('Writers')
  })

  it('stays the same person when the address at the provider changes', async () => {
    await platform.context.database.run(
      sql`update person set email = 'ann.new@example.org' where id = ${platform.people.ann.id}`,
    )
    const { person } = (await signIn('ann')).json<{ person: { id: string } }>()
    expect(person.id).toBe(platform.people.ann.id)
  })

  it('is nobody here who has but the address of somebody that came before', async () => {
    await platform.context.database.run(
      sql`update person set email = 'ann@example.org' where id = ${platform.people.ann.id}`,
    )
    const answer = await signIn('heir')
    expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'oidc.stranger'])
  })

  it('is made a person at first where the settings let newcomers in', async () => {
    const { person } = (await signIn('nora')).json<{ person: { id: string; name: string; role: string } }>()
    expect(person).toMatchObject({ name: 'Nora New', role: 'administrator', email: 'nora@example.org' })
    const again = (await signIn('nora')).json<{ person: { id: string } }>()
    expect(again.person.id).toBe(person.id)
  })

  it('loses a role with the group that gave it, but for the last administrator', async () => {
    const role = async (account: string) => (await signIn(account)).json<{ person: { role: string } }>().person.role
    expect(await role('adam')).toBe('member')
    const { database } = platform.context
    await database.run(sql`update person set role = 'administrator' where id = ${platform.people.adam.id}`)
    await database.run(sql`update person set role = 'member' where email = 'nora@example.org'`)
    expect(await role('adam')).toBe('administrator')
  })

  it('of two administrators who lose the role at once leaves one', async () => {
    const { database } = platform.context
    const two = [platform.people.adam.id, platform.people.ann.id]
    const administrators = () =>
      database.rows(
        sql`select id from person where role = 'administrator' and deactivated_at is null and id = any(${two})`,
      )
    const others = sql`role = 'administrator' and id <> all(${two})`
    await database.run(sql`update person set role = 'member' where ${others}`)
    await database.run(sql`update person set role = 'administrator' where id = any(${two})`)
    const waiting = () =>
      database.first(
        sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
    let second = Promise.resolve()
    await database.transaction(async (queries) => {
      await setRole(queries, platform.people.adam.id, 'member')
      second = database.transaction((later) => setRole(later, platform.people.ann.id, 'member'))
      await expect.poll(waiting).toBeDefined()
    })
    await second
    expect(await administrators()).toEqual([{ id: platform.people.ann.id }])
    await database.run(sql`update person set role = 'administrator' where id = ${platform.people.adam.id}`)
    await database.run(sql`update person set role = 'member' where id = ${platform.people.ann.id}`)
  })

  it('is in the audit log', async () => {
    const { text } = await call(platform, platform.people.adam, 'listAudit', { query: { limit: 200 } })
    expect(text).toContain('signInByOidc')
    expect(text).toContain('Nora New')
    expect(text).not.toContain('code=')
  })
})

describe('nobody is let in', () => {
  it.each([
    ['whose groups have no role', 'otto', 'oidc.noRole'],
    ['whose address the provider does not vouch for', 'eve', 'oidc.email'],
    ['whom the provider refuses', 'nobody', 'oidc.refused'],
  ])('%s', async (_, account, code) => {
    const answer = await signIn(account)
    expect([answer.statusCode, codeOf(answer), answer.cookies]).toEqual([401, code, []])
  })

  it('who is deactivated', async () => {
    const { database } = platform.context
    await signIn('vera')
    await database.run(sql`update person set deactivated_at = now() where id = ${platform.people.vera.id}`)
    expect(codeOf(await signIn('vera'))).toBe('oidc.stranger')
  })

  it('with an answer that another browser began, that was used, or that comes late', async () => {
    provider.become('ann')
    const [mine, theirs] = [await begin(), await begin()]
    const back = await provider.visit(mine.url)
    expect(codeOf(await finish(theirs.secret, back.search))).toBe('oidc.untrusted')
    expect(codeOf(await finish('made up', back.search))).toBe('oidc.attempt')
    expect((await finish(mine.secret, back.search)).statusCode).toBe(201)
    expect(codeOf(await finish(mine.secret, back.search))).toBe('oidc.attempt')
    const late = await begin()
    const came = await provider.visit(late.url)
    await platform.context.database.run(sql`update oidc_attempt set expires_at = now()`)
    expect(codeOf(await finish(late.secret, came.search))).toBe('oidc.attempt')
  })

  it.each([
    ['another code', (search: URLSearchParams) => search.set('code', 'made-up')],
    ['another state', (search: URLSearchParams) => search.set('state', 'made-up')],
    ['another issuer', (search: URLSearchParams) => search.set('iss', 'https://example.org')],
  ])('with %s', async (_, forge) => {
    const { url, secret } = await begin()
    provider.become('ann')
    const { searchParams } = await provider.visit(url)
    forge(searchParams)
    expect(codeOf(await finish(secret, `?${searchParams}`))).toBe('oidc.untrusted')
  })

  it('whose code was asked for with another nonce or challenge', async () => {
    for (const column of [sql`nonce`, sql`verifier`]) {
      const { url, secret } = await begin()
      provider.become('ann')
      const { search } = await provider.visit(url)
      await platform.context.database.run(sql`update oidc_attempt set ${column} = ${'x'.repeat(43)}`)
      expect(codeOf(await finish(secret, search))).toBe('oidc.untrusted')
    }
  })
})

it('ends the session at the provider with the one here', async () => {
  const answer = await signIn('ann')
  const [cookie] = answer.cookies
  const headers = {
    cookie: `${cookie?.name}=${cookie?.value}`,
    'x-csrf-token': answer.json<{ csrfToken: string }>().csrfToken,
  }
  const { body } = await call(platform, undefined, 'signOut', { headers })
  const url = new URL(String(body['providerUrl']))
  expect([url.origin, url.searchParams.get('post_logout_redirect_uri')]).toEqual([provider.issuer, `${address}/`])
  expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/)
})

it('says that the provider does not answer', async () => {
  const { url, secret } = await begin()
  provider.become('ann')
  const { search } = await provider.visit(url)
  await provider.close()
  expect(codeOf(await finish(secret, search))).toBe('oidc.unreachable')
  expect(platform.bugs).toEqual([])
})

describe('a provider that is not there', () => {
  const other = withPlatform({ MODELSMITH_OIDC_ISSUER: 'http://127.0.0.1:1' })
  it('is told of, and the other ways go on', async () => {
    expect((await call(other, undefined, 'beginOidc')).body.code).toBe('oidc.unreachable')
    expect((await call(other, undefined, 'signIn', { body: { token: other.people.ann.token } })).status).toBe(201)
  })
})

describe('without a provider', () => {
  const none = withPlatform()
  it('there is no such way in, and no mail either', async () => {
    expect((await call(none, undefined, 'signInWays')).body).toEqual({ oidc: null, passwordReset: false })
    expect((await call(none, undefined, 'beginOidc')).body.code).toBe('oidc.off')
    const body = { secret: 'x', search: '?code=1' }
    expect((await call(none, undefined, 'signInByOidc', { body })).body.code).toBe('oidc.off')
    const asked = { body: { email: 'ann@example.org' } }
    expect((await call(none, undefined, 'forgotPassword', asked)).body.code).toBe('account.noMail')
  })
})
