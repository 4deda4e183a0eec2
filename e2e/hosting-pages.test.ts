import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith, installed } from './support/environments.ts'
import { look, openBrowser, wide } from './support/browser.ts'
import { type Product, startProduct, until } from './support/product.ts'

const fixtures = join(import.meta.dirname, '../fixtures')
let product: Product
let browser: Browser
let context: BrowserContext
let page: Page
const crashes: string[] = []

let python: string

beforeAll(async () => {
  python = (await installed('python-core')).interpreter
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-core') }),
    openBrowser(),
  ])
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
  await page.getByRole('combobox', { name: 'Candidate' }).click()
  await page.getByRole('option', { name: /DecisionTreeClassifier/ }).click()
  await page.getByLabel('Seconds for a request').fill('30')
  await look(page, 'releases')
  await button('Publish release').click()
  await button('Predict a file with release 2').click()
  const rows = Buffer.from('flower,petal width,petal length,sepal width,sepal length\na,0.2,1.2,4,5.8\nb,2,6,3,7\n')
  await page.getByLabel('Upload rows').setInputFiles({ name: 'rows.csv', mimeType: 'text/csv', buffer: rows })
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download predictions' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toMatch(
    /^flower,prediction,[^]*\na,setosa,[^]*\nb,virginica,/,
  )
  await look(page, 'release-predicts-a-file')
  await button('Deploy release 1').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Deploy release' }).click()
  await page.getByRole('heading', { level: 1, name: 'Irises' }).waitFor()
  await page.getByText('active', { exact: true }).waitFor()
  await page.getByText('Release 2 is the latest').waitFor()
  await look(page, 'hosted-deployment')
  await page.getByRole('tab', { name: 'Releases' }).click()
  await page.getByLabel('Follow the latest release of the model').click()
  await page.getByText('Release 2 is the latest').waitFor({ state: 'detached' })
  await look(page, 'deployment-follows')

  // What answers is paused, resumed, rolled back and replaced, each in its history.
  await button('Pause').click()
  await page.getByRole('dialog').getByLabel('Reason').fill('Measured in inches')
  await button('Pause deployment').click()
  await page.getByText('Paused by').waitFor()
  await button('Resume').click()
  await page.getByText('Paused by').waitFor({ state: 'detached' })
  await button('Roll back to release 1').click()
  await page.getByText('Release 2 is the latest').waitFor()
  await page.getByText('active', { exact: true }).waitFor()
  await button('Update now').click()
  await page.getByRole('dialog').getByText('It takes the same fields and answers alike.').waitFor()
  await page.getByRole('dialog').getByLabel('Reason').fill('Measured in centimetres now')
  await look(page, 'replace-model')
  await page.getByRole('dialog').getByRole('button', { name: 'Replace model' }).click()
  await page.getByRole('region', { name: 'History' }).getByText('Measured in centimetres now').waitFor()
  await look(page, 'deployment-history')
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

const code = `
import os, pickle
import pandas

def load_model(code_dir):
    with open(os.path.join(code_dir, "covariance.pkl"), "rb") as file:
        return pickle.load(file)

def transform(data, transformer, parameters):
    distance = transformer.mahalanobis(data.to_numpy())
    return pandas.DataFrame({"distance": distance, "far": ["far" if each > parameters["limit"] else "near" for each in distance]})
`

