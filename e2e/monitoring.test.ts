import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { look, openBrowser, openSignedIn, settled, wide } from './support/browser.ts'
import { hostIrises, irisRow, publishIrises } from './support/irises.ts'
import { type Product, startProduct, until } from './support/product.ts'

const pythonClient = join(import.meta.dirname, '../clients/python/src')

let product: Product
let browser: Browser
let page: Page
let id = ''
const crashes: string[] = []

// Environments that the tests of this machine share.

beforeAll(async () => {
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-ml') }),
    openBrowser(),
  ])
  page = await openSignedIn(browser, product, crashes)
  id = await hostIrises(product.client)
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

const garden = Array.from({ length: 60 }, (_, at) =>
  irisRow(5 + (at % 10) / 10, 3 + (at % 7) / 10, 1 + (at % 5), 0.2 + (at % 4) / 2),
)
const open = async (tab: string) => {
  await page.goto(`${product.address}/deployments/${id}?tab=${tab}`)
  await settled(page)
}

it('shows how a deployment fares, how far its rows have moved and what they lack', async () => {
  const { client } = product
  const params = { id }
  await open('health')
  await page.getByText('Nobody asked in this time').waitFor()
  await client.call('setBaseline', { params, body: { source: 'firstRows', rows: 50 } })
  await client.call('predict', { params, body: { rows: garden } })
  await client.call('predict', {
    params,
    body: { rows: garden.map((row) => ({ ...row, 'petal width': 9, 'petal length': 2 })) },
  })
  await expect(client.call('predict', { params, body: { rows: [{ 'petal width': 'wide' }] } })).rejects.toThrow(
    'petal width',
  )
  const drift = () => client.call('getDrift', { params })
  await until(30_000, async () => ((await drift()).rows === 120 ? true : undefined))
  const health = () => client.call('getHealth', { params })
  await until(30_000, async () => ((await health()).requests === 3 ? true : undefined))
  expect(await health()).toMatchObject({ rows: 120, errors: 1, errorCodes: [{ code: 'rows.cell', requests: 1 }] })

  await open('health')
  await page.getByText('3 requests with 120 rows; 1 errors').waitFor()
  await look(page, 'deployment-health')

  // Dragging over a chart chooses the time of the page, and Back gives it up again.
  await page.setViewportSize(wide)
  const chart = page.locator('svg[role=img]').first()
  const box = await until(10_000, async () => (await chart.boundingBox()) ?? undefined)
  await page.mouse.move(box.x + box.width * 0.6, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.97, box.y + 100, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => new URL(page.url()).searchParams.get('from')).not.toBe(null)
  await page.goBack()
  await expect.poll(() => new URL(page.url()).searchParams.get('from')).toBe(null)
  await page.getByLabel('From (UTC)').fill('2020-01-01')
  await page.getByLabel('From (UTC)').press('Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('from')).toBe('2020-01-01T00:00:00.000Z')

  await open('drift')
  await page.getByText('120 rows against the first 60 rows').waitFor()
  await page.getByRole('button', { name: 'petal width' }).click()
  await page.getByRole('heading', { name: 'Values of petal width' }).waitFor()
  await look(page, 'deployment-drift')
  await open('quality')
  await page.getByRole('region', { name: 'Quality by feature' }).getByText('60 (50.0 %)').first().waitFor()
  await look(page, 'deployment-data-quality')

  await open('alerts')
  await page.getByLabel('Share of errors above').fill('0.2')
  await page.getByLabel('On at least so many requests').fill('1')
  await page.getByRole('button', { name: 'Set alerts' }).click()
  await page.getByRole('region', { name: 'Watched' }).getByText('alerting').waitFor()
  await look(page, 'deployment-alerts')

  await open('accuracy')
  await page.getByText('No prediction of this time has an actual value yet').waitFor()
  await page.getByLabel('Association column').fill('plant')
  await page.getByRole('button', { name: 'Save column' }).click()
  const plants = garden.map((row, at) => ({ ...row, plant: `plant ${at}` }))
  await until(30_000, () => client.call('predict', { params, body: { rows: plants } }).catch(() => undefined))
  const { classes } = await client.call('getDeployment', { params })
  const actuals = plants.map(({ plant }, at) => ({ associationId: plant, actual: classes[at % 3] as string }))
  await client.call('addActuals', { params, body: { actuals } })
  await page.getByRole('region', { name: 'Accuracy by release' }).getByText('60', { exact: true }).first().waitFor()
  await look(page, 'deployment-accuracy')

  await page.goto(`${product.address}/deployments/${id}?tab=drift&from=tomorrow`)
  await page.getByText('holds no moment').waitFor()
  expect(crashes).toEqual([])
})

it('lets a challenger score what the champion answered, compares the two, promotes it and rolls back', async () => {
  const { client } = product
  const params = { id }
  const { release, classes, version } = await client.call('getDeployment', { params })
  await client.call('changeDeployment', { params, body: { associationColumn: 'plant' }, ifMatch: version })
  await publishIrises(client, release.registeredModelId ?? '', 'logreg_multinomial_strings')
  await open('challengers')
  await page.getByText('No rows of requests are kept').waitFor()
  await page.getByLabel('Keep rows for days').fill('7')
  await page.getByRole('button', { name: 'Save what is kept' }).click()
  await page.getByText('none has come yet').waitFor()
  const plants = garden.map((row, at) => ({ ...row, plant: `challenged ${at}` }))
  await until(30_000, () => client.call('predict', { params, body: { rows: plants } }).catch(() => undefined))
  const actuals = plants.map(({ plant }, at) => ({ associationId: plant, actual: classes[at % 3] as string }))
  await client.call('addActuals', { params, body: { actuals } })
  await page.getByText('60 rows of requests are kept').waitFor()

  await page.getByRole('button', { name: 'Add challenger' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Model', { exact: true }).click()
  await page.getByRole('option', { name: 'Release 2' }).click()
  await dialog.getByText('It takes the same fields and answers alike').waitFor()
  await dialog.getByRole('button', { name: 'Add challenger' }).click()
  await page.getByText('has scored no rows of this time').waitFor()
  await page.getByRole('button', { name: 'Replay' }).click()
  await dialog.getByRole('button', { name: 'Replay requests' }).click()
  const compared = page.getByRole('region', { name: 'Champion and challengers' })
  await compared.getByText('60', { exact: true }).first().waitFor()
  // New rows are scored by themselves.
  await client.call('predict', { params, body: { rows: garden } })
  await compared.getByText('120', { exact: true }).waitFor()
  await page.getByRole('region', { name: 'Challengers', exact: true }).getByText('up to date').waitFor()
  await page.getByRole('heading', { name: 'Comparison' }).scrollIntoViewIfNeeded()
  await look(page, 'deployment-challengers')

  await page.setViewportSize(wide)
  await page.getByRole('button', { name: 'Promote' }).click()
  await dialog.getByLabel('Reason').fill('It agrees with the actual values more often')
  await look(page, 'deployment-promote-challenger')
  await dialog.getByRole('button', { name: 'Promote challenger' }).click()
  await page.getByText('with release 2').waitFor()
  await open('releases')
  await page.getByText('It agrees with the actual values more often').waitFor()
  await page.getByRole('button', { name: 'Roll back to release 1' }).click()
  await page.getByText('with release 1').waitFor()
  await open('challengers')
  await page.getByText('champion now').waitFor()
  expect(crashes).toEqual([])
})

it('finds kept rows, tells one request by its id, scores it again and says what made a prediction', async () => {
  await open('rows')
  await page.getByRole('region', { name: 'Kept rows' }).getByText('Row 0 of').first().waitFor()
  const conditions = page.getByRole('form', { name: 'Conditions' })
  await conditions.getByLabel('Column').click()
  await page.getByRole('option', { name: 'sepal length' }).click()
  await conditions.getByLabel('At least').fill('5.85')
  await conditions.getByRole('button', { name: 'Show these rows' }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('least')).toBe('5.85')
  await page
    .getByRole('link', { name: /^Row 9 of/ })
    .first()
    .waitFor()
  await expect.poll(() => page.getByRole('link', { name: /^Row 8 of/ }).count()).toBe(0)
  await look(page, 'deployment-rows')
  await page.setViewportSize(wide)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Rows as CSV' }).click()
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n')
  expect(lines[0]).toMatch(/^request_id,at,release,row,sepal length,.*,association_id,actual$/)
  expect(lines.length).toBeGreaterThan(6)

  await page
    .getByRole('link', { name: /^Row 9 of/ })
    .first()
    .click()
  await page.getByRole('heading', { name: 'Request' }).waitFor()
  await page.getByRole('button', { name: 'Score again' }).click()
  await page.getByRole('heading', { name: 'Scored again' }).waitFor()
  await page.getByRole('region', { name: 'Answers side by side' }).getByText('the same').first().waitFor()
  await page.getByRole('button', { name: 'Explain row 9' }).click()
  await page.getByRole('heading', { name: 'What made the prediction of row 9' }).waitFor()
  await look(page, 'deployment-request')

  await open('drift')
  await page.getByRole('button', { name: 'Compute feature importance' }).click()
  await page.getByRole('heading', { name: 'Drift by feature importance' }).scrollIntoViewIfNeeded()
  await look(page, 'deployment-drift-importance')
  expect(crashes).toEqual([])
})

it('tells with an answer what made it, as page, terminal and client ask for it', async () => {
  await open('try')
  await page.getByLabel('sepal length').fill('6.1')
  await page.getByLabel('petal width').fill('2.3')
  await page.getByLabel('petal length').fill('5.4')
  await page.getByLabel('sepal width').fill('3')
  await page.getByRole('combobox', { name: 'What made each prediction' }).click()
  await page.getByRole('option', { name: 'The 3 features that matter most' }).click()
  await page.getByRole('button', { name: 'Send rows' }).click()
  await page.getByRole('region', { name: 'Answers' }).getByText('virginica: base').waitFor()
  await look(page, 'deployment-explained-answer')
  const folder = await mkdtemp(join(tmpdir(), 'ms-explained-'))
  const rows = [irisRow(6.1, 3, 5.4, 2.3)]
  const { predictions } = await product.client.call('predict', {
    params: { id },
    query: { explanations: '2' },
    body: { rows },
  })
  const [answer] = predictions
  expect(answer?.explanations?.[0]).toMatchObject({ label: answer?.prediction, prediction: 1, score: null })
  const program = [
    'from modelsmith.client import connect',
    `answer = connect(${JSON.stringify(product.address)}).deployments.get(${JSON.stringify(id)}).predict(${JSON.stringify(rows)}, explanations=2)`,
    'import json; print(json.dumps(answer[0]["explanations"]))',
  ]
  await writeFile(join(folder, 'ask.py'), program.join('\n'))
  const env = { PATH: process.env['PATH'], MODELSMITH_TOKEN: product.token, PYTHONPATH: pythonClient }
  const { stdout } = await promisify(execFile)('python3', [join(folder, 'ask.py')], { env })
  expect(JSON.parse(stdout)).toEqual(answer?.explanations)
  await rm(folder, { recursive: true })
})

it('shows lines that ask the deployment as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ms-lines-'))
  await open('code')
  const run = async (title: string, file: string, program: string) => {
    const lines = await page.getByLabel(`Lines for ${title}`, { exact: true }).innerText()
    await writeFile(join(folder, file), lines)
    const env = { PATH: process.env['PATH'], MODELSMITH_TOKEN: product.token, PYTHONPATH: pythonClient }
    return promisify(execFile)(program, [join(folder, file)], { env }).then(({ stdout }) => stdout)
  }
  expect(JSON.parse(await run('curl', 'curl.sh', 'bash'))).toMatchObject({ deploymentId: id, predictions: [{}] })
  expect(JSON.parse(await run('MLflow', 'mlflow.sh', 'bash'))).toMatchObject({ predictions: [{}] })
  expect(JSON.parse(await run('Open Inference Protocol', 'v2.sh', 'bash'))).toMatchObject({ model_name: id })
  expect(await run('TypeScript', 'ask.mts', process.execPath)).toContain(id)
  expect(await run('Python', 'ask.py', 'python3')).toContain('prediction')
  expect(await run('R', 'ask.R', 'Rscript')).toMatch(/prediction[^]*setosa/)
  await look(page, 'deployment-code')
  await rm(folder, { recursive: true })
})
