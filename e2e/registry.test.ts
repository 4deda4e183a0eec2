import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { look, openBrowser, openSignedIn } from './support/browser.ts'
import { environmentsWith } from './support/environments.ts'
import { irisRow, publishIrises } from './support/irises.ts'
import { type Product, startProduct, until } from './support/product.ts'

let laboratory: Product
let factory: Product
let browser: Browser
const crashes: string[] = []

beforeAll(async () => {
  const environments = await environmentsWith('python-core')
  const env = { MODELSMITH_TOUR: 'off', MODELSMITH_WORKERS: '1' }
  ;[laboratory, factory, browser] = await Promise.all([
    startProduct({ env, environments }),
    startProduct({ env, environments }),
    openBrowser(),
  ])
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await Promise.all([laboratory?.remove(), factory?.remove()])
})

const rows = [irisRow(5.1, 3.5, 1.4, 0.2), irisRow(6.7, 3.1, 4.7, 1.5), irisRow(6.3, 3.3, 6, 2.5)]
/** What a release answers once it is deployed, text for text. */
const answersOf = async ({ client }: Product, modelReleaseId: string): Promise<string> => {
  const { id } = await client.call('createDeployment', { body: { name: 'Irises', modelReleaseId } })
  await until(60_000, async () =>
    (await client.call('getDeployment', { params: { id } })).state === 'active' ? true : undefined,
  )
  const { predictions } = await client.call('predict', { params: { id }, body: { rows } })
  return JSON.stringify(predictions)
}

it('carries a release from one installation to another, where it predicts the same', async () => {
  const { id: model } = await laboratory.client.call('createRegisteredModel', { body: { name: 'Irises' } })
  const release = await publishIrises(laboratory.client, model)
  await publishIrises(laboratory.client, model, 'svc_rbf_ovr_iris')
  const there = await openSignedIn(browser, laboratory, crashes)
  await there.goto(`${laboratory.address}/registered-models/${model}?tab=releases`)
  await there.getByRole('link', { name: 'Release 1', exact: true }).click()
  await there.getByRole('heading', { level: 1, name: 'Irises, release 1' }).waitFor()
  await there.getByRole('cell', { name: 'model.pkl' }).waitFor()
  await there.getByRole('combobox', { name: 'Tags' }).fill('approved')
  await there.keyboard.press('Enter')
  await there.getByRole('button', { name: 'Save tags' }).click()
  await there.getByText('The tags are saved.').waitFor()
  await there.getByRole('combobox', { name: 'With' }).click()
  await there.getByRole('option', { name: /^Release 2/ }).click()
  await there.getByRole('region', { name: 'Files' }).getByText('changed').waitFor()
  await look(there, 'release')
  const saved = there.waitForEvent('download')
  await there.getByRole('link', { name: 'Download archive' }).click()
  const buffer = await readFile(await (await saved).path())
  await there.goto(`${laboratory.address}/administration?tab=trusted`)
  const publicKey = (await there.locator('code').first().textContent()) ?? ''
  await there.close()

  const here = await openSignedIn(browser, factory, crashes)
  const bring = async (bytes: Buffer) => {
    await here.goto(`${factory.address}/models?tab=registered`)
    await here.getByRole('button', { name: 'Import an archive' }).first().click()
    const dialog = here.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Irises of the laboratory')
    await dialog
      .getByLabel('Choose archive')
      .setInputFiles({ name: 'release.zip', mimeType: 'application/zip', buffer: bytes })
  }
  await bring(buffer)
  await here.getByText('which no administrator here trusts').waitFor()
  await look(here, 'import-archive')
  await here.goto(`${factory.address}/administration?tab=trusted`)
  await here.getByLabel('Name').fill('Laboratory')
  await here.getByLabel('Public key').fill(publicKey)
  await here.getByRole('button', { name: 'Trust installation' }).click()
  await here.getByRole('cell', { name: 'Laboratory', exact: true }).waitFor()
  await look(here, 'trusted-installations')

  const tampered = Buffer.from(buffer)
  // In the last file, which is the model.
  const at = tampered.lastIndexOf('PK\u0003\u0004') + 200
  tampered.writeUInt8(tampered.readUInt8(at) ^ 1, at)
  await bring(tampered)
  await here.getByText('The file "served/model" is damaged').waitFor()
  await bring(buffer)
  await here.getByRole('heading', { level: 1, name: 'Irises of the laboratory, release 1' }).waitFor()
  await here.getByText('It came from the installation Laboratory').waitFor()
  await here.getByRole('cell', { name: 'installation', exact: true }).waitFor()
  await look(here, 'imported-release')
  const imported = new URL(here.url()).pathname.split('/').at(-1) ?? ''
  expect(await answersOf(factory, imported)).toBe(await answersOf(laboratory, release))
  await here.goto(`${factory.address}/deployments`)
  await here.getByRole('link', { name: 'Find a package' }).click()
  await here.getByLabel('Package').fill('scikit-learn')
  await here.getByLabel('Below version').fill('99')
  await here.getByRole('button', { name: 'Find deployments' }).click()
  await here.getByText('0 of 1 deployment that you may see run with scikit-learn below 99.').waitFor()
  await look(here, 'find-package')
  expect(crashes).toEqual([])
}, 240_000)
