import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { look, openBrowser, openSignedIn } from './support/browser.ts'
import { environmentsWith } from './support/environments.ts'
import { jobEnded } from './support/jobs.ts'
import { type Product, startProduct } from './support/product.ts'

let product: Product
let browser: Browser
let page: Page
let project: string
const crashes: string[] = []

const csv = `size,weight,sold\n${Array.from({ length: 120 }, (_, row) => `${row},${(row * 37) % 50},${(row * 7) % 11 > 5 || row > 90 ? 'yes' : 'no'}`).join('\n')}\n`

beforeAll(async () => {
  const environments = await environmentsWith('python-core', 'python-search')
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments }),
    openBrowser(),
  ])
  page = await openSignedIn(browser, product, crashes)
  const { client } = product
  const { dataset, job } = await client.upload('uploadDataset', {
    files: [{ name: 'things.csv', data: new Blob([csv]) }],
  })
  await ended(job.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const body = { name: 'Things', datasetVersionId: latest.id, target: 'sold' }
  project = (await client.call('createProject', { body })).id
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

const ended = (id: string) => jobEnded(product.client, id, 120_000)
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (name: string) => page.getByRole('link', { name, exact: true })
const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()

const codeOf = (fit: string): string =>
  `import json, os, time\n\nclass CustomTask:\n    def fit(self, X, y, output_dir, **kwargs):\n${fit}\n\n    def transform(self, X):\n        return X\n`

/** A transform of numbers whose `fit` is given, in a blueprint before a forest. */
const addBlueprint = async (name: string, fit: string) => {
  const { task } = await product.client.upload('uploadTask', {
    files: [
      { name: 'custom.py', data: new Blob([codeOf(fit)]) },
      { name: 'model-metadata.yaml', data: new Blob([`name: ${name}\ntargetType: transform\n`]) },
    ],
  })
  const graph = {
    nodes: [
      { id: 'numbers', taskVersion: task.latest.id, inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }] },
      { id: 'model', taskVersion: 'builtin:random-forest@1', inputs: [{ from: 'node' as const, node: 'numbers' }] },
    ],
  }
  return product.client.call('createBlueprint', { body: { name: `${name} and forest`, graph } })
}
/** What the canvas shows, in the project. */
const train = async () => {
  await button('Train').click()
  await page.getByRole('combobox', { name: 'Project', exact: true }).click()
  await page.getByRole('option', { name: 'Things (sold)' }).click()
  await button('Train blueprint').click()
}
const trainOn = async (blueprint: string) => {
  await page.goto(`${product.address}/blueprints/${blueprint}`)
  await train()
  await page.getByRole('heading', { name: /^Training of/ }).waitFor()
}

const draws = `        bars = "".join('<rect x="%d" y="%d" width="20" height="%d" fill="#4263eb"/>' % (30 * i, 100 - h, h) for i, h in enumerate([20, 60, 90, 40]))
        with open(os.path.join(output_dir, "spread.svg"), "w") as file:
            file.write('<svg xmlns="http://www.w3.org/2000/svg" width="320" height="110" role="img"><title>Spread</title>%s</svg>' % bars)
        with open(os.path.join(output_dir, "report.html"), "w") as file:
            file.write('<h1>Report</h1><p id="n" style="color: #1864ab">none</p><script>document.getElementById("n").textContent = "Rows: " + %d</script>' % len(X))
        with open(os.path.join(output_dir, "columns.csv"), "w") as file:
            file.write("column,mean\\n" + "".join("%s,%.3f\\n" % (name, X[name].mean()) for name in X))
        with open(os.path.join(output_dir, "notes.json"), "w") as file:
            json.dump({"rows": len(X)}, file, indent=2)`

it('shows the picture, page, table and text that a task wrote', async () => {
  const { id } = await addBlueprint('Draws', draws)
  await trainOn(id)
  await link('Open model').click({ timeout: 120_000 })
  await tab('Custom insights')
  const picture = page.getByRole('img', { name: 'spread.svg' })
  await picture.waitFor()
  await expect.poll(() => page.evaluate(`document.querySelector('img[alt="spread.svg"]').naturalWidth`)).toBe(320)
  const frame = page.frameLocator('iframe[title="report.html"]')
  await frame.getByText(/^Rows: \d+$/).waitFor()
  await page.getByRole('region', { name: 'columns.csv' }).getByRole('cell', { name: 'weight' }).waitFor()
  await page.getByRole('region', { name: 'Text of notes.json' }).getByText('"rows":').waitFor()
  await link('Download notes.json').waitFor()
  await look(page, 'custom-insights')
  await tab('Artifacts')
  await link('columns.csv').waitFor()
  await tab('Reproduce')
  await page.getByLabel('Lines for Train it again').getByText('modelsmith reproduce bundle.tar').waitFor()
  await page
    .getByRole('region', { name: 'Hashes' })
    .getByRole('row', { name: /columns\.csv [0-9a-f]{64}/ })
    .waitFor()
  await look(page, 'model-reproduce')
})

