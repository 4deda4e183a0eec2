import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axeFindings, narrow, openBrowser, settled, takePicture, wide } from './support/browser.ts'
import { keyboardOf } from './support/keyboard.ts'
import { type Product, startProduct } from './support/product.ts'

const task = fileURLToPath(new URL('../examples/tasks/missing-to-median', import.meta.url))

let product: Product
let browser: Browser
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journey-'))
  ;[product, browser] = await Promise.all([startProduct({ env: { MODELSMITH_TOUR: 'off' } }), openBrowser()])
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
  await rm(folder, { recursive: true, force: true })
})

/** Customers with a code that begins with zeros, ages that are sometimes missing, and whether they bought. */
const customers = (rows: number): string => {
  const cities = ['Bern', 'Lima', 'Oslo']
  const lines = Array.from({ length: rows }, (_, row) => {
    const age = 18 + ((row * 37) % 60)
    const income = 1000 + ((row * 7919) % 5000)
    const bought = age + income / 200 + ((row * 13) % 17) > 60 ? 'yes' : 'no'
    return `${String(row + 1).padStart(5, '0')},${row % 9 === 0 ? '' : age},${income},${cities[row % 3]},${bought}`
  })
  return `code,age,income,city,bought\n${lines.join('\n')}\n`
}

/** The pages that the journey saw, to look at again in other widths and colours. */
const seen = new Map<string, string>()

const look = async (page: Page, name: string, { isKept = true } = {}): Promise<void> => {
  await settled(page)
  if (isKept) seen.set(name, new URL(page.url()).pathname + new URL(page.url()).search)
  expect(await axeFindings(page), `axe on ${name}`).toEqual([])
  await takePicture(page, `${name}-wide-light`)
}

