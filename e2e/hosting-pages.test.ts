import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { look, openBrowser, wide } from './support/browser.ts'
import { type Product, startProduct } from './support/product.ts'

const fixtures = join(import.meta.dirname, '../fixtures')
let product: Product
let browser: Browser
let context: BrowserContext
let page: Page
const crashes: string[] = []

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct({ env: { MODELSMITH_TOUR: 'off' } }), openBrowser()])
  // Colours change at once, not on their way to others.
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
const register = async (name: string) => {
  await page.goto(`${product.address}/models?tab=registered`)
  await button('Register model').first().click()
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: 'Register model' }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}
const uploadFile = async (name: string, path: string) => {
  const buffer = await readFile(join(fixtures, path))
  await page.getByLabel('Upload model file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}
const submitAndPublish = async () => {
  await button('Submit as candidate').click()
  await page.getByRole('link', { name: 'Go to releases' }).click()
  await button('Publish release').click()
  await page.getByRole('region', { name: 'Releases' }).getByText('latest').waitFor()
}

it('hosts a model of scikit-learn from its file to an answer', async () => {
  await register('Irises')
  await look(page, 'registered-model')
  await button('Begin experiment').click()
  await page.getByLabel('Upload model file').waitFor({ state: 'attached' })
  await uploadFile('iris.pkl', 'sklearn-0.21.3/dtc_iris/model.pkl')
  await page.getByText('DecisionTreeClassifier', { exact: true }).waitFor()
  await page.getByLabel('Header or sample rows').fill('sepal length, sepal width, petal length, petal width')
  await button('Match fields').click()
  await page.getByLabel('Field to pass through').fill('flower')
  await button('Pass through').click()
  await button('Save fields').click()
  await page.getByText('Every input has a field.', { exact: true }).waitFor()
  const row = { flower: 'a', 'petal width': 0.2, 'petal length': 1.2, 'sepal width': 4, 'sepal length': 5.8 }
  await page.getByLabel('Rows', { exact: true }).fill(JSON.stringify([row]))
  await button('Try rows').click()
  await page.getByRole('cell', { name: 'setosa' }).waitFor()
  await page.getByText('This file is not proven').waitFor()
  const proof = Buffer.from(`${Object.keys(row).join(',')},prediction\n${Object.values(row).join(',')},setosa\n`)
  await page
    .getByLabel('Compare with expected predictions')
    .setInputFiles({ name: 'proof.csv', mimeType: 'text/csv', buffer: proof })
  await page.getByText('Equal to the expected predictions').waitFor()
  await look(page, 'experiment')
  await submitAndPublish()
  await look(page, 'releases')
  await button('Deploy release 1').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Deploy release' }).click()
  await page.getByRole('heading', { level: 1, name: 'Irises' }).waitFor()
  await page.getByText('active', { exact: true }).waitFor()
  await look(page, 'hosted-deployment')
  expect(crashes).toEqual([])
})

it('hosts a pipeline of Spark, whose columns have names', async () => {
  await register('Answers')
  await button('Begin experiment').click()
  await page.getByLabel('Upload model file').waitFor({ state: 'attached' })
  await uploadFile('answers.zip', 'spark-2.4.4/pipe_mixed_rf_labels/model.zip')
  await page.getByText('Every input has a field.').waitFor()
  await submitAndPublish()
  expect(crashes).toEqual([])
})

it('hosts a file under an algorithm that somebody defined, with a variable input', async () => {
  await page.goto(`${product.address}/models?tab=algorithms`)
  await page.getByRole('link', { name: 'Define algorithm' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Our irises')
  await page.getByRole('combobox', { name: 'Scored as' }).fill('DecisionTreeClassifier')
  await page.getByRole('option', { name: 'DecisionTreeClassifier (scikit-learn)' }).click()
  await page.getByLabel('Name of input 1').fill('sepal length')
  await page.getByLabel('Description of input 1').fill('In centimetres')
  await button('Add input').click()
  await page.getByLabel('Name of input 2').fill('sepal width')
  await button('Add input').click()
  await page.getByLabel('Name of input 3').fill('flower')
  await page.getByRole('combobox', { name: 'Type of input 3' }).click()
  await page.getByRole('option', { name: 'text' }).click()
  await page.getByRole('combobox', { name: 'Role of input 3' }).click()
  await page.getByRole('option', { name: 'passed through' }).click()
  await page.getByRole('switch', { name: 'Further inputs may be added' }).check()
  await page.getByLabel('Fewer than').fill('3')
  await page.getByRole('combobox', { name: 'Type of output 1' }).click()
  await page.getByRole('option', { name: 'text' }).click()
  await button('Add parameter').click()
  await page.getByLabel('Name of parameter 1').fill('max_depth')
  await look(page, 'algorithm')
  await button('Define algorithm').click()
  await page.getByRole('heading', { level: 1, name: 'Our irises' }).waitFor()
  await register('Variable irises')
  await button('Begin experiment').click()
  await page.getByRole('combobox', { name: 'Algorithm' }).click()
  await page.getByRole('option', { name: 'Our irises' }).click()
  await uploadFile('iris.pkl', 'sklearn-0.21.3/dtc_iris/model.pkl')
  await page.getByText('In centimetres').waitFor()
  await page.getByLabel('Field for x2', { exact: true }).fill('petal length')
  await page.getByLabel('Field for x3', { exact: true }).fill('petal width')
  await button('Save fields').click()
  const row = { flower: 'a', 'petal width': 0.2, 'petal length': 1.2, 'sepal width': 4, 'sepal length': 5.8 }
  await page.getByLabel('Rows', { exact: true }).fill(JSON.stringify([row]))
  await button('Try rows').click()
  await page.getByRole('cell', { name: 'setosa' }).waitFor()
  await look(page, 'experiment-with-algorithm')
  await submitAndPublish()
  expect(crashes).toEqual([])
})

it('refuses a hostile file with all that was found', async () => {
  await register('Hostile')
  await button('Begin experiment').click()
  await page.getByLabel('Upload model file').waitFor({ state: 'attached' })
  const buffer = Buffer.from("cposix\nsystem\n(S'id'\ntR0cbuiltins\neval\n(S'1'\ntR.")
  await page.getByLabel('Upload model file').setInputFiles({ name: 'm.pkl', mimeType: 'application/x-pickle', buffer })
  await page.getByRole('alert').getByText('pickle.unsafe').waitFor()
  expect(await page.getByRole('alert').getByRole('listitem').count()).toBe(2)
  await look(page, 'hostile-file')
})