it('hosts a class that is not known natively by the code of an algorithm, with a variable input', async () => {
  // Of the real library, fitted on three columns.
  const fit =
    'import sys, pickle, numpy; from sklearn.covariance import LedoitWolf; pickle.dump(LedoitWolf().fit(numpy.arange(60.0).reshape(20, 3) % 7), sys.stdout.buffer)'
  const { stdout: buffer } = await promisify(execFile)(python, ['-c', fit], { encoding: 'buffer' })
  const file = { name: 'covariance.pkl', mimeType: 'application/octet-stream', buffer }
  const metadata = 'name: Distance\ntargetType: transform\ntype: inference\nenvironment: python-core\n'
  const files = Object.entries({ 'custom.py': code, 'model-metadata.yaml': metadata })
  await product.client.upload('uploadTask', { files: files.map(([name, text]) => ({ name, data: new Blob([text]) })) })

  await register('Distances')
  await button('Begin experiment').click()
  await page.getByLabel('Upload model file').setInputFiles(file)
  await page.getByText('covariance.pkl is kept.').waitFor()
  await look(page, 'kept-file')
  await page.getByRole('link', { name: 'a custom algorithm with code' }).click()
  await page.getByText('Code', { exact: true }).click()
  await page.getByText('Model files are not run here yet').waitFor()
  await page.goto(`${product.address}/administration?tab=model-files`)
  await page.getByText('Nobody has decided anything yet.').waitFor()
  await page.getByRole('switch', { name: 'Run model files' }).click()
  await page.getByText(/^Allowed by /).waitFor()
  await look(page, 'model-files')

  await page.goto(`${product.address}/algorithms/new`)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Our distance')
  await page.getByText('Code', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Code of the task' }).click()
  await page.getByRole('option', { name: 'Distance 1.0, in python-core' }).click()
  await page.getByLabel('Name of input 1').fill('height')
  await button('Add input').click()
  await page.getByLabel('Name of input 2').fill('weight')
  await page.getByRole('switch', { name: 'Further inputs may be added' }).check()
  await page.getByLabel('Fewer than').fill('3')
  await page.getByLabel('Name of output 1').fill('distance')
  await button('Add output').click()
  await page.getByLabel('Name of output 2').fill('far')
  await page.getByRole('combobox', { name: 'Type of output 2' }).click()
  await page.getByRole('option', { name: 'text' }).click()
  await button('Add prediction parameter').click()
  await page.getByLabel('Name of prediction parameter 1').fill('limit')
  await page.getByLabel('Default of prediction parameter 1').fill('1000')
  await look(page, 'algorithm-with-code')
  await button('Define algorithm').click()
  await page.getByRole('heading', { level: 1, name: 'Our distance' }).waitFor()

  await page.goto(`${product.address}/models?tab=registered`)
  await page.getByRole('link', { name: 'Distances' }).click()
  await page.getByRole('link', { name: 'Experiment 1' }).click()
  await page.getByRole('combobox', { name: 'Algorithm' }).click()
  await page.getByRole('option', { name: 'Our distance' }).click()
  // The file that was refused is there still, and taken now.
  await page.getByText('LedoitWolf', { exact: true }).waitFor()
  await page.getByText('Any file that the code of the algorithm reads.').waitFor()
  await page.getByLabel('Further input').fill('age')
  await button('Add input').click()
  await button('Save fields').click()
  await page.getByText('The fields are saved.').waitFor()
  const row = { height: 1, weight: 2, age: 3 }
  await page.getByLabel('Rows', { exact: true }).fill(JSON.stringify([row]))
  await page.getByLabel('limit').fill('0')
  await button('Try rows').click()
  await page.getByRole('cell', { name: 'far', exact: true }).waitFor()
  await look(page, 'experiment-with-code')
  await submitAndPublish()
  await button('Deploy release 1').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Deploy release' }).click()
  await page.getByText('active', { exact: true }).waitFor()
  const id = page.url().split('/').at(-1) ?? ''
  const asked = { params: { id }, body: { rows: [row], parameters: { limit: 0 } } }
  const answered = await product.client.call('predict', asked)
  expect(answered.predictions).toEqual([{ prediction: null, outputs: { distance: expect.any(Number), far: 'far' } }])
  // What an administrator takes back, stops answering.
  await product.client.call('changeOrganisationSettings', { body: { runModelFiles: false } })
  const refusal = await until(60_000, () =>
    product.client.call('predict', asked).then(
      () => undefined,
      (error: Error) => error.message,
    ),
  )
  expect(refusal).toMatch(/cannot answer: Nobody has allowed that model files are run here/)
  await page
    .getByText(/Nobody has allowed that model files are run here/)
    .first()
    .waitFor()
  await product.client.call('changeOrganisationSettings', { body: { runModelFiles: true } })
  await page.getByText('active', { exact: true }).waitFor()
  expect(crashes).toEqual([])
})

/** Rows in which what is small, or red, was sold. */
const makeSampleSet = async (): Promise<void> => {
  const { client } = product
  const rows = Array.from({ length: 90 }, (_, row) => {
    const [size, colour] = [(row * 7) % 90, row % 3 === 0 ? 'red' : 'blue']
    return `${size},${colour},${size < 30 || colour === 'red' ? 1 : 0}`
  })
  const { dataset } = await client.upload('uploadDataset', {
    files: [{ name: 'sales.csv', data: new Blob([`size,colour,sold\n${rows.join('\n')}\n`]) }],
  })
  const version = await until(60_000, async () => {
    const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
    return latest.state === 'ready' ? latest.id : undefined
  })
  await client.call('createSampleSet', {
    body: {
      name: 'Sales',
      datasetVersionIds: [version],
      fields: [
        { name: 'size', role: 'feature' },
        { name: 'colour', role: 'feature' },
        { name: 'sold', role: 'label' },
      ],
      labels: [
        { label: 'yes', values: ['1'] },
        { label: 'no', values: ['0'] },
      ],
    },
  })
}

/** A function of somebody's own: a task of the type split or evaluation. */
const addFunction = (code: string, metadata: string) =>
  product.client.upload('uploadTask', {
    files: Object.entries({ 'custom.py': code, 'model-metadata.yaml': metadata }).map(([name, text]) => ({
      name,
      data: new Blob([text]),
    })),
  })
const everyOther = `def split(data, folds):
    return ["holdout" if row % 10 == 0 else row % folds for row in range(len(data))]
`
const costOfMistakes = `def evaluate(actual, predictions, weights=None, cost=5.0):
    return {"Cost": (predictions.idxmax(axis=1) != actual).sum() * cost}
`

it('trains several algorithms in an experiment, and releases the best', async () => {
  await makeSampleSet()
  await register('What sells')
  const about = 'environment: python-core\nhyperparameters:\n'
  await addFunction(
    everyOther,
    `name: Every other\ntargetType: split\n${about}  - { name: folds, type: int, min: 2, default: 2 }\n`,
  )
  await addFunction(
    costOfMistakes,
    `name: Cost of mistakes\ntargetType: evaluation\n${about}  - { name: cost, type: float, min: 0, default: 5 }\nmetrics:\n  - { name: Cost, higherIsBetter: false }\n`,
  )
  await button('Begin experiment with training').click()
  await page.getByRole('heading', { level: 2, name: 'Rows to train on' }).waitFor()
  await page.getByRole('combobox', { name: 'Sample set' }).click()
  await page.getByRole('option', { name: 'Sales' }).click()
  await page.getByRole('combobox', { name: 'Split', exact: true }).click()
  await page.getByRole('option', { name: 'Every other 1' }).click()
  await page.getByRole('combobox', { name: 'Positive class' }).click()
  await page.getByRole('option', { name: 'yes' }).click()
  await page.getByText('Preview', { exact: true }).click()
  await page.getByText('The first 50 of 90 rows').waitFor()
  await button('Preview the split').click()
  await page.getByRole('cell', { name: 'holdout', exact: true }).waitFor()
  await look(page, 'experiment-rows')
  await button('Use these rows').click()
  const algorithms = page.getByRole('combobox', { name: 'Train side by side' })
  await algorithms.click()
  for (const name of ['Baseline', 'Logistic regression']) await page.getByRole('option', { name, exact: true }).click()
  await page.keyboard.press('Escape')
  await page
    .getByRole('group', { name: 'Logistic regression' })
    .getByRole('textbox', { name: 'Sample size, %' })
    .fill('80')
  await look(page, 'experiment-algorithms')
  await button('Train 2 side by side').click()
  const board = page.getByRole('region', { name: 'Leaderboard' })
  await expect.poll(() => board.getByText('succeeded').count(), { timeout: 180_000 }).toBe(2)
  await page.getByText('Evaluations by functions', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Evaluation', exact: true }).click()
  await page.getByRole('option', { name: 'Cost of mistakes 1' }).click()
  await button('Add evaluation').click()
  await board.getByRole('columnheader', { name: 'Cost ↓' }).waitFor()
  await look(page, 'experiment-evaluations')
  await button('Choose Logistic regression').click()
  await page.getByText('Chosen', { exact: true }).waitFor()
  await page.getByText('Every input has a field.', { exact: true }).waitFor()
  await page.getByLabel('Rows', { exact: true }).fill(JSON.stringify([{ size: 3, colour: 'red' }]))
  await button('Try rows').click()
  await page.getByRole('cell', { name: 'yes', exact: true }).waitFor()
  await look(page, 'experiment-candidates')
  await submitAndPublish()
  await button('Deploy release 1').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Deploy release' }).click()
  await page.getByRole('heading', { level: 1, name: 'What sells' }).waitFor()
  await page.getByText('active', { exact: true }).waitFor()
  const id = page.url().split('/').at(-1) ?? ''
  const answered = await product.client.call('predict', {
    params: { id },
    body: { rows: [{ size: 3, colour: 'red' }] },
  })
  expect(answered.predictions).toMatchObject([{ prediction: 'yes' }])
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
