import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { DeploymentAlerts } from '@modelsmith/api'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { guardedPost } from '../../infra/http/guarded-post.ts'
import { createMail } from '../../infra/mail.ts'
import { forgetOldKeys, rotateKeys } from '../../infra/secrets/seal.ts'
import { call } from '../../testing/call.ts'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { checkAlerts } from './check.ts'
import { keepAlerts } from './keep-alerts.ts'
import { sendNotices } from './send.ts'

const env: NodeJS.ProcessEnv = { MODELSMITH_WEBHOOK_HOSTS: '127.0.0.1' }
const platform = withPlatform(env)
const secret = 'a secret that nobody else knows'
const now = new Date('2026-01-31T12:00:00Z')

type Received = { readonly path: string; readonly signature: string; readonly body: string }
const received: Received[] = []
let status = 204
/** Until then nothing below /slow is answered. */
let held = Promise.withResolvers<void>()
const receiver = createServer(async (request, response) => {
  const body = await text(request)
  received.push({ path: request.url ?? '', signature: String(request.headers['modelsmith-signature']), body })
  if (request.url?.startsWith('/slow') === true) await held.promise
  response.writeHead(status, { location: '/elsewhere' }).end()
})
let url = ''
let mail: MailServer
let world: World

beforeAll(async () => {
  mail = await startMailServer()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?channel=7`
  world = await makeWorld(platform, platform.people.ann)
})
afterAll(async () => {
  receiver.close()
  await mail.close()
})
beforeEach(async () => {
  const { database } = platform.context
  for (const table of ['notice', 'alert_state', 'alert_setting', 'monitoring_hour'])
    await database.run({ text: `delete from ${table}`, values: [] })
  received.length = 0
  bugs.length = 0
  status = 204
  held = Promise.withResolvers<void>()
})

const limits = {
  hours: 24,
  minimum: 10,
  errorShare: 0.1,
  p95Ms: null,
  psi: null,
  metric: null,
  metricLimit: null,
  mail: true,
}
const set = async (body: object, id = world.deployment) =>
  call(platform, platform.people.ann, 'setAlerts', { params: { id }, body })
const read = async (id = world.deployment) =>
  (await call(platform, platform.people.ann, 'getAlerts', { params: { id } })).body as unknown as DeploymentAlerts
const deploy = async (): Promise<string> => {
  const body = { name: 'Another', modelId: world.model }
  return String((await call(platform, platform.people.ann, 'createDeployment', { body })).body['id'])
}
const ask = (requests: number, errors: number, deployment = world.deployment) =>
  platform.context.database.run(sql`
    insert into monitoring_hour as t (deployment_id, release_id, hour, requests, rows, errors, ahead)
    select deployment_id, id, date_trunc('hour', now()), ${requests}, ${requests}, ${errors}, 0 from release where deployment_id = ${deployment}
    on conflict (deployment_id, hour, release_id) do update set requests = t.requests + excluded.requests, errors = t.errors + excluded.errors`)
const bugs: unknown[] = []
const logBug = (error: unknown) => bugs.push(error)
const { signal } = new AbortController()
const check = () => checkAlerts(platform.context, { seconds: 0, signal, logBug })
const send = (until = signal) => {
  const smtp = { smtp: mail.url, from: 'Modelsmith <modelsmith@example.org>' }
  return sendNotices(
    platform.context,
    createMail(smtp, () => {}),
    { signal: until, now: () => now },
  )
}

it('watches nothing until somebody says so', async () => {
  expect(await read()).toMatchObject({ errorShare: null, mail: false, webhookHost: null, states: [], notices: [] })
  await ask(100, 100)
  await check()
  expect((await read()).states).toEqual([])
})

it('tells by mail and a signed webhook that a limit was passed, once, and that it is well again', async () => {
  expect((await set({ ...limits, webhook: { url, secret } })).body).toMatchObject({
    webhookHost: new URL(url).host,
    checkedAt: null,
  })
  await ask(100, 50)
  await check()
  await check()
  const alerting = await read()
  expect(alerting.states).toMatchObject([{ rule: 'errorShare', state: 'alerting', value: 0.5, limit: 0.1 }])
  expect(alerting.notices.map(({ channel, sentAt }) => [channel, sentAt]).toSorted()).toEqual([
    ['mail', null],
    ['webhook', null],
  ])
  await send()
  await send()
  const [letter] = await mail.take(1)
  expect(letter?.text).toContain('Subject: Shop: share of errors passed its limit')
  expect(received).toHaveLength(1)
  const { path, signature, body } = received[0] as Received
  const time = now.getTime() / 1000
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  expect([path, signature]).toEqual(['/hook?channel=7', `t=${time},v1=${expected}`])
  expect(JSON.parse(body)).toMatchObject({
    deployment: { id: world.deployment, name: 'Shop' },
    rule: 'errorShare',
    state: 'alerting',
    value: 0.5,
    limit: 0.1,
  })

  await ask(900, 0)
  await check()
  await check()
  await send()
  expect((await read()).states).toMatchObject([{ state: 'ok', value: 0.05 }])
  expect((await mail.take(1))[0]?.text).toContain('is within its limit again')
  expect(received.map((each) => (JSON.parse(each.body) as { state: string }).state)).toEqual(['alerting', 'ok'])
  expect(mail.waiting()).toBe(0)
  expect((await read()).notices.every(({ sentAt, problem }) => sentAt !== null && problem === null)).toBe(true)
})

it('judges nothing on few requests, and forgets what is not watched any more', async () => {
  await set(limits)
  await ask(9, 9)
  await check()
  expect((await read()).states).toMatchObject([{ state: 'ok', value: null }])
  await ask(1, 1)
  await check()
  expect((await read()).states).toMatchObject([{ state: 'alerting', value: 1 }])
  await set({ ...limits, errorShare: null })
  await check()
  expect((await read()).states).toEqual([])
})

it('keeps what went wrong and tries again later; no redirect is followed', async () => {
  status = 302
  await set({ ...limits, mail: false, webhook: { url, secret } })
  await ask(100, 50)
  await check()
  await send()
  await send()
  expect(received).toHaveLength(1)
  expect((await read()).notices).toMatchObject([{ sentAt: null, problem: 'The address answered 302.' }])
  status = 200
  await platform.context.database.run(sql`update notice set next_at = now()`)
  await send()
  expect((await read()).notices).toMatchObject([{ sentAt: expect.any(String), problem: null }])
})

it('judges the others where one cannot be judged, which waits for its next turn', async () => {
  const { database } = platform.context
  const other = await deploy()
  for (const id of [world.deployment, other]) {
    await set(limits, id)
    await ask(100, 50, id)
  }
  await database.run(sql`
    update alert_setting set limits = limits || '{"hours": "none"}' where deployment_id = ${world.deployment}`)
  await database.run(sql`update alert_setting set checked_at = now() - interval '1 day' where deployment_id = ${other}`)
  await checkAlerts(platform.context, { signal, logBug })
  expect((await read(other)).states).toMatchObject([{ state: 'alerting' }])
  expect(bugs).toHaveLength(1)
  await checkAlerts(platform.context, { signal, logBug })
  expect(bugs).toHaveLength(1)
})

it('keeps nobody waiting for a receiver that is slow, and at the end does not wait for it either', async () => {
  const other = await deploy()
  const webhook = (path: string) => ({ ...limits, mail: false, webhook: { url: new URL(path, url).href, secret } })
  await set(webhook('/slow'))
  await ask(100, 50)
  await check()
  await set(webhook('/fast'), other)
  await ask(100, 50, other)
  await check()
  const stop = new AbortController()
  const sending = send(stop.signal)
  await vi.waitFor(async () => {
    expect((await read(other)).notices).toMatchObject([{ sentAt: expect.any(String) }])
    expect(received.map(({ path }) => path).toSorted()).toEqual(['/fast', '/slow'])
  }, 30_000)
  // Whoever else sends meanwhile leaves it to the one that has begun.
  await send()
  stop.abort()
  await sending
  expect(received).toHaveLength(2)
  expect((await read()).notices).toMatchObject([{ sentAt: null, problem: 'It was broken off.' }])
  held.resolve()
})

it('stops in a worker while a receiver has not answered', async () => {
  await set({ ...limits, mail: false, webhook: { url: new URL('/slow', url).href, secret } })
  await ask(100, 50)
  await check()
  const keeping = keepAlerts(platform.context, logBug)
  try {
    await vi.waitFor(() => expect(received).toHaveLength(1), 30_000)
  } finally {
    await keeping.stop()
  }
  expect((await read()).notices).toMatchObject([{ sentAt: null, problem: 'It was broken off.' }])
  expect(bugs).toEqual([])
  held.resolve()
})

it('writes to nobody who has left or keeps the deployment no more', async () => {
  const { database } = platform.context
  const { mia, adam } = platform.people
  for (const { id } of [mia, adam])
    await database.run(sql`
      insert into object_grant (object_id, grantee_id, grantee_kind, role, granted_by, granted_at)
      values (${world.deployment}, ${id}, 'person', 'owner', ${platform.people.ann.id}, now())`)
  await set(limits)
  await ask(100, 50)
  await check()
  expect((await read()).notices).toHaveLength(3)
  await database.run(sql`update person set deactivated_at = now() where id = ${mia.id}`)
  await database.run(sql`delete from object_grant where object_id = ${world.deployment} and grantee_id = ${adam.id}`)
  await send()
  const [letter] = await mail.take(1)
  expect([letter?.to, mail.waiting()]).toEqual([['ann@example.org'], 0])
  await database.run(sql`update person set deactivated_at = null where id = ${mia.id}`)
  await database.run(sql`delete from object_grant where object_id = ${world.deployment} and grantee_id = ${mia.id}`)
})

it.each([
  'http://localhost:9/',
  'http://10.0.0.1/',
  'http://[::1]/',
  'http://169.254.169.254/latest',
  'http://0x7f.1/x',
])('posts nothing to %s, which is no public address', async (private_) => {
  // The one that is allowed is so by its name.
  const allowed = ['127.0.0.9']
  await expect(guardedPost({ url: private_, body: '{}', headers: {}, allowed })).rejects.toMatchObject({
    code: 'webhook.private',
  })
})

it('tells a name that is not there from a private one by nothing', async () => {
  const problemOf = (host: string) =>
    guardedPost({ url: `http://${host}:9/`, body: '{}', headers: {}, allowed: [] }).then(
      () => 'It was posted.',
      (error: Error & { code: string }) => [error.code, error.message.replace(host, 'HOST')],
    )
  expect(await problemOf('nothing.invalid')).toEqual(await problemOf('localhost'))
})

