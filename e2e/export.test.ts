import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvCells } from '../conformance/models/cells.ts'
import { axeFindings, narrow, openBrowser, takePicture, wide } from './support/browser.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
let folder: string
let server: Server
let browser: Browser

const host = `<!doctype html><html lang="en"><title>host</title><script type="module" src="host.js"></script>`
const hostScript = `
import { predict, selfTest } from './model.mjs'
const rows = await (await fetch('rows.json')).json()
const answers = { predictions: predict(rows), test: selfTest() }
document.title = 'done'
globalThis.answers = JSON.stringify(answers)
`
/** Nothing may be run but what the server has as files. */
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'"

const rowsOf = async (name: string): Promise<readonly Readonly<Record<string, string>>[]> => {
  const [header = [], ...records] = csvCells(await readFile(join(root, 'fixtures', name, 'input.csv'), 'utf8'))
  return records.map((record) => Object.fromEntries(header.map((column, at) => [column, record[at] ?? ''])))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ms-export-'))
  browser = await openBrowser()
  server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://host').pathname)
    const own = path.endsWith('/host.html') ? host : path.endsWith('/host.js') ? hostScript : undefined
    const body =
      own ?? (path.endsWith('/rows.json') ? JSON.stringify(await given(path)) : await readFile(join(folder, path)))
    const type = path.endsWith('html') ? 'text/html' : path.endsWith('js') ? 'text/javascript' : 'application/json'
    // The page to try the model on brings a policy of its own, which must do.
    response.writeHead(200, {
      'content-type': type,
      ...(path.endsWith('/page.html') ? {} : { 'content-security-policy': policy }),
    })
    response.end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  await browser?.close()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

const address = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

const given = async (path: string): Promise<unknown> => {
  const name = path.split('/')[1] ?? ''
  const fixture = cases.find((one) => one.endsWith(`/${name}`)) ?? ''
  return rowsAsTaken(fixture, await rowsOf(fixture))
}

/** Models without names take lists. */
const rowsAsTaken = (fixture: string, rows: readonly Readonly<Record<string, string>>[]): readonly unknown[] =>
  byOrder.has(fixture) ? rows.map((row) => Object.values(row)) : rows

const byOrder = new Set([
  'sklearn-0.21.3/logreg_multinomial_binary',
  'sklearn-other/v1_0_2_rfc',
  'sklearn-modern/lgbm_clf_multi',
  'sklearn-modern/text_tfidf_logreg',
])
const cases = [
  'sklearn-0.21.3/logreg_multinomial_binary',
  'sklearn-other/v1_0_2_rfc',
  'sklearn-modern/lgbm_clf_multi',
  'sklearn-0.21.3/ct_gbr_target',
  'sklearn-modern/text_tfidf_logreg',
  'spark-2.4.4/pipe_mixed_rf_labels',
]

type Module = {
  readonly predict: (rows: readonly unknown[]) => readonly Readonly<Record<string, unknown>>[]
  readonly selfTest: () => { readonly identical: boolean; readonly rows: number }
}

/** The library's column as a value of our prediction. */
const valueOf = (prediction: Readonly<Record<string, unknown>>, column: string): unknown => {
  if (column === 'predict') return prediction['prediction']
  const probability = /^predict_proba:(.*)$/s.exec(column)?.[1]
  return probability === undefined
    ? prediction[column]
    : (prediction['probabilities'] as Readonly<Record<string, unknown>>)[probability]
}

const isNear = (found: unknown, wanted: string): boolean =>
  typeof found === 'number'
    ? Math.abs(found - Number(wanted)) <= 1e-9 * Math.max(1, Math.abs(found))
    : String(found ?? '') === wanted

describe.each(cases)('%s as a module', (fixture) => {
  const name = fixture.split('/')[1] ?? ''
  const place = join(root, 'fixtures', fixture)
  let predictions: readonly Readonly<Record<string, unknown>>[]

  it('answers in Node as the library did, and as `score` does', async () => {
    const model = [join(place, 'model.pkl'), join(place, 'model.zip')].find((path) => existsSync(path)) ?? ''
    const cli = join(root, 'packages/cli/src/main.ts')
    const input = join(place, 'input.csv')
    await run(process.execPath, [cli, 'export', model, '--output', join(folder, name), '--rows', input, '--page'])
    const module = (await import(pathToFileURL(join(folder, name, 'model.mjs')).href)) as Module
    expect(module.selfTest()).toMatchObject({ identical: true })
    predictions = module.predict(rowsAsTaken(fixture, await rowsOf(fixture)))
    const [header = [], ...expected] = csvCells(await readFile(join(place, 'expected.csv'), 'utf8'))
    const compared = header.filter((column) => valueOf(predictions[0] ?? {}, column) !== undefined)
    expect(compared.length).toBeGreaterThan(0)
    const wrong = expected.flatMap((record, row) =>
      compared.filter(
        (column) => !isNear(valueOf(predictions[row] ?? {}, column), record[header.indexOf(column)] ?? ''),
      ),
    )
    expect(wrong).toEqual([])
    const { stdout } = await run(process.execPath, [cli, 'score', '--model', model, '--input', input])
    const [names = [], ...scored] = csvCells(stdout)
    const flat = predictions.map(({ probabilities = {}, ...others }) => [
      ...Object.values(others),
      ...Object.values(probabilities as object),
    ])
    expect({ columns: names.length, rows: flat.map((row) => row.map((value) => String(value ?? ''))) }).toEqual({
      columns: flat[0]?.length,
      rows: scored,
    })
  })

  it('answers the same in Chromium, where nothing may be made from text', async () => {
    const page = await browser.newPage()
    const refused: string[] = []
    page.on('console', (message) => refused.push(message.text()))
    page.on('pageerror', (error) => refused.push(error.message))
    await page.goto(address(`/${name}/host.html`))
    await expect.poll(() => page.title()).toBe('done')
    const { predictions: found, test } = JSON.parse(await page.evaluate('answers')) as {
      predictions: typeof predictions
      test: object
    }
    expect({ refused, test }).toMatchObject({ refused: [], test: { passed: true } })
    // Exponentials may differ in their last digit between engines.
    const rounded = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, part: unknown) =>
        typeof part === 'number' ? Number(part.toPrecision(12)) : part,
      )
    expect(rounded(found)).toEqual(rounded(predictions))
    await page.close()
  })

  it.each([
    ['wide-light', wide, 'light'],
    ['narrow-dark', narrow, 'dark'],
  ] as const)('can be tried on its page (%s)', async (look, viewport, colorScheme) => {
    const page = await browser.newPage({ viewport, colorScheme })
    const problems: string[] = []
    page.on('console', (message) => problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(address(`/${name}/page.html`))
    const said = page.locator('output')
    await expect.poll(() => said.textContent()).not.toBe('')
    expect(await page.getByText(/^Self-test passed/).count()).toBe(1)
    expect({ [look]: [...problems, ...(await axeFindings(page))] }).toEqual({ [look]: [] })
    // A control is set by keys alone, and the page answers.
    const control = page.locator('input[type=range], textarea').first()
    const values = () => page.evaluate('[...document.forms[0].elements].map((one) => one.value).join()')
    const before = await values()
    await control.focus()
    for (const key of ['End', 'ArrowUp', '1']) await page.keyboard.press(key)
    expect(await values()).not.toBe(before)
    expect(await page.locator('[role=alert]').textContent()).toBe('')
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    if (name === 'ct_gbr_target' || name === 'lgbm_clf_multi')
      await takePicture(page, `try-${name === 'ct_gbr_target' ? 'regression' : 'classes'}-${look}`)
    await page.close()
  })
})
