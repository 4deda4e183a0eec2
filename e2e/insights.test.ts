import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PredictionAnswer, PredictionRequest } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import { compileBlueprint, unpackBlueprint } from '@modelsmith/scoring'
import { tableFromRows } from '@modelsmith/table'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { axeFindings, look, openBrowser, settled, wide } from './support/browser.ts'
import { jobEnded } from './support/jobs.ts'
import { descendants } from './support/processes.ts'
import { type Product, startProduct } from './support/product.ts'

let product: Product
let browser: Browser
let page: Page
const crashes: string[] = []
/** Of a binary, a multiclass and a regression project. */
const models: Record<string, string> = {}
const projects: Record<string, string> = {}

type PredictionRow = Extract<PredictionRequest, { rows: unknown }>['rows'][number]

const forest: BlueprintGraph = {
  nodes: [
    { id: 'impute', taskVersion: 'builtin:impute-numeric@1', inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
    {
      id: 'forest',
      taskVersion: 'builtin:random-forest@1',
      parameters: { n_estimators: 20 },
      inputs: [{ from: 'node', node: 'impute' }],
    },
  ],
}

const ended = async (id: string) => {
  const job = await jobEnded(product.client, id, 120_000)
  expect(job.error).toBe(null)
  return job
}

/** A table of real rows, a project on it and a forest. */
const train = async (name: string, target: string): Promise<void> => {
  const data = new Blob([await readFile(new URL(`./data/${name}.csv`, import.meta.url))])
  const uploaded = await product.client.upload('uploadDataset', { files: [{ name: `${name}.csv`, data }] })
  await ended(uploaded.job.id)
  const dataset = await product.client.call('getDataset', { params: { id: uploaded.dataset.id } })
  const project = await product.client.call('createProject', {
    body: { name, datasetVersionId: dataset.latest.id, target, partitioning: { folds: 3 } },
  })
  projects[name] = project.id
  await trainIn(name, 'Forest', forest)
}

const trainIn = async (name: string, blueprint: string, graph: BlueprintGraph): Promise<void> => {
  const { run, job } = await product.client.call('train', {
    params: { id: projects[name] ?? '' },
    body: { name: blueprint, graph },
  })
  await ended(job.id)
  models[blueprint === 'Linear' ? 'linear' : name] ??=
    (await product.client.call('getTrainingRun', { params: { id: run.id } })).modelId ?? ''
}

beforeAll(async () => {
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-core') }),
    openBrowser(),
  ])
  await train('churn', 'churn')
  await trainIn('churn', 'Linear', {
    nodes: [
      { id: 'impute', taskVersion: 'builtin:impute-numeric@1', inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
      { id: 'scale', taskVersion: 'builtin:standardise@1', inputs: [{ from: 'node', node: 'impute' }] },
      { id: 'linear', taskVersion: 'builtin:logistic-regression@1', inputs: [{ from: 'node', node: 'scale' }] },
    ],
  })
  await train('penguins', 'species')
  await train('concrete', 'compressive_strength')
  page = await (await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })).newPage()
  page.setDefaultTimeout(90_000)
  page.on('pageerror', (error) => crashes.push(error.message))
  await page.goto(product.address)
  await page.getByLabel('API token').fill(product.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
}, 600_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

const open = async (model: string, insight: string): Promise<void> => {
  await page.goto(`${product.address}/models/${models[model]}?tab=insights&insight=${insight}`)
  await settled(page)
}
const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

it('moves a threshold by the keyboard, and every chart and count goes along', async () => {
  await open('churn', 'roc')
  const slider = page.getByRole('slider', { name: 'Threshold' })
  const matrix = page.getByRole('region', { name: 'Confusion matrix at the threshold' })
  await matrix.waitFor()
  const before = await matrix.innerText()
  await slider.focus()
  // Once: the address follows when the hand rests, and on a slow machine it rests between two presses.
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => matrix.innerText()).not.toBe(before)
  await expect.poll(() => page.url()).toMatch(/threshold=0\.\d+/)
  // A link opens what the sender saw.
  const after = await matrix.innerText()
  await page.reload()
  await expect.poll(() => matrix.innerText()).toBe(after)
  const saved = page.waitForEvent('download')
  await page.getByRole('group', { name: 'Downloads of Cumulative gain' }).getByRole('button', { name: 'CSV' }).click()
  const csv = await readFile((await (await saved).path()) as string, 'utf8')
  expect(csv.split('\n')[0]).toBe('Threshold,Share of rows,Share of positives')
  await look(page, 'insights-roc')
})

