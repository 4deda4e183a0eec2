import type { Job } from '@modelsmith/api'
import type { Browser, Page } from 'playwright-core'
import { type ObjectServer, startObjectServer } from '../conformance/s3/server.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { look, openBrowser, openSignedIn, settled } from './support/browser.ts'
import { hostIrises, irisFields } from './support/irises.ts'
import { descendants } from './support/processes.ts'
import { type Product, startProduct, until } from './support/product.ts'

let product: Product
let browser: Browser
let page: Page
let id = ''
let s3: ObjectServer
const crashes: string[] = []

beforeAll(async () => {
  const env = { MODELSMITH_TOUR: 'off', MODELSMITH_S3_HOSTS: '127.0.0.1' }
  ;[product, browser, s3] = await Promise.all([startProduct({ env }), openBrowser(), startObjectServer()])
  page = await openSignedIn(browser, product, crashes)
  id = await hostIrises(product.client)
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
  s3?.stop()
})

const csvOf = (rows: number) =>
  `plant,${irisFields.join(',')}\n${Array.from({ length: rows }, (_, at) => `p${at},${5 + (at % 20) / 10},3,${1 + (at % 50) / 10},${(at % 25) / 10}\n`).join('')}`

const away = { type: 'about:blank', title: 'Away', status: 503, code: 'http.away', detail: 'Nobody is there.' }

it('scores a file from the page, with a column beside the predictions', async () => {
  await page.goto(`${product.address}/deployments/${id}?tab=batches`)
  await page.getByText('You have scored no batch with this deployment yet.').waitFor()
  await page.getByRole('button', { name: 'Score rows' }).click()
  const form = page.getByRole('dialog', { name: 'Score rows' })
  const choosePlants = async () => {
    await form.locator('input[type=file]').setInputFiles({
      name: 'plants.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(csvOf(12)),
    })
    await form.getByText('plants.csv').waitFor()
    await form.getByLabel('Columns to pass through').click()
    await page.getByRole('option', { name: 'plant', exact: true }).click()
    await page.keyboard.press('Escape')
  }
  await choosePlants()
  await look(page, 'deployment-batch')
  await page.route('**/api/v1/credentials?*', (route) =>
    route.fulfill({ status: 503, json: away, contentType: 'application/problem+json' }),
  )
  await form.getByText('A query', { exact: true }).click()
  await form.getByText('Nobody is there.').waitFor()
  await page.unroute('**/api/v1/credentials?*')
  await form.getByRole('button', { name: 'Try again' }).click()
  await form.getByLabel('PostgreSQL to read from').waitFor()
  await form.getByRole('radio', { name: 'A table of PostgreSQL' }).check()
  await form.getByLabel('PostgreSQL to read from').waitFor()
  await look(page, 'deployment-batch-query')
  await form.getByText('A file', { exact: true }).click()
  await form.getByRole('radio', { name: 'A file to download' }).check()
  await choosePlants()
  await form.getByRole('button', { name: 'Score rows' }).click()
  await page.getByRole('link', { name: 'Download as CSV' }).waitFor()
  await page.getByRole('region', { name: 'Batches' }).getByText('plants.csv').waitFor()
  await look(page, 'deployment-batches')
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download as CSV' }).click()
  const parts: Buffer[] = []
  for await (const part of await (await coming).createReadStream()) parts.push(part as Buffer)
  const [header, first, ...rest] = Buffer.concat(parts).toString().trim().split('\n')
  expect(header).toMatch(/^plant,prediction,probability_setosa,/)
  expect(first).toMatch(/^p0,setosa,1,/)
  expect(rest.length).toBe(11)
  await page.goto(`${product.address}/deployments/${id}?tab=requests`)
  await settled(page)
  await page.getByText('12', { exact: true }).first().waitFor()
  expect(crashes).toEqual([])
})

it('scores an object of S3 into another one, from the page', async () => {
  const { client } = product
  const { stop: _, ...fields } = s3
  const { id: credentialId } = await client.call('createCredential', { body: { name: 'Lake', type: 's3', fields } })
  const into = async (url: string, rows: Blob) => {
    const { job } = await client.upload('startFileBatch', {
      params: { id },
      files: [{ name: 'plants.csv', data: rows }],
      fields: {
        passThrough: irisFields.join(),
        sink: JSON.stringify({ kind: 's3', credentialId, url }),
        logged: 'false',
      },
    })
    await until(60_000, async () => (await client.call('getJob', { params: { id: job.id } })).endedAt ?? undefined)
  }
  // What it wrote has the columns that it reads.
  await into('s3://bucket/plants/1.csv', new Blob([csvOf(5)]))
  await page.goto(`${product.address}/deployments/${id}?tab=batches`)
  await page.getByRole('button', { name: 'Score rows' }).click()
  const form = page.getByRole('dialog', { name: 'Score rows' })
  await form.getByText('S3', { exact: true }).click()
  await form.getByLabel('S3 to read from').click()
  await page.getByRole('option', { name: 'Lake' }).click()
  await form.getByLabel('Address of the rows').fill('s3://bucket/plants/')
  await form.getByRole('radio', { name: 'An object of S3' }).check()
  await form.getByLabel('S3 to write to').click()
  await page.getByRole('option', { name: 'Lake' }).click()
  await form.getByLabel('Address of the predictions').fill('s3://bucket/scored.csv')
  await form.getByLabel('Count the rows in monitoring, as those of requests').uncheck()
  await look(page, 'deployment-batch-s3')
  await form.getByRole('button', { name: 'Score rows' }).click()
  await page.getByText('The predictions are in s3://bucket/scored.csv.').waitFor()
  await page.getByText('in s3://bucket/scored.csv', { exact: true }).waitFor()
  const { items } = await client.call('listBatches', { params: { id } })
  expect(items[0]).toMatchObject({ state: 'succeeded', totalRows: 5, source: { url: 's3://bucket/plants/' } })
  expect(crashes).toEqual([])
})