it.each(['ftp://example.org/', 'file:///etc/passwd', 'https://me:word@example.org/', 'no address'])(
  'takes no webhook %s',
  async (wrong) => {
    const { status: code, body } = await set({ ...limits, webhook: { url: wrong, secret } })
    expect([code, body.code]).toEqual([422, 'webhook.address'])
  },
)

it('wants a limit for a metric, and a secret that nobody guesses', async () => {
  expect((await set({ ...limits, metric: 'F1' })).body.code).toBe('alerts.metric')
  const short = await set({ ...limits, webhook: { url, secret: 'short' } })
  expect([short.status, short.body.code]).toEqual([422, 'request.invalid'])
  expect(short.text).not.toContain('short"')
})

it('shows the secret to nobody, and opens it after the keys were changed', async () => {
  const { database, settings } = platform.context
  const kept = `${url}&token=never-shown`
  const answer = await set({ ...limits, mail: false, webhook: { url: kept, secret } })
  expect(answer.text).not.toContain('never-shown')
  const { items } = (await call(platform, platform.people.adam, 'listAudit')).body as unknown as { items: object[] }
  expect(JSON.stringify(items)).toContain('setAlerts')
  expect(JSON.stringify(items)).not.toContain('never-shown')
  expect(JSON.stringify(items)).not.toContain(secret)
  await database.transaction((queries) => rotateKeys(queries, settings.secretsKeyFile))
  forgetOldKeys(settings.secretsKeyFile)
  // Limits change without the webhook.
  await set({ ...limits, mail: false })
  await ask(100, 50)
  await check()
  await send()
  expect(received.map(({ path }) => path)).toEqual(['/hook?channel=7&token=never-shown'])
  await set({ ...limits, mail: false, webhook: null })
  expect((await read()).webhookHost).toBeNull()
})
