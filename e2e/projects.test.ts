import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { look, openBrowser, wide } from './support/browser.ts'
import { environmentsWith } from './support/environments.ts'
import { type Product, startProduct } from './support/product.ts'

let product: Product
let browser: Browser
let context: BrowserContext
let page: Page
const crashes: string[] = []

beforeAll(async () => {
  const environments = await environmentsWith('python-core')
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments }),
    openBrowser(),
  ])
  context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })
  page = await context.newPage()
  page.setDefaultTimeout(90_000)
  page.on('pageerror', (error) => crashes.push(error.message))
  await page.goto(product.address)
  await page.getByLabel('API token').fill(product.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

const button = (name: string) => page.getByRole('button', { name, exact: true })
const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
const choose = async (label: string, option: string) => {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).first().click()
}
const upload = async (name: string, path: string): Promise<void> => {
  const data = new Blob([await readFile(join(import.meta.dirname, path))])
  const { job } = await product.client.upload('uploadDataset', { files: [{ name, data }] })
  await expect
    .poll(async () => (await product.client.call('getJob', { params: { id: job.id } })).state)
    .toBe('succeeded')
}

it('splits and weighs the rows of a project, and trains it from the repository', async () => {
  await upload('attrition.csv', '../examples/attrition.csv')
  await page.goto(`${product.address}/projects/new`)
  await page.getByRole('combobox', { name: 'Dataset' }).click()
  await page.getByRole('option', { name: /attrition/ }).click()
  await choose('Target', 'Attrition')
  await page.getByRole('combobox', { name: 'Positive class' }).waitFor()
  await choose('Rows are split', 'By groups, which stay together')
  await choose('Column of the groups', 'JobRole')
  await page.getByRole('textbox', { name: 'Folds' }).fill('12')
  await choose('Row weights', 'JobLevel')
  await page.getByRole('switch', { name: 'Smart downsampling' }).click({ force: true })
  await page.getByRole('textbox', { name: 'Of these stay, %' }).fill('5')
  await look(page, 'new-project-rows')
  await button('Create project').click()
  // All that is wrong at once, beside its field.
  await page
    .getByText(/rows would be left, fewer than/)
    .first()
    .waitFor()
  await page
    .getByText(/groups cannot be dealt to 13 parts/)
    .first()
    .waitFor()
  await look(page, 'new-project-refused')
  await page.getByRole('textbox', { name: 'Folds' }).fill('3')
  await page.getByRole('textbox', { name: 'Of these stay, %' }).fill('50')
  await button('Create project').click()
  await page.getByRole('heading', { level: 1, name: 'attrition' }).waitFor()

  await tab('Feature lists')
  await button('Make feature list').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Pay')
  await dialog.getByRole('button', { name: 'Leave these' }).click()
  await dialog.getByLabel('Find a column').fill('rate')
  await dialog.getByRole('button', { name: 'Take these' }).click()
  await dialog.getByRole('button', { name: 'Make feature list' }).click()
  await page.getByRole('cell', { name: 'Pay', exact: true }).waitFor()
  await look(page, 'feature-lists')

  await tab('Repository')
  await choose('Feature list', 'Pay')
  await page.getByRole('textbox', { name: 'Sample size, %' }).fill('50')
  await page.getByRole('checkbox', { name: 'Logistic regression', exact: true }).check()
  await page.getByRole('checkbox', { name: 'Gradient boosting', exact: true }).check()
  await look(page, 'repository')
  await button('Train 2').click()
  await page.getByText('2 trainings have begun; see the leaderboard.').waitFor()
  await tab('Leaderboard')
  const board = page.getByRole('region', { name: 'Leaderboard' })
  await expect.poll(() => board.getByText('succeeded').count(), { timeout: 240_000 }).toBe(2)
  expect(await board.getByText('Pay, 50 %').count()).toBe(2)
  await board.getByRole('img', { name: 'Locked' }).first().waitFor()
  await look(page, 'leaderboard-of-repository')
  await button('Unlock holdout').click()
  await board.getByRole('img', { name: 'Locked' }).first().waitFor({ state: 'detached' })
  await tab('About')
  await page.getByText(/^Unlocked by/).waitFor()
  await page.getByText('JobLevel, corrected for the rows that are left out').waitFor()
  await look(page, 'project-about')
  expect(crashes).toEqual([])
}, 600_000)

it('makes a sample set of datasets, maps values to labels, and freezes it as a project', async () => {
  await upload('penguins.csv', 'data/penguins.csv')
  await page.goto(`${product.address}/datasets`)
  await page.getByRole('link', { name: 'Sample sets' }).click()
  await page.getByRole('link', { name: 'New sample set' }).first().click()
  await page.getByLabel('Name').fill('Adelie or not')
  await page.getByRole('combobox', { name: 'Datasets' }).click()
  await page.getByRole('option', { name: /penguins/ }).click()
  await page.keyboard.press('Escape')
  await choose('Role of species', 'Label')
  await choose('Role of island', 'Group, stays together')
  await choose('Role of year', 'Left out')
  await page.getByRole('switch', { name: 'Map the values of species to labels' }).click({ force: true })
  await page.getByLabel('Label of Chinstrap').fill('Other')
  await page.getByLabel('Label of Gentoo').fill('Other')
  await look(page, 'new-sample-set')
  await button('Create sample set').click()
  await page.getByRole('heading', { level: 1, name: 'Adelie or not' }).waitFor()
  await page.getByText('Label: binary').waitFor()
  await page.getByRole('cell', { name: 'Other', exact: true }).first().waitFor()
  await look(page, 'sample-set')
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Edit Adelie or not' }).waitFor()
  expect(await page.getByLabel('Label of Gentoo').inputValue()).toBe('Other')
  await choose('Role of sex', 'Left out')
  await look(page, 'edit-sample-set')
  await button('Save sample set').click()
  await page.getByRole('heading', { level: 1, name: 'Adelie or not', exact: true }).waitFor()
  await tab('Fields')
  await page.getByRole('row', { name: '“Other” means' }).getByText('Chinstrap, Gentoo').waitFor()
  await page
    .getByRole('row', { name: /^Feature/ })
    .getByText('sex')
    .waitFor({ state: 'detached' })
  await button('Create project').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Folds').fill('2')
  await dialog.getByLabel('Holdout, % of rows').fill('0')
  await look(page, 'sample-set-project')
  await dialog.getByRole('button', { name: 'Create project' }).click()
  await page.getByRole('heading', { level: 1, name: 'Adelie or not' }).waitFor()
  await tab('About')
  await page.getByText('2 folds by island, whose groups stay together', { exact: false }).waitFor()
  await tab('Repository')
  await button('Train Logistic regression').click()
  await tab('Leaderboard')
  const board = page.getByRole('region', { name: 'Leaderboard' })
  await expect.poll(() => board.getByText('succeeded').count(), { timeout: 240_000 }).toBe(1)
  expect(crashes).toEqual([])
}, 600_000)
