import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@modelsmith/api'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { look, openBrowser, openSignedIn, wide } from './support/browser.ts'
import { dataDir, installed } from './support/environments.ts'
import { deployRelease, publishFile } from './support/hosted.ts'
import { jobEnded } from './support/jobs.ts'
import { type Product, startProduct, until } from './support/product.ts'

/** Answers otherwise for large rows where the package is a later one. */
const code = `import os
import pandas as pd
import tabulate


def load_model(code_dir):
    with open(os.path.join(code_dir, "factor.txt")) as file:
        return float(file.read())


def score(data, model):
    later = 0.0 if tabulate.__version__ == "0.8.10" else 0.25
    return pd.DataFrame({"Predictions": [model * x + (later if x > 5 else 0.0) for x in data["x"]]})
`
const metadata = 'name: Doubles\ntargetType: regression\ntype: inference\nenvironment: python-core\n'

let product: Product
let browser: Browser
let page: Page
let folder: string
const crashes: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ms-environments-'))
  // The server is not root.
  await chmod(folder, 0o755)
  await installed('python-core')
  await symlink(join(dataDir, 'environments', 'python-core'), join(folder, 'python-core'))
  ;[product, browser] = await Promise.all([
    startProduct({ environments: folder, env: { MODELSMITH_TOUR: 'off' } }),
    openBrowser(),
  ])
  page = await openSignedIn(browser, product, crashes)
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
  await rm(folder, { recursive: true, force: true })
})

const files = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([name, text]) => ({ name, data: new Blob([text]) }))

const deploy = async (): Promise<string> => {
  const { client } = product
  await client.call('changeOrganisationSettings', { body: { runModelFiles: true } })
  const { task } = await client.upload('uploadTask', {
    files: files({ 'custom.py': code, 'model-metadata.yaml': metadata, 'requirements.txt': 'tabulate==0.8.10\n' }),
  })
  const { id: algorithm } = await client.call('createCustomAlgorithm', {
    body: {
      name: 'Doubles',
      taskVersionId: task.latest.id,
      definition: {
        inputs: [{ name: 'x', type: 'number', role: 'feature' }],
        variableInput: null,
        outputs: [{ name: 'prediction', type: 'number' }],
        trainingParameters: [],
        predictionParameters: [],
      },
    },
  })
  const { id: model } = await client.call('createRegisteredModel', { body: { name: 'Doubles' } })
  const bytes = new TextEncoder().encode('2')
  const release = await publishFile(client, model, {
    name: 'factor.txt',
    bytes,
    fields: ['x'],
    row: { x: 1 },
    algorithm,
  })
  return deployRelease(client, 'Doubles', release)
}

/** Another administrator, signed in. */
const addMia = async () => {
  const { client, address } = product
  const body = { name: 'Mia', email: 'mia@example.org', role: 'administrator' } as const
  const { invitation } = await client.call('createPerson', { body })
  const answer = await fetch(`${address}/api/v1/invitations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret: invitation?.secret, password: 'correct horse battery' }),
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const { csrfToken } = (await answer.json()) as { csrfToken: string }
  return createClient({ baseUrl: address, headers: () => ({ cookie, 'x-csrf-token': csrfToken }) })
}

it('rebuilds what runs with an old package, shows what changes, and rolls it out', { timeout: 600_000 }, async () => {
  const { client, address } = product
  const mia = await addMia()
  const id = await deploy()
  const params = { id }
  const read = () => client.call('getDeployment', { params })
  await client.call('changeDeployment', {
    params,
    body: { keepRowsDays: 30, importance: 'high' },
    ifMatch: (await read()).version,
  })
  const ask = async () => {
    const rows = Array.from({ length: 10 }, (_, x) => ({ x }))
    const { predictions } = await client.call('predict', { params, body: { rows } })
    return predictions.map(({ prediction }) => prediction)
  }
  const before = Array.from({ length: 10 }, (_, x) => 2 * x)
  expect(await ask()).toEqual(before)
  await until(60_000, async () => ((await read()).rows === 10 ? true : undefined))

  await page.goto(`${address}/deployments/packages?package=tabulate&below=0.9.0`)
  await page.getByRole('button', { name: 'Rebuild Doubles' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rebuild Doubles' })
  await dialog.getByText('It runs with 0.8.10').waitFor()
  await look(page, 'rebuild')
  await page.setViewportSize(wide)
  await dialog.getByRole('button', { name: 'Rebuild release' }).click()
  const begun = await until(30_000, async () =>
    (await client.call('listJobs', { query: {} })).items.find(({ kind }) => kind === 'rebuildRelease'),
  )
  const done = await jobEnded(client, begun.id, 300_000)
  expect(done).toMatchObject({ error: null, result: { packages: [{ name: 'tabulate', before: '0.8.10' }] } })
  expect((await jobEnded(client, String(done.result['replayJobId']), 120_000)).result).toEqual({ rows: 10, failed: 0 })
  await dialog.getByRole('link', { name: 'challengers' }).click()
  const row = page
    .getByRole('region', { name: 'Champion and challengers' })
    .getByRole('row')
    .filter({ hasText: 'Doubles, release 2' })
  await expect
    .poll(() => row.innerText().catch(() => ''), { timeout: 30_000 })
    .toMatch(/\b10\b[\s\S]*\b4\b[\s\S]*0\.25/)
  await look(page, 'rebuilt-compared')
  await page.setViewportSize(wide)
  expect(await ask()).toEqual(before)
  expect(
    await client.call('findPackage', { query: { language: 'python', package: 'tabulate', below: '0.9.0' } }),
  ).toMatchObject({
    items: [{ release: 1, version: '0.8.10' }],
  })

  const none = { low: [], moderate: [], high: [], critical: [] }
  await client.call('changeOrganisationSettings', { body: { approvals: { ...none, high: ['replace'] } } })
  await page.reload()
  await page.getByRole('button', { name: 'Promote', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('tabulate 0.8 is unsafe')
  await page.getByRole('dialog').getByRole('button', { name: 'Ask for approval' }).click()
  const asked = await until(30_000, async () => (await client.call('listChangeRequests', { query: {} })).items[0])
  expect(asked).toMatchObject({ action: 'replace', state: 'open', reason: 'tabulate 0.8 is unsafe' })
  expect(await mia.call('approveChangeRequest', { params: { id: asked.id } })).toMatchObject({ state: 'done' })
  const after = before.map((value, x) => (x > 5 ? value + 0.25 : value))
  await until(60_000, async () => (JSON.stringify(await ask()) === JSON.stringify(after) ? true : undefined))
  expect(
    await client.call('findPackage', { query: { language: 'python', package: 'tabulate', below: '0.9.0' } }),
  ).toMatchObject({ items: [], looked: 1 })
  expect(crashes).toEqual([])
})
