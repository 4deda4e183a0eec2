import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataDir, installed } from './support/environments.ts'
import { look, openBrowser, wide } from './support/browser.ts'
import { jobEnded } from './support/jobs.ts'
import { type Product, startProduct } from './support/product.ts'

/** Says which version of a package it was given, where it is trained and where it is scored. */
const code = `import pandas as pd
import tabulate


class CustomTask:
    def fit(self, X, y, **kwargs):
        print("trained with tabulate", tabulate.__version__)
        self.mean = float(y.mean())

    def predict(self, data):
        assert tabulate.__version__ == "0.9.0"
        return pd.DataFrame({"Predictions": [self.mean] * len(data)})
`
const metadata = 'name: Mean with a table\ntargetType: regression\nenvironment: python-core\n'

let product: Product
let browser: Browser
let page: Page
let folder: string

/** The built-in environments are there; nothing was ever put on top of them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ms-environments-'))
  // The server is not root.
  await chmod(folder, 0o755)
  for (const name of ['python-core', 'python-ml']) {
    await installed(name)
    await symlink(join(dataDir, 'environments', name), join(folder, name))
  }
  ;[product, browser] = await Promise.all([
    startProduct({ environments: folder, env: { MODELSMITH_TOUR: 'off' } }),
    openBrowser(),
  ])
  page = await browser.newPage({ viewport: wide, reducedMotion: 'reduce', acceptDownloads: true })
  page.setDefaultTimeout(120_000)
  await page.goto(product.address)
  await page.getByLabel('API token').fill(product.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
}, 900_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
  await rm(folder, { recursive: true, force: true })
})

const files = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([name, text]) => ({ name, data: new Blob([text]) }))
const ended = (id: string) => jobEnded(product.client, id, 300_000)
const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
/** Writes a file of the task in the page, and saves a version. */
const write = async (path: string, text: string, isNew: boolean): Promise<void> => {
  if (isNew) {
    await page.getByRole('button', { name: 'New file', exact: true }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(path)
    await page.getByRole('dialog').getByRole('button', { name: 'Add file' }).click()
  } else await page.getByRole('navigation', { name: 'Files' }).getByRole('button', { name: path }).click()
  await page.getByRole('textbox', { name: path, exact: true }).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(text)
}
const save = async (version: string): Promise<void> => {
  await page.getByRole('button', { name: 'Save as new version', exact: true }).click()
  await page.getByText(`Version ${version} is saved.`).waitFor()
}

it('puts on top of an environment what a version asks for, and shows how', { timeout: 600_000 }, async () => {
  const uploaded = await product.client.upload('uploadTask', {
    files: files({ 'custom.py': code, 'model-metadata.yaml': metadata }),
  })
  await page.goto(`${product.address}/tasks/${uploaded.task.id}`)
  await page.getByText('Version 1.0 keeps the rules').waitFor()
  expect(await page.getByRole('tab', { name: 'Requirements', exact: true }).count()).toBe(0)
  await write('requirements.txt', 'tabulate==0.9.0\n', true)
  await save('2.0')

  await tab('Requirements')
  // The log is there while the job runs.
  await page.getByText('looking for a Python that has tabulate==0.9.0').first().waitFor()
  await page.getByText(/^Its code runs in python-core\+[0-9a-f]{12}\.$/).waitFor()
  await page.getByText(/^Python 3\.\d+, as python-core has it on this machine\.$/).waitFor()
  await page.getByText('tabulate 0.9.0', { exact: true }).waitFor()
  await page.getByLabel('Log', { exact: true }).filter({ hasText: 'installing tabulate 0.9.0' }).waitFor()
  await look(page, 'task-requirements')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download the lock' }).click()
  const lock = await readFile(await (await download).path(), 'utf8')
  expect(lock).toContain(
    'tabulate==0.9.0 --hash=sha256:024ca478df22e9340661486f85298cff5f6dcdba14f3813e8830015b9ed1948f',
  )
  expect(lock).toMatch(/^scikit-learn==/m)
})

it('trains in what was made', { timeout: 600_000 }, async () => {
  const { client } = product
  const rows = Array.from({ length: 60 }, (_, row) => `${row},${row * 2}`)
  const { dataset, job } = await client.upload('uploadDataset', {
    files: files({ 'rows.csv': `size,price\n${rows.join('\n')}\n` }),
  })
  await ended(job.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const project = await client.call('createProject', {
    body: { name: 'Means', datasetVersionId: latest.id, target: 'price', targetType: 'regression' },
  })
  const { items } = await client.call('listTasks')
  const { run, job: training } = await client.call('train', {
    params: { id: project.id },
    body: {
      name: 'Mean',
      graph: { nodes: [{ id: 'mean', taskVersion: items[0]?.latest.id ?? '', inputs: [{ from: 'data' }] }] },
    },
  })
  expect((await ended(training.id)).error).toBe(null)
  const { lines } = await client.call('getJobLog', { params: { id: training.id } })
  expect(lines.map(({ text }) => text)).toContain('trained with tabulate 0.9.0')
  expect((await client.call('getTrainingRun', { params: { id: run.id } })).modelId).not.toBe(null)
})

it('says what is wrong where it cannot be made', { timeout: 600_000 }, async () => {
  await tab('Files')
  await write('requirements.txt', 'nobody-has-this==1.0\n', false)
  await save('3.0')
  await tab('Requirements')
  const alert = page.getByRole('alert')
  await alert
    .getByText('The package index has no package "nobody-has-this" (requirements.txt: nobody-has-this==1.0).')
    .waitFor()
  await alert.getByText('Look for a typing error.', { exact: false }).waitFor()
  expect(await page.getByText(/^Its code runs in/).count()).toBe(0)
  await look(page, 'task-requirements-refused')
})

it('shows what the environments hold', { timeout: 300_000 }, async () => {
  await page.goto(`${product.address}/administration?tab=environments`)
  const item = page.getByRole('button', { name: /python-torch/ })
  await item.waitFor()
  await item.click()
  await page.getByText('The first task that needs it installs it: 250 MB to download, 1150 MB on the disk.').waitFor()
  await page.getByRole('cell', { name: 'python3-torch' }).waitFor()
  expect(await page.getByRole('cell', { name: 'as Debian has it' }).count()).toBe(2)
  await look(page, 'environments')
})