it('mends a task that failed in the page, and trains it again', async () => {
  const fails = '        json.dump(X["price"].mean(), open(os.path.join(output_dir, "mean.json"), "w"))'
  const { id } = await addBlueprint('Means', fails)
  await trainOn(id)
  await page.getByRole('alert').getByText("KeyError: 'price'").first().waitFor({ timeout: 120_000 })
  await look(page, 'training-failed')

  await link('Open Means').click()
  const editor = page.getByRole('textbox', { name: 'custom.py', exact: true })
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(codeOf(fails.replace('price', 'size')))
  await page.keyboard.press('Control+S')
  await page.getByText('Version 2.0 is saved.').waitFor()

  await page.goBack()
  await link('Open blueprint').click()
  await button('Use version 2.0').click()
  await train()
  await link('Open model').click({ timeout: 120_000 })
  await page.getByRole('heading', { level: 1, name: 'Means and forest' }).waitFor()
  expect(new URL(page.url()).pathname).toMatch(/^\/models\//)
})

it('cancels a training while a task runs', async () => {
  const { id } = await addBlueprint(
    'Sleeps',
    '        print("sleeping", flush=True)\n        open(os.path.join(output_dir, "x"), "w").close()\n        time.sleep(3600)',
  )
  await trainOn(id)
  await page.getByText('sleeping').first().waitFor({ timeout: 60_000 })
  await button('Cancel job').click()
  await page.getByText('cancelled', { exact: true }).first().waitFor({ timeout: 20_000 })
  await look(page, 'training-cancelled')
  await page.goto(`${product.address}/projects/${project}`)
  await page
    .getByRole('region', { name: 'Leaderboard' })
    .getByRole('row', { name: /Sleeps and forest.*cancelled/ })
    .waitFor()
  const { items } = await product.client.call('listModels', { query: { search: 'Sleeps' } })
  expect(items).toEqual([])
})

it('searches the parameters of a model, and makes the best trial a model', async () => {
  await page.goto(`${product.address}/projects/${project}`)
  await page
    .getByRole('region', { name: 'Leaderboard' })
    .getByRole('link', { name: 'Draws and forest' })
    .first()
    .click()
  await link('Search parameters').click()
  await page.getByRole('heading', { level: 1, name: 'Search parameters of Draws and forest' }).waitFor()
  await page.getByRole('textbox', { name: 'Trials' }).fill('3')
  await look(page, 'new-search')
  await button('Start search').click()
  await page.getByText(/^3 of 3 trials · best LogLoss [\d.]+, trial \d$/).waitFor({ timeout: 180_000 })
  await look(page, 'search')
  await button(/^Make a model of trial/)
    .first()
    .click()
  await page.getByText(/^The training of trial \d has begun\.$/).waitFor()
  await page
    .getByRole('link', { name: /^Training of trial/ })
    .first()
    .click()
  await link('Open model').waitFor({ timeout: 120_000 })
  expect(crashes).toEqual([])
})

it('makes a task while a blueprint is drawn, without leaving it', async () => {
  await page.goto(`${product.address}/blueprints/new`)
  await button('New custom task').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Shifted')
  await dialog.getByRole('button', { name: 'Create task' }).click()
  const editor = dialog.getByRole('textbox', { name: 'custom.py', exact: true })
  await editor.getByText('def transform').waitFor()
  await look(page, 'blueprint-new-task')
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(codeOf('        open(os.path.join(output_dir, "mine.txt"), "w").close()'))
  await dialog.getByRole('button', { name: 'Add to blueprint' }).click()
  const canvas = page.getByRole('region', { name: 'Blueprint canvas' })
  await canvas.getByRole('group', { name: 'Shifted' }).waitFor()
  await button('Add Random forest').click()
  await canvas.getByRole('group', { name: 'Random forest' }).waitFor()
  const { items } = await product.client.call('listTasks', { query: { search: 'Shifted' } })
  expect(items.map(({ latest }) => latest.number)).toEqual(['2.0'])
  expect(crashes).toEqual([])
})