it('goes from a file to an answered prediction in the browser', async () => {
  const data = join(folder, 'customers.csv')
  const rows = join(folder, 'rows.csv')
  await writeFile(data, customers(400))
  await writeFile(rows, customers(25))
  const context = await browser.newContext({ viewport: wide, colorScheme: 'light', acceptDownloads: true })
  const page = await context.newPage()
  const crashes: string[] = []
  page.on('pageerror', (error) => crashes.push(error.message))
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
  const choose = async (label: string, option: string) => {
    await page.getByRole('combobox', { name: label, exact: true }).click()
    await page.getByRole('option', { name: option }).first().click()
  }
  const pick = async (name: string, path: string) => {
    const chooser = page.waitForEvent('filechooser')
    await button(name).click()
    await (await chooser).setFiles(path)
  }

  // Sign in.
  await page.goto(product.address)
  await look(page, 'sign-in')
  await page.getByLabel('API token').fill('msk_wrong')
  await button('Sign in').click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('API token').fill(product.token)
  await button('Sign in').click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
  await look(page, 'home')

  // A dataset: upload, profile, one column read differently.
  await page.getByRole('link', { name: 'Data', exact: true }).click()
  await pick('Upload dataset', data)
  await page.getByRole('region', { name: 'Columns' }).waitFor()
  await page.getByRole('button', { name: 'Details of age' }).click()
  await page.getByRole('dialog').getByText('Histogram').waitFor()
  await look(page, 'column')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  for (const [type, cell] of [
    ['integer', '1'],
    ['text', '00001'],
  ] as const) {
    await choose('Type of code', type)
    await button('Save types').click()
    await tab('Rows')
    await page.getByRole('cell', { name: cell, exact: true }).first().waitFor()
    await tab('Profile')
    await page.getByRole('combobox', { name: 'Type of code' }).waitFor()
    await expect.poll(() => page.getByRole('combobox', { name: 'Type of code' }).inputValue()).toBe(type)
  }
  await look(page, 'dataset')

  // A project on it.
  await page.getByRole('link', { name: 'Create project' }).click()
  await choose('Target', 'bought')
  await page.getByRole('combobox', { name: 'Positive class' }).waitFor()
  await look(page, 'new-project')
  await button('Create project').click()
  await page.getByRole('heading', { level: 1, name: 'customers' }).waitFor()
  const project = page.url()

  // A task, from its folder.
  await page.getByRole('link', { name: 'Tasks', exact: true }).click()
  await page.getByRole('link', { name: 'New task' }).click()
  await pick('Upload task', task)
  await page.getByRole('heading', { level: 1, name: 'Missing to median' }).waitFor()
  await page.getByRole('textbox', { name: 'custom.py' }).getByText('def transform').waitFor()
  await look(page, 'task')
  await tab('Schema')
  await page.getByRole('heading', { name: 'Input', exact: true }).waitFor()

  // A blueprint of two branches, by the keyboard alone: broken, its message read, and mended; written as YAML, and saved.
  const { press, tabTo, type, choose: walkTo, keyboard } = keyboardOf(page)
  const node = (title: string) =>
    page.getByRole('region', { name: 'Blueprint canvas' }).getByRole('group', { name: title })
  const said = (words: string) => page.getByRole('status').getByText(words, { exact: false }).first().waitFor()
  await press(page.getByRole('link', { name: 'Blueprints', exact: true }))
  await press(page.getByRole('link', { name: 'New blueprint' }).first())
  await type(page.getByRole('textbox', { name: 'Name', exact: true }), 'Median and forest')
  const search = page.getByRole('textbox', { name: 'Search tasks' })
  await type(search, 'median')
  await press(button('Add Missing to median'))
  await press(node('Missing to median'), 'Escape')
  await keyboard.press('a')
  await type(search, 'one-hot')
  await press(button('Add One-hot encoding'))
  await type(search, 'random forest')
  await press(button('Add Random forest'))
  await said('This blueprint can be trained.')
  await press(node('Random forest'))
  await walkTo('Add input', 'Data: categories')
  await said('Task "Random forest" takes exactly NUM, found NUM, CAT.')
  await said('Choose columns of these types, or put a transform before it that gives them.')
  // A draft is gone when its page is opened again.
  await look(page, 'blueprint-broken', { isKept: false })
  await press(button('Remove input Data: categories'))
  await said('This blueprint can be trained.')
  const drawn = page.getByRole('radio', { name: 'Drawn' })
  await press(drawn, 'ArrowRight')
  await tabTo(page.getByRole('textbox', { name: 'blueprint.yaml' }))
  await keyboard.press('ControlOrMeta+End')
  await keyboard.type('colour: red')
  await said('Line 17, column 1: "colour" is not known here.')
  await look(page, 'blueprint-yaml', { isKept: false })
  // Tab indents in the editor: Escape lets it out.
  await keyboard.press('Escape')
  await press(button('Discard what I typed'))
  await said('This blueprint can be trained.')
  await press(page.getByRole('radio', { name: 'As YAML' }), 'ArrowLeft')
  await node('Random forest').waitFor()
  await keyboard.press('ControlOrMeta+s')
  await page.getByRole('heading', { level: 1, name: 'Median and forest' }).waitFor()
  await look(page, 'blueprint')

  // Train it, and watch.
  await press(button('Train'))
  await walkTo('Project', 'customers (bought)')
  await press(button('Train blueprint'))
  await page.getByRole('heading', { name: /^Training of/ }).waitFor()
  await page
    .getByText(/Medians of 2 columns/)
    .first()
    .waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Open model' }).waitFor({ timeout: 120_000 })
  await look(page, 'training-run')

  // The leaderboard, with the holdout locked and then unlocked.
  await page.goto(project)
  const board = page.getByRole('region', { name: 'Leaderboard' })
  await board.getByRole('img', { name: 'Locked' }).waitFor()
  await look(page, 'leaderboard')
  await button('Unlock holdout').click()
  await board.getByRole('img', { name: 'Locked' }).waitFor({ state: 'detached' })

  // The model: chart, and predictions on a file before it is deployed.
  await board.getByRole('link', { name: 'Median and forest' }).click()
  await page.getByRole('heading', { name: 'ROC curve' }).waitFor()
  await look(page, 'model')
  for (const [kind, begins] of [
    ['CSV', 'Threshold,False positive rate,True positive rate'],
    ['SVG', '<svg'],
    ['PNG', '\u{fffd}PNG'],
  ] as const) {
    const saved = page.waitForEvent('download')
    const downloads = page.getByRole('group', { name: /^Downloads of ROC curve/ })
    await downloads.getByRole('button', { name: kind }).click()
    expect(await readFile(await (await saved).path(), 'utf8')).toMatch(new RegExp(`^${begins}`))
  }
  await tab('Blueprint')
  await page.getByText('Random forest').first().waitFor()
  await look(page, 'model-blueprint')
  await tab('Predict')
  await pick('Predict a file', rows)
  const download = page.waitForEvent('download')
  await page
    .getByRole('button', { name: 'Download predictions' })
    .or(page.getByRole('link', { name: 'Download predictions' }))
    .click({ timeout: 60_000 })
  expect((await download).suggestedFilename()).toBe('predictions.csv')

  // Deploy it and ask it, by form and by file.
  await button('Deploy').click()
  await button('Deploy model').click()
  await page.getByText('active', { exact: true }).waitFor({ timeout: 60_000 })
  await page.getByLabel('income').fill('4200')
  await page.getByLabel('age').fill('44')
  await button('Send rows').click()
  await page
    .getByRole('region', { name: 'Answers' })
    .getByRole('cell', { name: /^(yes|no)$/ })
    .waitFor({ timeout: 30_000 })
  await look(page, 'deployment')
  await page.getByText('File', { exact: true }).click()
  await pick('Send a file', rows)
  await page.getByRole('heading', { name: 'Answers for 25 rows' }).waitFor()
  await tab('Requests')
  await expect
    .poll(() => page.getByRole('region', { name: 'Requests' }).getByRole('row').count(), { timeout: 15_000 })
    .toBe(3)
  await look(page, 'requests')
  await page.goto(`${product.address}/administration`)
  await page.getByText('Task code runs in', { exact: false }).waitFor()
  await look(page, 'administration')
  expect(crashes).toEqual([])
  await context.close()
})

it.each([
  ['wide', 'dark', wide],
  ['narrow', 'light', narrow],
  ['narrow', 'dark', narrow],
] as const)('shows every page %s and %s without anything for axe to find', async (width, colorScheme, viewport) => {
  const context = await browser.newContext({ viewport, colorScheme })
  const page = await context.newPage()
  await page.goto(product.address)
  await page.getByLabel('API token').fill(product.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
  for (const [name, path] of seen) {
    await page.goto(product.address + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await settled(page)
    expect(await axeFindings(page), `axe on ${name}, ${width}, ${colorScheme}`).toEqual([])
    expect(
      await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
      `${name} scrolls sideways`,
    ).toBeLessThanOrEqual(0)
    await takePicture(page, `${name}-${width}-${colorScheme}`)
  }
  await context.close()
})