it('draws what fits the target', async () => {
  for (const [model, insight, title] of [
    ['churn', 'calibration', 'Calibration'],
    ['churn', 'lift', 'Lift'],
    ['churn', 'byFeature', 'Residuals by state'],
    ['penguins', 'confusion', 'Confusion matrix'],
    ['concrete', 'residuals', 'Residuals'],
  ] as const) {
    await open(model, insight)
    await heading(title)
    expect({ [insight]: await axeFindings(page) }).toEqual({ [insight]: [] })
    if (insight === 'byFeature' || insight === 'confusion') await look(page, `insights-${insight}`)
  }
})

it('computes impact and effects of the features once, by a job that is followed', async () => {
  await open('churn', 'impact')
  await page.getByRole('button', { name: 'Compute impact and effects' }).click()
  await page.getByRole('heading', { level: 2, name: 'Feature impact' }).waitFor({ timeout: 120_000 })
  await look(page, 'insights-impact')
  const { computed } = await product.client.call('getFeatureInsights', { params: { id: models['churn'] ?? '' } })
  expect(computed).toMatchObject({ metric: 'LogLoss', partRows: 160, impact: { rows: 160, repeats: 5, seed: 0 } })
  // The forest takes numbers only; what it leans on most tells in its effect.
  const [first] = computed?.impact?.features ?? []
  expect(first?.impact).toBeGreaterThan(2 * (first?.spread ?? 0))
  await open('churn', 'effects')
  await heading(`Effect of ${first?.feature}`)
  await look(page, 'insights-effects')
})

