import { describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { createAccounts } from './index.ts'
import { hashPassword, sha256 } from './secrets.ts'

const platform = withPlatform()

/** Signs in from an address of its own: attempts are counted by address. */
let addresses = 0
const signIn = (payload: object, remoteAddress = `10.0.0.${++addresses}`) =>
  platform.app.inject({ method: 'POST', url: '/api/v1/sessions', payload, remoteAddress })

const startSession = async (token: string) => {
  const answer = await signIn({ token })
  const [cookie] = answer.cookies
  return { answer, cookie: `${cookie?.name}=${cookie?.value}`, csrf: answer.json<{ csrfToken: string }>().csrfToken }
}

describe('signing in', () => {
  it('with a token starts a session that scripts cannot read', async () => {
    const { answer } = await startSession(platform.people.ann.token)
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({ person: { name: 'Ann', role: 'member', organisation: { name: 'Ours' } } })
    expect(answer.cookies).toMatchObject([{ name: 'modelsmith_session', httpOnly: true, sameSite: 'Lax', path: '/' }])
  })

  it('with a password needs the right one', async () => {
    const { database } = platform.context
    const hash = await hashPassword('correct horse')
    await database.run(sql`update person set password_hash = ${hash} where id = ${platform.people.vera.id}`)
    const answers = []
    for (const given of [
      { email: 'Vera@example.org', password: 'correct horse' },
      { email: 'vera@example.org', password: 'wrong' },
      { email: 'nobody@example.org', password: 'correct horse' },
      // Without a password one signs in by token only.
      { email: 'ann@example.org', password: '' },
    ])
      answers.push(await signIn(given))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 401, 401, 401])
    const [, wrong, nobody] = answers.map((answer) => answer.json<{ detail: string }>().detail)
    expect(nobody).toBe(wrong)
  })

  it('is refused after ten attempts in a minute from one address', async () => {
    const codes = []
    for (let attempt = 1; attempt <= 11; attempt++)
      codes.push((await signIn({ token: 'msk_wrong' }, '10.1.1.1')).statusCode)
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect((await signIn({ token: platform.people.ann.token })).statusCode).toBe(201)
  })
})

describe('a session', () => {
  it('reads with its cookie, and writes only with its CSRF token', async () => {
    const { cookie, csrf } = await startSession(platform.people.ann.token)
    const write = (headers: Record<string, string>) =>
      call(platform, undefined, 'createToken', { headers: { cookie, ...headers }, body: { name: 'From a page' } })
    expect((await call(platform, undefined, 'me', { headers: { cookie } })).body).toMatchObject({ name: 'Ann' })
    const current = await call(platform, undefined, 'currentSession', { headers: { cookie } })
    expect(current.body['csrfToken']).toBe(csrf)
    const other = await startSession(platform.people.ann.token)
    for (const headers of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': other.csrf }]) {
      const { status, body } = await write(headers)
      expect([status, body.code]).toEqual([403, 'account.csrf'])
    }
    expect((await write({ 'x-csrf-token': csrf })).status).toBe(201)
  })

  it('ends when its person signs out; the other sessions go on', async () => {
    const [first, second] = [
      await startSession(platform.people.ann.token),
      await startSession(platform.people.ann.token),
    ]
    const me = async ({ cookie }: { cookie: string }) =>
      (await call(platform, undefined, 'me', { headers: { cookie } })).status
    const out = await call(platform, undefined, 'signOut', {
      headers: { cookie: first.cookie, 'x-csrf-token': first.csrf },
    })
    expect([out.status, out.body]).toEqual([200, { providerUrl: null }])
    expect(String(out.headers['set-cookie'])).toMatch(/^modelsmith_session=;/)
    expect([await me(first), await me(second)]).toEqual([401, 200])
  })

  it('expires', async () => {
    const { cookie } = await startSession(platform.people.ann.token)
    await platform.context.database.run(
      sql`update browser_session set expires_at = now() where sha256 = ${sha256(cookie.split('=')[1] ?? '')}`,
    )
    expect((await call(platform, undefined, 'me', { headers: { cookie } })).status).toBe(401)
  })
})

describe('an API token', () => {
  const create = (body: object) => call(platform, platform.people.ann, 'createToken', { body })
  const use = async (secret: unknown) =>
    (await call(platform, { ...platform.people.ann, token: String(secret) }, 'me')).status

  it('shows its secret once, and is kept as a hash', async () => {
    const { body } = await create({ name: 'Laptop' })
    const secret = String(body['secret'])
    expect(secret).toMatch(/^msk_\w{40}$/)
    expect(await use(secret)).toBe(200)
    expect((await call(platform, platform.people.ann, 'listTokens')).text).not.toContain(secret)
    const kept = await platform.context.database.rows(sql`select * from token`)
    expect(JSON.stringify(kept)).not.toContain(secret)
  })

  it('ends when it is revoked, which its owner and administrators can do', async () => {
    const { body } = await create({ name: 'Lost' })
    const { id } = body['token'] as { id: string }
    expect((await call(platform, platform.people.mia, 'deleteToken', { params: { id } })).status).toBe(404)
    expect(await use(body['secret'])).toBe(200)
    expect((await call(platform, platform.people.ann, 'deleteToken', { params: { id } })).status).toBe(204)
    expect(await use(body['secret'])).toBe(401)
  })

  it('ends at its time', async () => {
    const { body } = await create({ name: 'Short', expiresAt: '2099-01-31T12:00:00Z' })
    expect(body['token']).toMatchObject({ expiresAt: '2099-01-31T12:00:00.000Z' })
    expect(await use(body['secret'])).toBe(200)
    await platform.context.database.run(sql`update token set expires_at = now() where name = 'Short'`)
    expect(await use(body['secret'])).toBe(401)
  })

  it.each(['2020-01-01T00:00:00Z', 'tomorrow', '2099-13-45T00:00:00Z'])('cannot expire at %s', async (expiresAt) => {
    const { status, body } = await create({ name: 'Never', expiresAt })
    expect([status, body.code, body['detail']]).toEqual([
      422,
      'account.expiry',
      `"${expiresAt}" is no moment in the future.`,
    ])
  })
})

it('makes the first administrator once', async () => {
  expect(await createAccounts(platform.context).createFirst('secret')).toBe(undefined)
  expect(platform.bugs).toEqual([])
})
