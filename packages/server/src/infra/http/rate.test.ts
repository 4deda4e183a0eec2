import { expect, it } from 'vitest'
import { call } from '../../testing/call.ts'
import { addToken, withPlatform } from '../../testing/platform.ts'
import { createRate } from './rate.ts'

const platform = withPlatform({ MODELSMITH_REQUESTS_PER_MINUTE: '5', MODELSMITH_ANONYMOUS_PER_MINUTE: '3' })

it('lets a burst through, refuses a flood, and takes it up again evenly', () => {
  let now = 0
  const rate = createRate(60, () => now)
  for (let request = 0; request < 60; request++) rate('one')
  expect(() => rate('one')).toThrow(expect.objectContaining({ code: 'request.rate', values: { seconds: 1 } }))
  rate('another')
  now += 1000
  // What was refused is not counted twice.
  rate('one')
  expect(() => rate('one')).toThrow('Too many requests')
  now += 120_000
  for (let request = 0; request < 60; request++) rate('one')
  expect(() => rate('one')).toThrow('Too many requests')
})

it('lets in whoever waits as long as they are told, and slows down who is a little too fast', () => {
  let now = 0
  const rate = createRate(30, () => now)
  const asked = (): number | undefined => {
    try {
      rate('one')
    } catch (error) {
      return (error as { values: { seconds: number } }).values.seconds
    }
    return undefined
  }
  for (let request = 0; request < 30; request++) rate('one')
  now += 1000
  expect(asked()).toBe(1)
  now += 1000
  expect(asked()).toBeUndefined()
  let answered = 0
  for (let request = 0; request < 60; request++) {
    now += 1500
    if (asked() === undefined) answered++
  }
  expect(answered).toBeGreaterThanOrEqual(44)
})

it('has no limit where none is set', () => {
  const rate = createRate(0)
  expect(() => {
    for (let request = 0; request < 100_000; request++) rate('one')
  }).not.toThrow()
})

it('counts by token, and says how long to wait', async () => {
  const { ann, mia } = platform.people
  const asked = []
  for (let request = 0; request < 6; request++) asked.push(await call(platform, ann, 'me'))
  expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
  expect(asked.at(-1)?.body.code).toBe('request.rate')
  expect(Number(asked.at(-1)?.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect((await call(platform, mia, 'me')).status).toBe(200)
  const other = { ...ann, token: await addToken(platform.context, ann.id) }
  expect((await call(platform, other, 'me')).status).toBe(200)
})

it.each([
  ['without credentials', {}],
  ['with a token that nobody has', { authorization: 'Bearer msk_guess' }],
  ['with the cookie of no session', { cookie: 'modelsmith_session=guess' }],
])('counts by address %s', async (_, headers) => {
  const remoteAddress = `10.2.0.${Object.keys(headers).join('').length}`
  const ask = async (from = remoteAddress) =>
    (await platform.app.inject({ url: '/api/v1/me', headers, remoteAddress: from })).statusCode
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual([401, 401, 401, 429])
  expect(await ask(`${remoteAddress}9`)).toBe(401)
})