it('explains the predictions of rows, and says what they would be with other values', async () => {
  await open('churn', 'explanations')
  await page.getByText('You have not asked yet').waitFor()
  await page.getByRole('combobox', { name: 'Which' }).click()
  await page.getByRole('option', { name: 'Farthest from the truth' }).click()
  await page.getByLabel('How many').fill('2')
  await page.getByRole('button', { name: 'Explain rows' }).click()
  await page.getByRole('heading', { level: 2, name: /^Contributions to the prediction of row \d+$/ }).waitFor({
    timeout: 120_000,
  })
  await look(page, 'insights-explanations')
  const params = { params: { id: models['churn'] ?? '' } }
  const { items } = await product.client.call('listExplanations', params)
  expect(items).toHaveLength(2)
  const distances = items.map(({ row, part, outputs, actual }) => {
    expect([part, row === null]).toEqual(['validation', false])
    const [{ base, prediction, contributions, label } = { base: 0, prediction: 0, contributions: [], label: null }] =
      outputs
    expect(contributions.reduce((sum, value) => sum + value, base)).toBeCloseTo(prediction, 9)
    return Math.abs(Number(actual === label) - prediction)
  })
  expect(distances).toEqual(distances.toSorted((a, b) => b - a))
  const [first] = items
  const strongest = (first?.outputs[0]?.contributions ?? []).reduce(
    (best, value, index, all) => (Math.abs(value) > Math.abs(all[best] ?? 0) ? index : best),
    0,
  )
  const feature = first?.features[strongest] ?? ''
  // The model is in the browser: as a value moves, the prediction is there, and no request is sent for it.
  const instant = page.getByRole('region', { name: 'Prediction with these values' })
  await instant.getByText('computed in this browser').waitFor()
  const difference = instant.getByRole('cell').last()
  await expect.poll(() => difference.innerText()).toBe('0')
  const asked: string[] = []
  page.on('request', (request) => void asked.push(`${request.method()} ${request.url()}`))
  await page.getByRole('slider', { name: `Slide ${feature}` }).press('Home')
  await expect.poll(() => difference.innerText()).not.toBe('0')
  await page.getByRole('textbox', { name: feature, exact: true }).fill('1')
  await expect
    .poll(() => page.getByRole('slider', { name: `Slide ${feature}` }).getAttribute('aria-valuetext'))
    .toBe('1')
  await look(page, 'insights-what-if-instant')
  expect(asked.filter((request) => request.includes(`/models/${models['churn']}`))).toEqual([])
  await page.getByRole('button', { name: 'Explain with these values' }).click()
  await page.getByText(`With ${feature} = 1 the prediction is`).waitFor({ timeout: 120_000 })
  await look(page, 'insights-what-if')
  const [changed] = (await product.client.call('listExplanations', params)).items
  expect(changed).toMatchObject({ row: first?.row, changed: [feature] })
  expect(changed?.outputs[0]?.prediction).not.toBe(first?.outputs[0]?.prediction)
  // What stood there is what Python answers, and what the server's own scorer does.
  const { native } = await product.client.call('getModel', params)
  expect(native).toMatchObject({ state: 'equal', rows: 120 })
  const text = await (await product.client.download('downloadScorer', params)).text()
  const blueprint = unpackBlueprint(text)
  const row = Object.fromEntries(changed?.features.map((name, at) => [name, changed.values[at]]) ?? [])
  const [, scored] = compileBlueprint(blueprint).predict(tableFromRows({ columns: blueprint.inputs }, [row]))
  expect(scored?.[0]).toBeCloseTo(changed?.outputs[0]?.prediction ?? Number.NaN, 12)
  for (const [name, outputs] of [
    ['penguins', 3],
    ['concrete', 1],
  ] as const) {
    const model = { params: { id: models[name] ?? '' } }
    const { job } = await product.client.call('explainRows', { ...model, body: { count: 1, background: 5 } })
    await ended(job.id)
    const [explained] = (await product.client.call('listExplanations', model)).items
    expect(explained?.outputs).toHaveLength(outputs)
    // A forest, which is read natively.
    expect(explained).toMatchObject({ method: 'exact', whySampled: null })
    await open(name, 'explanations')
    await heading(`Contributions to the prediction of row ${explained?.row}`)
    await look(page, `insights-explanations-${name}`)
  }
})

it('explains no request before somebody had a row explained, and says so', async () => {
  const { client } = product
  const body = { name: 'Not explained yet', modelId: models['linear'] ?? '' }
  const { id } = await client.call('createDeployment', { body })
  await expect
    .poll(async () => (await client.call('getDeployment', { params: { id } })).state, { timeout: 60_000 })
    .toBe('active')
  const asked = client.call('predict', { params: { id }, query: { explanations: '3' }, body: { rows: [{}] } })
  await expect(asked).rejects.toMatchObject({
    problem: {
      code: 'serving.unexplained',
      hint: expect.stringContaining('Have one row explained on the page of the model'),
    },
  })
})

it('tells with a request what a job tells of the same row, of trees and of a linear model', async () => {
  const { client } = product
  for (const modelId of [models['penguins'] ?? '', models['linear'] ?? '']) {
    const { id } = await client.call('createDeployment', { body: { name: `Explained ${modelId}`, modelId } })
    const model = { params: { id: modelId } }
    const ask = (row: PredictionRow) =>
      client.call('predict', { params: { id }, query: { explanations: 'all' }, body: { rows: [row] } })
    await expect
      .poll(async () => (await client.call('getDeployment', { params: { id } })).state, { timeout: 60_000 })
      .toBe('active')
    const { job } = await client.call('explainRows', { ...model, body: { count: 2 } })
    await ended(job.id)
    const explained = (await client.call('listExplanations', model)).items.filter(({ jobId }) => jobId === job.id)
    for (const { features, values, outputs, method } of explained) {
      expect(method).toBe('exact')
      const row = Object.fromEntries(features.map((name, at) => [name, values[at] ?? null]))
      let told: PredictionAnswer | undefined
      await expect.poll(async () => (told = await ask(row).catch(() => undefined)), { timeout: 30_000 }).toBeDefined()
      const found = told?.predictions[0]?.explanations ?? []
      expect(found.map(({ label }) => label)).toEqual(outputs.map(({ label }) => label))
      for (const [at, output] of found.entries()) {
        const own = outputs[at]
        expect([output.base, output.prediction, output.score]).toEqual([own?.base, own?.prediction, own?.score])
        for (const { feature, contribution } of output.contributions)
          expect(contribution).toBe(own?.contributions[features.indexOf(feature)])
      }
    }
  }
})

