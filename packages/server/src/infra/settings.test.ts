import { expect, it } from 'vitest'
import { readSettings } from './settings.ts'

it('takes numbers where numbers belong, and its own where nothing is set', () => {
  expect(readSettings({ MODELSMITH_PORT: '9000', MODELSMITH_WORKERS: '' })).toMatchObject({
    port: 9000,
    servingPort: 9001,
    workers: 2,
  })
})

it.each([
  ['MODELSMITH_PORT', 'abc', 'a whole number from 0 to 65535'],
  ['MODELSMITH_SERVING_PORT', '65536', 'a whole number from 0 to 65535'],
  ['MODELSMITH_WORKERS', '-1', 'a whole number of at least 0'],
  ['MODELSMITH_PARALLELISM', '0', 'a whole number of at least 1'],
  ['MODELSMITH_UPLOAD_MB', '1e3', 'a whole number of at least 1'],
])('tells whoever sets %s to %s in words', (name, text, expected) => {
  const refused = {
    code: 'settings.number',
    kind: 'invalid',
    message: `${name} is "${text}"; ${expected} was expected.`,
  }
  expect(() => readSettings({ [name]: text })).toThrow(expect.objectContaining(refused))
})
