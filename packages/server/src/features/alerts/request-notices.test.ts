import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ChangeRequest, Deployment } from '@modelsmith/api'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createMail } from '../../infra/mail.ts'
import { sql } from '../../infra/database/database.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { addPerson, withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { sendNotices } from './send.ts'

const platform = withPlatform({ MODELSMITH_WEBHOOK_HOSTS: '127.0.0.1' })
const received: unknown[] = []
const receiver = createServer(async (request, response) => {
  received.push(JSON.parse(await text(request)))
  response.writeHead(204).end()
})
let mail: MailServer
let world: World
let deployment = ''

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const read = async (id: string) => (await ask('getDeployment', { params: { id } })).body as unknown as Deployment
const request = async (body: object, person = platform.people.mia) => {
  const { version } = await read(deployment)
  const asked = { reason: 'The shop is\r\nclosed', ...body }
  const made = await ask('createChangeRequest', { params: { id: deployment }, body: asked, ifMatch: version }, person)
  expect(made.status).toBe(201)
  return made.body as unknown as ChangeRequest
}
const lower = { action: 'change', settings: { importance: 'low' } }
const decide = (operation: Parameters<typeof call>[2], { id }: ChangeRequest, person = platform.people.adam) =>
  ask(operation, { params: { id }, ...(operation === 'rejectChangeRequest' ? { body: { reason: 'No' } } : {}) }, person)
const noticesOf = async ({ id }: ChangeRequest) =>
  ((await ask('getChangeRequest', { params: { id } })).body as unknown as ChangeRequest).notices
const send = () => {
  const smtp = { smtp: mail.url, from: 'Modelsmith <modelsmith@example.org>' }
  const { signal } = new AbortController()
  return sendNotices(
    platform.context,
    createMail(smtp, () => {}),
    { signal },
  )
}
const letters = async () => {
  await send()
  const taken = await mail.take(mail.waiting())
  return taken
    .map(({ to, text: letter }) => [to.join(), /^Subject: (.*)$/m.exec(letter.replace(/\r\n /g, ' '))?.[1] ?? ''])
    .toSorted()
}

beforeAll(async () => {
  mail = await startMailServer()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  world = await makeWorld(platform, platform.people.ann)
})
afterAll(async () => {
  receiver.close()
  await mail.close()
})
beforeEach(async () => {
  const { adam, mia, vera } = platform.people
  const none = { low: [], moderate: [], high: [], critical: [] }
  await ask('changeOrganisationSettings', { body: { approvals: none } }, adam)
  const body = { name: 'Guarded', modelId: world.model, importance: 'high' }
  deployment = String((await ask('createDeployment', { body })).body['id'])
  for (const [person, role] of [
    [mia, 'editor'],
    [vera, 'consumer'],
  ] as const)
    await ask('share', { params: { id: deployment }, body: { grantee: person.id, role } })
  await ask('changeOrganisationSettings', { body: { approvals: { ...none, high: ['change', 'delete'] } } }, adam)
  await platform.context.database.run(sql`delete from notice`)
  received.length = 0
})

const setWebhook = () => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  const limits = { hours: 24, minimum: 10, errorShare: null, p95Ms: null, psi: null, metric: null, metricLimit: null }
  const webhook = { url, secret: 'a secret that nobody else knows' }
  return ask('setAlerts', { params: { id: deployment }, body: { ...limits, mail: false, webhook } })
}

it('is told to whoever may decide, and what was said to it to whoever asked', async () => {
  await setWebhook()
  const asked = await request(lower)
  expect(await letters()).toEqual([
    ['adam@example.org', 'Guarded: Mia asks to change its settings'],
    ['ann@example.org', 'Guarded: Mia asks to change its settings'],
  ])
  expect(received).toMatchObject([
    {
      deployment: { id: deployment, name: 'Guarded' },
      changeRequest: { event: 'asked', id: asked.id, action: 'change', state: 'open', askedBy: 'Mia', decidedBy: null },
    },
  ])
  await decide('approveChangeRequest', asked)
  expect(await letters()).toEqual([
    ['mia@example.org', 'Guarded: what you asked, to change its settings, was approved and is done'],
  ])
  expect(received.slice(1)).toMatchObject([{ changeRequest: { event: 'decided', state: 'done', decidedBy: 'Adam' } }])
  const notices = await noticesOf(asked)
  expect(notices.map(({ event, channel }) => `${event} ${channel}`).toSorted()).toEqual([
    'asked mail',
    'asked mail',
    'asked webhook',
    'decided mail',
    'decided webhook',
  ])
  expect(notices.every(({ sentAt, problem }) => sentAt !== null && problem === null)).toBe(true)
})

it('tells why it was rejected, on one line', async () => {
  const asked = await request(lower)
  await letters()
  await decide('rejectChangeRequest', asked)
  await send()
  const [letter] = await mail.take(1)
  expect(letter?.text).toContain('Asked because: The shop is closed')
  expect(letter?.text).toContain('Decided by: Adam')
  expect(letter?.text).toContain('Because: No')
})

it('tells nobody what does not wait any more, and nobody what they did themselves', async () => {
  const asked = await request(lower)
  await decide('withdrawChangeRequest', asked, platform.people.mia)
  expect(await letters()).toEqual([])
})

it('tells nobody who may not decide any more when it is sent', async () => {
  const otto = await addPerson(platform.context, platform.people.adam, 'Otto', 'member')
  await ask('share', { params: { id: deployment }, body: { grantee: otto.id, role: 'owner' } })
  const asked = await request(lower)
  expect(await noticesOf(asked)).toHaveLength(3)
  await platform.context.database.run(sql`update person set deactivated_at = now() where id = ${otto.id}`)
  expect((await letters()).map(([to]) => to)).toEqual(['adam@example.org', 'ann@example.org'])
})

it('tells whoever asked that the deployment was deleted', async () => {
  const asked = await request(lower)
  const deletion = await request({ action: 'delete' }, platform.people.ann)
  expect((await letters()).length).toBeGreaterThan(0)
  expect((await decide('approveChangeRequest', deletion)).status).toBe(200)
  expect(await letters()).toEqual([
    ['ann@example.org', 'Guarded: what you asked, to delete it, was approved and is done'],
    ['mia@example.org', 'Guarded: what you asked, to change its settings, was withdrawn'],
  ])
  expect((await noticesOf(asked)).filter(({ event }) => event === 'decided')).toMatchObject([{ channel: 'mail' }])
})
