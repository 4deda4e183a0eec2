import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Blueprint, Task } from '@modelsmith/api'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { look, openBrowser, settled, wide } from './support/browser.ts'
import { type Product, startProduct } from './support/product.ts'

const folder = fileURLToPath(new URL('../examples/tasks/missing-to-median', import.meta.url))

let product: Product
let browser: Browser
/** The administrator's browser, and that of somebody whom they invite. */
let admin: Page
let mia: Page
let task: Task
let blueprint: Blueprint
const crashes: string[] = []

const newPage = async (): Promise<Page> => {
  const context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('pageerror', (error) => crashes.push(error.message))
  return page
}

beforeAll(async () => {
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-ml') }),
    openBrowser(),
  ])
  ;[admin, mia] = [await newPage(), await newPage()]
  const files = await Promise.all(
    ['custom.py', 'model-metadata.yaml'].map(async (name) => ({
      name,
      data: new Blob([await readFile(`${folder}/${name}`)]),
    })),
  )
  task = (await product.client.upload('uploadTask', { files, fields: { name: 'Secret recipe' } })).task
  const graph = {
    nodes: [
      { id: 'recipe', taskVersion: task.latest.id, inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }] },
      { id: 'model', taskVersion: 'builtin:random-forest@1', inputs: [{ from: 'node' as const, node: 'recipe' }] },
    ],
  }
  blueprint = await product.client.call('createBlueprint', { body: { name: 'With the recipe', graph } })
}, 600_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

it('invites somebody, who chooses a password by the address that they are sent', async () => {
  await admin.goto(product.address)
  await admin.getByLabel('API token').fill(product.token)
  await button(admin, 'Sign in').click()
  await admin.getByRole('heading', { name: /Hello/ }).waitFor()
  await admin.goto(`${product.address}/administration?tab=people`)
  await admin.getByRole('textbox', { name: 'Name', exact: true }).fill('Mia')
  await admin.getByRole('textbox', { name: 'E-mail address' }).fill('mia@example.org')
  await button(admin, 'Add person').click()
  const address = (await admin.getByRole('status').locator('code').textContent()) ?? ''
  expect(address).toMatch(/#invitation=msi_\w{40}$/)
  await look(admin, 'people')

  await mia.goto(address)
  await mia.getByLabel('New password').fill('correct horse battery')
  await look(mia, 'invitation')
  await button(mia, 'Choose password').click()
  await mia.getByRole('heading', { name: /Hello/ }).waitFor()
  expect(mia.url()).not.toContain('msi_')
})

it('makes a group', async () => {
  await admin.goto(`${product.address}/administration?tab=groups`)
  await admin.getByRole('textbox', { name: 'Name of a new group' }).fill('Analysts')
  await button(admin, 'Create group').click()
  await admin.getByRole('combobox', { name: 'People of Analysts' }).click()
  await admin.getByRole('option', { name: 'Mia' }).click()
  await admin.keyboard.press('Escape')
  await look(admin, 'groups')
  const { items } = await product.client.call('listGroups')
  expect(items).toMatchObject([{ name: 'Analysts', members: [{ name: 'Mia' }] }])
})

it('shows nothing of a blueprint that is not shared', async () => {
  await mia.goto(`${product.address}/blueprints/${blueprint.id}`)
  await heading(mia, 'Nothing is here').waitFor()
  expect(await mia.getByText('With the recipe').count()).toBe(0)
})

it('shares a blueprint with a group from its page', async () => {
  await admin.goto(`${product.address}/blueprints/${blueprint.id}`)
  await button(admin, 'Share').click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Share with' }).click()
  await admin.getByRole('option', { name: 'Analysts' }).click()
  await dialog.getByRole('button', { name: 'Share', exact: true }).click()
  await dialog.getByRole('rowheader', { name: 'Analysts group' }).waitFor()
  await look(admin, 'share')
  const { items } = await product.client.call('listShares', { params: { id: blueprint.id } })
  expect(items.map(({ grantee, role }) => [grantee.name, role])).toEqual([
    ['Administrator', 'owner'],
    ['Analysts', 'consumer'],
  ])
})

it('lets the other work with the task in it, says whom to ask, and shows nothing of it', async () => {
  await mia.goto(`${product.address}/blueprints/${blueprint.id}`)
  await heading(mia, 'With the recipe').waitFor()
  await mia.getByRole('link', { name: 'Copy blueprint' }).click()
  await heading(mia, 'New blueprint').waitFor()
  await mia.getByText('Secret recipe').first().click()
  await mia.getByText('You may execute this task where it stands').waitFor()
  await mia.getByText('ask Administrator to share “Secret recipe” with you').waitFor()
  await look(mia, 'execute-only')
  await button(mia, 'Save blueprint').click()
  await heading(mia, 'Copy of With the recipe').waitFor()

  await mia.goto(`${product.address}/tasks`)
  await heading(mia, 'Tasks').waitFor()
  await settled(mia)
  expect(await mia.getByText('Secret recipe').count()).toBe(0)
  await mia.goto(`${product.address}/tasks/${task.id}`)
  await mia.getByText('You may only execute the task "Secret recipe"').waitFor()
  await mia.getByText('Ask Administrator to share "Secret recipe" with you.').waitFor()
})

it('ends when the role is taken back', async () => {
  await button(admin, 'Remove Analysts').click()
  await expect.poll(() => admin.getByRole('rowheader', { name: 'Analysts group' }).count()).toBe(0)
  await mia.goto(`${product.address}/blueprints/${blueprint.id}`)
  await heading(mia, 'Nothing is here').waitFor()
  await mia.goto(`${product.address}/tasks/${task.id}`)
  await heading(mia, 'Nothing is here').waitFor()
})

it('shows what was done, and what was denied', async () => {
  await admin.goto(`${product.address}/administration?tab=audit`)
  await admin
    .getByRole('cell', { name: /^Take a role back/ })
    .first()
    .waitFor()
  expect(await admin.getByRole('cell', { name: 'denied' }).count()).toBeGreaterThan(0)
  await button(admin, 'Check the log').click()
  await admin.getByText(/All \d+ entries fit together/).waitFor()
  await look(admin, 'audit')
})

it('shows what takes the space, and holds the organisation to a quota', async () => {
  await admin.goto(`${product.address}/administration?tab=storage`)
  await admin.getByRole('rowheader', { name: /^Tasks/ }).waitFor()
  await admin.getByText(/are free; 537 MB of them are kept/).waitFor()
  await admin.getByLabel('Quota').fill('0.00001')
  await button(admin, 'Set quota').click()
  await admin.getByText(/of 10 kB that may be/).waitFor()
  const csv = new Blob(['a\n', '1\n'.repeat(10_000)])
  const refused = {
    problem: { code: 'storage.quota', detail: expect.stringContaining('may store 10,000 bytes and stores') },
  }
  await expect(
    product.client.upload('uploadDataset', { files: [{ name: 'large.csv', data: csv }] }),
  ).rejects.toMatchObject(refused)
  await look(admin, 'storage')
  await button(admin, 'Lift quota').click()
  await admin.getByText(/are stored, without a limit/).waitFor()
})

it('crashed nowhere', () => {
  expect(crashes).toEqual([])
})
