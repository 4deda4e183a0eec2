import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { withPlatform } from '../../testing/platform.ts'

const env: NodeJS.ProcessEnv = {
  MODELSMITH_MAIL_FROM: 'models@example.org',
  MODELSMITH_ADDRESS: 'https://models.example.org/',
}
let mail: MailServer
beforeAll(async () => {
  mail = await startMailServer()
  env['MODELSMITH_SMTP'] = mail.url
})
const platform = withPlatform(env)
afterAll(() => mail.close())

let addresses = 0
const post = (url: string, payload: object, remoteAddress = `10.8.0.${++addresses}`) =>
  platform.app.inject({ method: 'POST', url: `/api/v1${url}`, payload, remoteAddress })
const forget = (email: string) => post('/password-resets', { email })
const secretOf = (text: string): string => /#invitation=(msi_\w{40})/.exec(text)?.[1] ?? ''
const password = 'correct horse battery'

describe('a forgotten password', () => {
  it('is replaced by a link in a mail, once, and every session ends', async () => {
    const answer = await forget('Ann@Example.org ')
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    const [letter] = await mail.take(1)
    expect(letter).toMatchObject({
      to: ['ann@example.org'],
      text: expect.stringMatching(/From: models@example\.org[\s\S]*https:\/\/models\.example\.org\/#invitation=msi_/),
    })
    const secret = secretOf(letter?.text ?? '')
    const kept = await platform.context.database.rows(sql`select * from invitation`)
    expect(JSON.stringify(kept)).not.toContain(secret)
    const chosen = await post('/invitations', { secret, password })
    expect(chosen.statusCode).toBe(201)
    expect((await post('/sessions', { email: 'ann@example.org', password })).statusCode).toBe(201)
    const again = await post('/invitations', { secret, password: 'another long password' })
    expect(again.json()).toMatchObject({ code: 'account.invitation' })
    const { text } = await call(platform, platform.people.adam, 'listAudit', { query: { limit: 200 } })
    expect(text).toContain('forgotPassword')
    expect(text).not.toContain('msi_')
  })

  it('answers the same for whom nobody knows, and sends nothing', async () => {
    const [known, unknown] = [await forget('vera@example.org'), await forget('nobody@example.org')]
    expect([unknown.statusCode, unknown.body, Object.keys(unknown.headers)]).toEqual([
      known.statusCode,
      known.body,
      Object.keys(known.headers),
    ])
    expect((await mail.take(1))[0]?.to).toEqual(['vera@example.org'])
    expect(mail.waiting()).toBe(0)
  })

  it('sends one letter a minute', async () => {
    await forget('mia@example.org')
    await forget('mia@example.org')
    await mail.take(1)
    await platform.context.database.run(sql`update invitation set created_at = now() - interval '2 minutes'`)
    await forget('mia@example.org')
    const [letter] = await mail.take(1)
    expect(letter?.to).toEqual(['mia@example.org'])
    expect(mail.waiting()).toBe(0)
  })

  it('is good for an hour', async () => {
    await platform.context.database.run(sql`update invitation set created_at = now() - interval '2 minutes'`)
    await forget('mia@example.org')
    const secret = secretOf((await mail.take(1))[0]?.text ?? '')
    const { rows } = await platform.context.database
      .rows<{ minutes: number }>(
        sql`select extract(epoch from expires_at - created_at) / 60 as minutes from invitation where purpose = 'reset' and person_id = ${platform.people.mia.id}`,
      )
      .then((found) => ({ rows: found.map(({ minutes }) => Number(minutes)) }))
    expect(rows).toEqual([60])
    await platform.context.database.run(sql`update invitation set expires_at = now()`)
    expect((await post('/invitations', { secret, password })).statusCode).toBe(401)
  })

  it('sends nothing to whoever is deactivated, and leaves an invitation as it is', async () => {
    const { database } = platform.context
    await database.run(sql`update person set deactivated_at = now() where id = ${platform.people.vera.id}`)
    await database.run(sql`delete from invitation`)
    await forget('vera@example.org')
    const { adam } = platform.people
    const made = await call(platform, adam, 'createPerson', {
      body: { name: 'Ivo', email: 'ivo@example.org', role: 'member' },
    })
    const { secret } = made.body['invitation'] as { secret: string }
    await forget('ivo@example.org')
    expect((await mail.take(2)).map(({ to }) => to)).toEqual([['ivo@example.org'], ['ivo@example.org']])
    expect((await post('/invitations', { secret, password })).statusCode).toBe(201)
  })

  it('is refused after ten attempts in a minute from one address', async () => {
    const codes = []
    for (let attempt = 1; attempt <= 11; attempt++)
      codes.push((await post('/password-resets', { email: 'nobody@example.org' }, '10.1.1.1')).statusCode)
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 204), 429])
  })
})

it('an invitation is sent by mail, and says so', async () => {
  const { adam } = platform.people
  const { body } = await call(platform, adam, 'createPerson', {
    body: { name: 'Nora', email: 'nora@example.org', role: 'member' },
  })
  const { secret, mailed } = body['invitation'] as { secret: string; mailed: boolean }
  const [letter] = await mail.take(1)
  expect([mailed, letter?.to, secretOf(letter?.text ?? '')]).toEqual([true, ['nora@example.org'], secret])
})

it('an invitation is there also when its mail could not be sent', async () => {
  const { adam } = platform.people
  await mail.close()
  const { status, body } = await call(platform, adam, 'createPerson', {
    body: { name: 'Kurt', email: 'kurt@example.org', role: 'member' },
  })
  expect([status, body['invitation']]).toMatchObject([201, { mailed: false }])
  // That it could not be sent is told to operators.
  expect(platform.bugs.map(String)).toEqual([expect.stringContaining('ECONNREFUSED')])
})
