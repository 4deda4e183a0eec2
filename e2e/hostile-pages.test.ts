import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ApiError, type Job } from '@modelsmith/api'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { look, openBrowser, settled, wide } from './support/browser.ts'
import { jobEnded } from './support/jobs.ts'
import { type Product, startProduct } from './support/product.ts'

/** Sets a mark wherever it is taken for more than text. */
const payload = `"'><img src=x onerror="window.__xss=1"><svg onload="window.__xss=1"></textarea><script>window.__xss=1</script>`
const address = 'javascript:window.__xss=1'
const markup = `<!doctype html><body onload="parent.__xss=1"><script>parent.__xss=1;top.__xss=1</script>${payload}</body>`
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.__xss=1"><script>window.__xss=1</script></svg>`

let product: Product
let browser: Browser
let page: Page
/** What the page's own policy forbade, and what ran all the same. */
const violations: string[] = []

const file = (name: string, text: string) => ({ name, data: new Blob([text]) })
const ended = ({ id }: Job): Promise<Job> => jobEnded(product.client, id, 180_000)

beforeAll(async () => {
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-core') }),
    openBrowser(),
  ])
  page = await (await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })).newPage()
  page.setDefaultTimeout(60_000)
  page.on('dialog', (dialog) => {
    violations.push(`a dialog at ${page.url()}: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    // What a page of a task may not do in its frame is no fault of the page around it.
    const isFramed = message.location().url.includes('/custom-insights/rendered')
    if (/Content Security Policy/.test(message.text()) && !isFramed) violations.push(`${page.url()}: ${message.text()}`)
  })
}, 600_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

/** One of everything that a page shows, with the payload in every text that may hold one. */
const fill = async (): Promise<readonly string[]> => {
  const { client } = product
  const csv = `${cell(payload)},size,price\n${Array.from({ length: 40 }, (_, row) => `${cell(`${payload}${row}`)},${row},${2 * row + 1}`).join('\n')}\n`
  const { dataset, job } = await client.upload('uploadDataset', {
    fields: { name: payload, description: payload },
    files: [file(`${payload.replaceAll('/', '')}.csv`, csv)],
  })
  await ended(job)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const code = `import sys\n\nclass CustomTask:\n    def fit(self, X, y, output_dir=None, **kwargs):\n        print(${JSON.stringify(payload)})\n        with open(output_dir + "/page.html", "w") as page:\n            page.write(${JSON.stringify(markup)})\n        with open(output_dir + "/picture.svg", "w") as picture:\n            picture.write(${JSON.stringify(drawing)})\n\n    def transform(self, X):\n        return X\n`
  const failing = `class CustomTask:\n    def fit(self, X, y, **kwargs):\n        raise ValueError(${JSON.stringify(payload)})\n\n    def transform(self, X):\n        return X\n`
  const task = async (content: string, note: string) => {
    const metadata = `name: ${JSON.stringify(payload)}\ndescription: ${JSON.stringify(payload)}\ntargetType: transform\nnetwork: public\n`
    const files = [
      file('custom.py', content),
      file('model-metadata.yaml', metadata),
      file('README.md', `${payload} [link](${address})`),
      file(`${payload.replaceAll('/', '')}.txt`, payload),
    ]
    return (await client.upload('uploadTask', { files, fields: { note } })).task
  }
  const [printing, raising] = [await task(code, payload), await task(failing, payload)]
  for (const { latest: version } of [printing, raising])
    await client.call('grantNetwork', { params: { id: version.id }, body: { reason: payload } })
  const graph = (taskVersion: string) => ({
    nodes: [
      {
        id: 'impute',
        taskVersion: 'builtin:impute-numeric@1',
        inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }],
      },
      { id: 'custom', taskVersion, inputs: [{ from: 'node' as const, node: 'impute' }] },
      { id: 'ridge', taskVersion: 'builtin:ridge@1', inputs: [{ from: 'node' as const, node: 'custom' }] },
    ],
  })
  const blueprint = await client.call('createBlueprint', {
    body: { name: payload, description: payload, graph: graph(printing.latest.id) },
  })
  const project = await client.call('createProject', {
    body: { name: payload, datasetVersionId: latest.id, target: 'price', partitioning: { folds: 2 } },
  })
  const params = { id: project.id }
  const good = await client.call('train', { params, body: { blueprintId: blueprint.id } })
  const bad = await client.call('train', { params, body: { name: payload, graph: graph(raising.latest.id) } })
  expect([(await ended(good.job)).state, (await ended(bad.job)).state]).toEqual(['succeeded', 'failed'])
  const { modelId } = await client.call('getTrainingRun', { params: { id: good.run.id } })
  const model = modelId as string
  const deployment = await client.call('createDeployment', {
    body: { name: payload, description: payload, modelId: model },
  })
  const registered = await client.call('createRegisteredModel', {
    body: { name: payload, alias: payload.slice(0, 60), description: payload },
  })
  const experiment = await client.call('createExperiment', {
    params: { id: registered.id },
    body: { name: payload, description: payload },
  })
  await client.call('createPerson', { body: { name: payload, email: 'hostile@example.org', role: 'member' } })
  await client.call('createGroup', { body: { name: payload, description: payload } })
  await client.call('createToken', { body: { name: payload } })
  await client.call('createCredential', { body: { name: payload, type: 'other', fields: { value: 'never shown' } } })
  await client.call('search', { query: { q: 'nothing' } })
  return [
    '/',
    '/datasets',
    `/datasets/${dataset.id}`,
    `/datasets/${dataset.id}?column=${encodeURIComponent(payload)}`,
    '/tasks',
    '/tasks/new',
    `/tasks/${printing.id}`,
    `/tasks/${raising.id}`,
    '/blueprints',
    '/blueprints/new',
    `/blueprints/${blueprint.id}`,
    '/projects',
    '/projects/new',
    `/projects/${project.id}`,
    `/training-runs/${good.run.id}`,
    `/training-runs/${bad.run.id}`,
    '/models',
    `/models/${model}`,
    `/registered-models/${registered.id}`,
    `/experiments/${experiment.id}`,
    '/deployments',
    `/deployments/${deployment.id}`,
    '/jobs',
    `/jobs/${good.job.id}`,
    `/jobs/${bad.job.id}`,
    '/administration',
    // Reflected.
    `/datasets?search=${encodeURIComponent(payload)}`,
    `/${encodeURIComponent(payload)}`,
    `/datasets/${encodeURIComponent(payload)}`,
    `/tasks/new?way=${encodeURIComponent(payload)}&task=${encodeURIComponent(payload)}`,
    `/projects/new?dataset=${encodeURIComponent(payload)}`,
  ]
}

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Whether something that was only text has run. */
const ran = async (): Promise<boolean> => page.evaluate<boolean>('window.__xss !== undefined')

it('takes what people wrote, and what code printed, for text on every page, and keeps its own policy', async () => {
  await page.goto(product.address)
  await page.getByLabel('API token').fill(product.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
  const shown: string[] = []
  const run: string[] = []
  for (const path of await fill()) {
    await page.goto(`${product.address}${path}`)
    await page.locator('h1').first().waitFor()
    await settled(page)
    // Of a page with a drawer before it, or with a choice made, the tabs are behind.
    const tabs = path.includes('?') ? 0 : await page.getByRole('tab').count()
    for (let tab = 0; tab < Math.max(1, tabs); tab++) {
      if (tabs > 0) await page.getByRole('tab').nth(tab).click()
      await settled(page)
      const seen = `${path.replaceAll(/_[0-9a-z]{26}/g, '')} ${tab}`
      if (await ran()) run.push(seen)
      if ((await page.locator('body').innerText()).includes('window.__xss=1')) shown.push(seen)
    }
  }
  expect(run).toEqual([])
  expect([...new Set(violations)]).toEqual([])
  // That a page tells of what its policy forbids is seen here.
  await page.evaluate("document.body.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }))")
  await expect.poll(() => violations.length).toBe(1)
  // Most pages have shown it, as the text that it is.
  expect(shown.length).toBeGreaterThan(25)
}, 900_000)

it('keeps a credential from the page and from the terminal, and shows its values to nobody', async () => {
  const secret = 'correct-horse-battery-staple'
  await page.goto(`${product.address}/administration?tab=credentials`)
  await page.getByRole('textbox', { name: 'Name of a new credential' }).fill('Warehouse')
  await page.getByLabel('password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Keep credential' }).click()
  await page.getByRole('button', { name: '0 tasks of Warehouse' }).click()
  await page.getByRole('heading', { name: 'Tasks that “Warehouse” reaches' }).waitFor()
  await look(page, 'credentials')
  expect(await page.content()).not.toContain(secret)

  const args = ['credentials', 'create', '--name', 'From the terminal', '--type', 'other', '--json']
  const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url))
  const env = { ...process.env, MODELSMITH_SERVER: product.address, MODELSMITH_TOKEN: product.token }
  const run = (input: string) => spawnSync(process.execPath, [main, ...args], { env, input, encoding: 'utf8' })
  const kept = run(JSON.stringify({ value: secret }))
  expect(JSON.parse(kept.stdout)).toMatchObject({ name: 'From the terminal', fieldNames: ['value'] })
  const refused = run(`not JSON: ${secret}`)
  expect([refused.status === 0, refused.stdout]).toEqual([false, expect.stringContaining('standard input is not JSON')])
  for (const said of [kept.stdout, kept.stderr, refused.stdout, refused.stderr, product.output()])
    expect(said).not.toContain(secret)
  expect(statSync(join(product.data, 'secrets.key')).mode & 0o777).toBe(0o600)
  expect(spawnSync('grep', ['-rqaF', secret, product.data]).status).toBe(1)
}, 300_000)

it('sends what was uploaded or made by code so that no browser runs it in the name of this origin', async () => {
  const { items } = await product.client.call('listModels')
  const [{ id, artifacts }] = items as [(typeof items)[number]]
  const hostile = artifacts.filter(({ path }) => /\.(html|svg)$/.test(path))
  expect(hostile.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['page.html', 'picture.svg'])
  for (const { node, path } of hostile) {
    const response = await product.client.download('downloadArtifact', { params: { id }, query: { node, path } })
    const { headers } = response
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    expect(headers.get('content-disposition')).toMatch(/^attachment/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    // Even in a frame of the page itself.
    await page.goto(product.address)
    const url = product.client.url('downloadArtifact', { params: { id }, query: { node, path } })
    await page.evaluate(
      `new Promise((done) => { const frame = document.createElement('iframe'); frame.src = ${JSON.stringify(url)}; document.body.append(frame); setTimeout(done, 500) })`,
    )
    expect(await ran()).toBe(false)
  }
})

it('shows a page that code wrote in an origin of its own, from where it reaches nothing', async () => {
  const { items } = await product.client.call('listModels')
  const [{ id, artifacts }] = items as [(typeof items)[number]]
  await page.goto(`${product.address}/models/${id}?tab=custom-insights`)
  await page.locator('iframe').waitFor()
  await page.getByRole('img', { name: 'picture.svg' }).waitFor()
  const frame = await expect
    .poll(() => page.frames().find((each) => each.url().includes('/custom-insights/rendered')))
    .toBeDefined()
    .then(() => page.frames().find((each) => each.url().includes('/custom-insights/rendered')))
  await frame?.waitForLoadState()
  expect(await frame?.evaluate('self.origin')).toBe('null')
  const asks = (code: string) =>
    frame?.evaluate(`(async () => { try { return String(await ${code}) } catch { return 'refused' } })()`)
  expect(await asks(`fetch('${product.address}/api/v1/me')`)).toBe('refused')
  expect(await asks('document.cookie')).toBe('refused')
  expect(await asks('parent.document.title')).toBe('refused')
  expect(await asks('localStorage.length')).toBe('refused')
  expect(await ran()).toBe(false)
  // Opened by itself it is shut in as well.
  for (const { node, path } of artifacts.filter(({ mediaType }) =>
    ['text/html', 'image/svg+xml'].includes(mediaType),
  )) {
    const rendered = await product.client.download('renderCustomInsight', { params: { id }, query: { node, path } })
    const policy = rendered.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'/)
    expect(policy).toContain("frame-ancestors 'self'")
  }
})

it('sends its policy with every answer, and none allows what is written in the page', async () => {
  const asked = ['/', '/datasets', '/api/v1/health', '/api/v1/me', '/api/v1/nothing', '/assets/nothing.js', '/%E0%A4%A']
  for (const path of asked) {
    const { headers } = await fetch(`${product.address}${path}`)
    const policy = headers.get('content-security-policy') ?? ''
    expect([path, policy]).toEqual([path, expect.stringContaining('default-src')])
    expect([path, policy.includes('unsafe-inline')]).toEqual([path, false])
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
    expect([path, headers.get('referrer-policy')]).toEqual([path, 'no-referrer'])
  }
})

it('reflects nothing of a wrong request as more than text', async () => {
  const error = await product.client
    .call('getDataset', { params: { id: payload } })
    .catch((problem: unknown) => problem)
  expect(error).toBeInstanceOf(ApiError)
  const answer = await fetch(`${product.address}/api/v1/${encodeURIComponent(payload)}`)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
})
