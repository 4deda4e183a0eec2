import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  clientId,
  clientSecret,
  type IdentityProvider,
  startIdentityProvider,
} from '../packages/server/src/testing/identity-provider.ts'
import { type MailServer, startMailServer } from '../packages/server/src/testing/mail-server.ts'
import { sql } from '../packages/server/src/infra/database/database.ts'
import { withPlatform } from '../packages/server/src/testing/platform.ts'
import { look, openBrowser, wide } from './support/browser.ts'
import { freePort } from './support/product.ts'

const env: NodeJS.ProcessEnv = {
  MODELSMITH_OIDC_CLIENT_ID: clientId,
  MODELSMITH_OIDC_CLIENT_SECRET: clientSecret,
  MODELSMITH_OIDC_NAME: 'Example Corp',
}
let provider: IdentityProvider
let mail: MailServer
let browser: Browser
let page: Page
let address = ''

beforeAll(async () => {
  address = `http://127.0.0.1:${await freePort()}`
  mail = await startMailServer()
  provider = await startIdentityProvider(address, {
    ann: { email: 'ann@example.org', email_verified: true },
    otto: { email: 'otto@example.org', email_verified: true },
  })
  Object.assign(env, {
    MODELSMITH_ADDRESS: address,
    MODELSMITH_OIDC_ISSUER: provider.issuer,
    MODELSMITH_SMTP: mail.url,
  })
})
const platform = withPlatform(env, fileURLToPath(new URL('../packages/web/dist', import.meta.url)))
beforeAll(async () => {
  await platform.app.listen({ host: '127.0.0.1', port: Number(new URL(address).port) })
  browser = await openBrowser()
  page = await (await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })).newPage()
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([provider.close(), mail.close()])
})

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const secretOf = (text: string): string => /#invitation=(msi_\w{40})/.exec(text)?.[1] ?? ''

it('signs somebody in by the provider, and leads them where they were going', async () => {
  provider.become('ann')
  await page.goto(`${address}/tasks`)
  await button('Sign in with Example Corp').waitFor()
  await look(page, 'sign-in')
  await button('Sign in with Example Corp').click()
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
  expect(page.url()).toBe(`${address}/tasks`)
})

it('signs them out there too', async () => {
  await button('Account of Ann').click()
  const there = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/session/end`))
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  expect((await there).url()).toContain('id_token_hint=')
  await page.waitForURL(`${provider.issuer}/session/end*`)
})

it('says why somebody is not let in', async () => {
  await page.context().clearCookies()
  provider.become('otto')
  await page.goto(address)
  await button('Sign in with Example Corp').click()
  await page.getByText('Nobody here has the e-mail address "otto@example.org".').waitFor()
  expect(new URL(page.url()).search).toBe('')
  await look(page, 'sign-in-refused')
  await page.goto(`${address}/sign-in?code=stolen&state=stolen`)
  await page.getByText('This sign-in was not begun in this browser').waitFor()
})

it('lets somebody who forgot their password choose another', async () => {
  await page.goto(address)
  await page.getByText('With a password').click()
  await button('Forgot the password?').click()
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('ann@example.org')
  await look(page, 'forgot-password')
  await button('Send the link').click()
  await page.getByText('a link to choose a new password is on its way').waitFor()
  const [letter] = await mail.take(1)
  await page.goto(`${address}/#invitation=${secretOf(letter?.text ?? '')}`)
  await page.getByLabel('New password').fill('correct horse battery')
  await button('Choose password').click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
  expect(page.url()).toBe(`${address}/`)
})

it('makes a token that is good for something, for a while', async () => {
  await page.goto(`${address}/administration?tab=tokens`)
  await page.getByRole('textbox', { name: 'Name of a new token' }).fill('Reader')
  await page.getByRole('combobox', { name: 'Good for' }).click()
  await page.getByRole('option', { name: 'Look and download' }).click()
  await page.keyboard.press('Escape')
  await button('Create token').click()
  await page.getByRole('cell', { name: 'Reader', exact: true }).waitFor()
  await page.getByRole('cell', { name: 'read', exact: true }).waitFor()
  const made = await platform.context.database.rows(
    sql`select scopes, expires_at is not null as ends from token where name = 'Reader'`,
  )
  expect(made).toEqual([{ scopes: ['read'], ends: true }])
  await look(page, 'tokens')
})

it('lets a deactivated person in again', async () => {
  const { adam, vera } = platform.people
  const asAdam = await (
    await browser.newContext({ viewport: wide, reducedMotion: 'reduce', baseURL: address })
  ).newPage()
  await asAdam.request.post('/api/v1/sessions', { data: { token: adam.token } })
  await asAdam.goto('/administration?tab=people')
  await asAdam.getByRole('button', { name: 'Deactivate Vera' }).click()
  await asAdam.getByRole('dialog').getByRole('button', { name: 'Deactivate Vera' }).click()
  await asAdam.getByRole('button', { name: 'Reactivate Vera' }).click()
  await asAdam.getByText('This address was sent to Vera').waitFor()
  const [letter] = await mail.take(1)
  expect(letter?.to).toEqual(['vera@example.org'])
  expect(vera.id).toMatch(/^person_/)
  await look(asAdam, 'reactivated')
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