it('lets another deployment answer while the process of a model is gone, and says how often', async () => {
  const { client } = product
  const deploy = async (name: string) => {
    const { id } = await client.call('createDeployment', { body: { name, modelId: models['penguins'] ?? '' } })
    await expect
      .poll(async () => (await client.call('getDeployment', { params: { id } })).state, { timeout: 60_000 })
      .toBe('active')
    return id
  }
  const processes = async () => {
    const all = await descendants(product.pid)
    const serving = all.find(({ command }) => /entry\/serving\.ts/.test(command))
    return new Set((await descendants(serving?.pid ?? 0)).map(({ pid }) => pid))
  }
  const fallback = await deploy('Penguins that stand by')
  const others = await processes()
  const id = await deploy('Penguins in front')
  const own = [...(await processes()).difference(others)]
  await page.goto(`${product.address}/deployments/${id}`)
  await settled(page)
  await page.getByRole('button', { name: 'More for Penguins in front' }).click()
  await page.getByRole('menuitem', { name: 'Fallback' }).click()
  const dialog = page.getByRole('dialog', { name: 'Fallback' })
  await dialog.getByRole('combobox', { name: 'Deployment' }).fill('stand by')
  await page.getByRole('option', { name: 'Penguins that stand by' }).click()
  await dialog.getByLabel('Reason').fill('It crashes at night')
  await look(page, 'deployment-set-fallback')
  await dialog.getByRole('button', { name: 'Set fallback' }).click()
  await page.getByText('it has answered 0 requests').waitFor()

  const ask = () => client.call('predict', { params: { id }, body: { rows: [{}] } })
  expect(await ask()).not.toHaveProperty('fallbackId')
  expect(own.length).toBeGreaterThan(0)
  // The worker has written the manifest when the prediction process has read it; both take a second.
  const manifest = async () => readFile(join(product.data, 'serving', 'manifest.json'), 'utf8')
  await expect
    .poll(async () => (JSON.parse(await manifest()) as { fallbacks: object }).fallbacks)
    .toEqual({
      [id]: fallback,
    })
  await new Promise((resolve) => setTimeout(resolve, 500))
  for (const pid of own) process.kill(pid, 'SIGKILL')
  const answers = []
  for (let times = 0; times < 3; times++) answers.push(await ask())
  expect(answers.map(({ fallbackId }) => fallbackId)).toEqual([fallback, fallback, fallback])
  await expect.poll(async () => 'fallbackId' in (await ask()), { timeout: 60_000 }).toBe(false)
  await page.goto(`${product.address}/deployments/${id}?tab=requests`)
  await page.getByText(/it has answered [1-9]\d* requests/).waitFor()
  await page.getByText('by its fallback').first().waitFor()
  await look(page, 'deployment-fallback')
  const log = await client.call('listPredictionLog', { params: { id } })
  expect(log.items.find((each) => each.fallback !== undefined)).toMatchObject({ status: 'ok', errorCode: null })
})

