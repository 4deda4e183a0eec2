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
  ['MODELSMITH_SERVING_PROCESSES', '0', 'a whole number from 1 to 64'],
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

it('takes how people sign in, and keeps a password of the mail server out of its words', () => {
  const settings = readSettings({
    MODELSMITH_ADDRESS: 'https://models.example.org/',
    MODELSMITH_SMTP: 'smtps://me:hush@mail.example.org',
    MODELSMITH_PROXIES: '10.0.0.1, 10.0.0.2',
    MODELSMITH_OIDC_ISSUER: 'https://id.example.org',
    MODELSMITH_OIDC_ROLES: 'cn=staff,ou=x=member'.replace(',', ' '),
    MODELSMITH_OIDC_NEWCOMERS: 'viewer',
  })
  expect(settings).toMatchObject({
    address: 'https://models.example.org',
    mail: { smtp: 'smtps://me:hush@mail.example.org', from: 'modelsmith@mail.example.org' },
    proxies: ['10.0.0.1', '10.0.0.2'],
    oidc: { clientId: 'modelsmith', newcomers: 'viewer', roles: new Map([['cn=staff ou=x', 'member']]) },
  })
  expect(readSettings({})).toMatchObject({ address: 'http://127.0.0.1:8080', mail: undefined, oidc: undefined })
})

it.each([
  ['MODELSMITH_ADDRESS', 'models.example.org', {}],
  ['MODELSMITH_SMTP', 'me:hush@mail', {}],
  ['MODELSMITH_SMTP', 'me:hush mail', {}],
  ['MODELSMITH_OIDC_ISSUER', 'id.example.org', {}],
  ['MODELSMITH_OIDC_ROLES', 'staff', { MODELSMITH_OIDC_ISSUER: 'https://id.example.org' }],
  ['MODELSMITH_OIDC_ROLES', 'staff=king', { MODELSMITH_OIDC_ISSUER: 'https://id.example.org' }],
  ['MODELSMITH_OIDC_NEWCOMERS', 'king', { MODELSMITH_OIDC_ISSUER: 'https://id.example.org' }],
])('tells whoever sets %s to %s what was expected', (name, text, more) => {
  const read = () => readSettings({ ...more, [name]: text })
  expect(read).toThrow(expect.objectContaining({ code: 'settings.choice', message: expect.stringContaining(name) }))
  expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hush') }))
})