it('keeps a schedule from the page, which is run, paused, resumed and deleted there', async () => {
  await page.goto(`${product.address}/deployments/${id}?tab=batches`)
  await page.getByText('No batch is begun by the clock.', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Score rows' }).click()
  const form = page.getByRole('dialog', { name: 'Score rows' })
  await form.getByText('By the clock', { exact: true }).click()
  await form.getByText('A file that you upload is scored once', { exact: false }).waitFor()
  await form.getByText('S3', { exact: true }).click()
  await form.getByLabel('S3 to read from').click()
  await page.getByRole('option', { name: 'Lake' }).click()
  await form.getByLabel('Address of the rows').fill('s3://bucket/plants/1.csv')
  await form.getByRole('radio', { name: 'An object of S3' }).check()
  await form.getByLabel('S3 to write to').click()
  await page.getByRole('option', { name: 'Lake' }).click()
  await form.getByLabel('Address of the predictions').fill('s3://bucket/of {date}.csv')
  await form.getByLabel('Count the rows in monitoring, as those of requests').uncheck()
  await form.getByLabel('Name of the schedule').fill('Nightly')
  await form.getByLabel('Begins').click()
  await page.getByRole('option', { name: 'On weekdays' }).click()
  await form.getByLabel(/^At/).fill('06:30')
  await look(page, 'deployment-batch-schedule')
  await form.getByRole('button', { name: 'Keep schedule' }).click()
  const schedules = page.getByRole('region', { name: 'Schedules' })
  await schedules.getByText('On weekdays at 06:30', { exact: false }).waitFor()
  await schedules.getByRole('button', { name: 'Run now: Nightly' }).click()
  await schedules.getByText('succeeded').waitFor()
  const today = new Date().toISOString().slice(0, 4)
  await page.getByText(`in s3://bucket/of ${today}`, { exact: false }).first().waitFor()
  await schedules.getByRole('button', { name: 'Pause Nightly' }).click()
  await schedules.getByText('paused', { exact: true }).waitFor()
  await look(page, 'deployment-batch-schedules')
  await schedules.getByRole('button', { name: 'Resume Nightly' }).click()
  await schedules.getByText('active', { exact: true }).waitFor()
  await schedules.getByRole('button', { name: 'More for Nightly' }).click()
  await page.getByRole('menuitem', { name: 'Delete schedule' }).click()
  await page.getByLabel('Type “Nightly” to delete it').fill('Nightly')
  await page.getByRole('button', { name: 'Delete schedule' }).click()
  await page.getByText('No batch is begun by the clock.', { exact: false }).waitFor()
  expect(crashes).toEqual([])
})

it('goes on after its worker was killed, to the bytes that an undisturbed run gives', async () => {
  const { client } = product
  const data = new Blob([csvOf(120_000)])
  const begin = async (): Promise<Job> =>
    (
      await client.upload('startFileBatch', {
        params: { id },
        files: [{ name: 'plants.csv', data }],
        fields: { passThrough: 'plant' },
      })
    ).job
  const batch = async ({ id: job }: Job) => {
    const { items } = await client.call('listBatches', { params: { id } })
    return items.find((each) => each.id === job)
  }
  const done = (job: Job) =>
    until(120_000, async () => ((await batch(job))?.endedAt === null ? undefined : await batch(job)))
  const counted = async () => (await client.call('getDeployment', { params: { id } })).rows
  const earlier = await counted()
  const undisturbed = await begin()
  expect(await done(undisturbed)).toMatchObject({ state: 'succeeded', totalRows: 120_000, scoredRows: 120_000 })
  const job = await begin()
  await until(60_000, async () => ((await batch(job))?.scoredRows ?? 0) > 0 || undefined, 20)
  for (const { pid, command } of await descendants(product.pid))
    if (/entry\/worker\.ts/.test(command)) process.kill(pid, 'SIGKILL')
  const before = (await batch(job))?.scoredRows ?? 0
  expect(before).toBeLessThan(120_000)
  expect(await done(job)).toMatchObject({ state: 'succeeded', scoredRows: 120_000 })
  expect((await client.call('getJob', { params: { id: job.id } })).attempt).toBe(2)
  const bytes = async ({ id: of }: Job) => {
    const answer = await fetch(`${product.address}/api/v1/jobs/${of}/predictions`, {
      headers: { authorization: `Bearer ${product.token}` },
    })
    return Buffer.from(await answer.arrayBuffer())
  }
  expect((await bytes(job)).equals(await bytes(undisturbed))).toBe(true)
  await until(60_000, async () => ((await counted()) - earlier === 240_000 ? true : undefined))
})