it('finds anomalies without a target, and says what a score means', async () => {
  const { datasetId } = await product.client.call('getProject', { params: { id: projects['penguins'] ?? '' } })
  await page.goto(`${product.address}/projects/new?dataset=${datasetId}`)
  await page.getByText('Find anomalies').click()
  await page.getByRole('button', { name: 'Create project' }).click()
  await page.getByText('There is no metric without labels').waitFor()
  const id = /projects\/([^?]+)/.exec(page.url())?.[1] ?? ''
  const { items } = await product.client.call('trainRepository', {
    params: { id },
    body: { ids: ['isolation-forest'] },
  })
  await ended(items[0]?.job.id ?? '')
  // Until the board is read again, its link leads to the run.
  await page
    .getByRole('row', { name: /Isolation forest.*succeeded/ })
    .getByRole('link')
    .click()
  const top = page.getByRole('region', { name: 'Most unusual rows' })
  await top.waitFor()
  await look(page, 'insights-anomaly')
  const model = /models\/([^?]+)/.exec(page.url())?.[1] ?? ''
  const { anomaly } = await product.client.call('getModelInsights', { params: { id: model } })
  const [first] = anomaly?.top ?? []
  expect(first?.score).toBe(anomaly?.most)
  expect(await top.getByRole('row').nth(1).getByRole('rowheader').innerText()).toBe(String(first?.row))
  expect(crashes).toEqual([])
})

it('trains a model once more on all rows, and gives what its fits wrote, apart and as one', async () => {
  await page.goto(`${product.address}/models/${models['concrete']}?tab=artifacts`)
  const files = page.getByRole('region', { name: 'Artifacts' })
  await files.getByRole('row', { name: /^forest model\.joblib/ }).waitFor()
  await page.getByRole('button', { name: 'Retrain on all rows' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('it still measures every other model').waitFor()
  await look(page, 'model-retrain')
  await dialog.getByRole('button', { name: 'Retrain on all rows' }).click()
  await page.getByRole('link', { name: 'Open model' }).click({ timeout: 120_000 })
  await heading('Forest on all rows')
  await page.getByText('· on all rows, from').waitFor()
  expect(await page.getByRole('button', { name: 'Retrain on all rows' }).count()).toBe(0)
  await page.getByRole('tab', { name: 'Metrics' }).click()
  await page.getByText('there is no score on the holdout').waitFor()
  await look(page, 'model-on-all-rows')

  await page.getByRole('tab', { name: 'Artifacts' }).click()
  await page.getByRole('combobox', { name: 'Fit' }).click()
  await page.getByRole('option', { name: /^Without fold 2/ }).click()
  await expect.poll(() => page.url()).toMatch(/fold=2/)
  const row = files.getByRole('row', { name: /^forest model\.joblib/ })
  const downloaded = async (start: () => Promise<void>) => {
    const saved = page.waitForEvent('download')
    await start()
    return (await saved).suggestedFilename()
  }
  await files.locator('a[href*="fold=2"]').first().waitFor()
  expect(await downloaded(() => row.getByRole('link', { name: 'model.joblib' }).click())).toBe('fold-2-model.joblib')
  expect(await downloaded(() => page.getByRole('link', { name: 'Download with folds' }).click())).toMatch(
    /^model_.*\.zip$/,
  )
  await look(page, 'model-artifacts')
  await page.goto(`${product.address}/projects/${projects['concrete']}`)
  await page.getByRole('row', { name: /Forest on all rows.*all rows, from Forest.*learned/ }).waitFor()
  await look(page, 'leaderboard-on-all-rows')
  expect(crashes).toEqual([])
})

it('compares models side by side and by what they cost', async () => {
  await page.goto(`${product.address}/projects/${projects['churn']}`)
  for (const name of ['Forest', 'Linear']) await page.getByRole('checkbox', { name: `Compare ${name}` }).check()
  const side = page.getByRole('region', { name: 'Models side by side' })
  await side.getByRole('row', { name: /^PR AUC/ }).waitFor()
  expect(await side.getByRole('row').count()).toBe(11)
  await heading('Speed against accuracy')
  await look(page, 'leaderboard-compared')
  await page.getByRole('combobox', { name: 'Show' }).click()
  await page.getByRole('option', { name: 'failed' }).click()
  await page.getByText('No training here is failed.').waitFor()
  await page.goto(`${product.address}/models/${models['churn']}?tab=blueprint`)
  const costs = page.getByRole('region', { name: 'Time and memory of each node' })
  await costs.getByRole('row', { name: /^forest Random forest .* 0 of 8 steps$/ }).waitFor()
  await look(page, 'model-costs')
  expect(crashes).toEqual([])
})
