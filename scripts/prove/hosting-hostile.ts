import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError, fromProblem } from '@modelsmith/api'
import { casesOf, fits } from '../../conformance/hostile/fits.ts'
import { openBrowser, openSignedIn } from '../../e2e/support/browser.ts'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { setup as buildPages } from '../../e2e/support/pages.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * Every file of a folder of hostile files, uploaded over HTTP and on the page: refused with its reason, or held as the data that it is; never
 * a bug, nothing of a refused one served, nothing run, and the page says what the API says. The server answers afterwards as before. Its
 * arguments: folders with a README.tsv.
 */
const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('Usage: npm run prove -- hosting-hostile FOLDER…')
  process.exit(2)
}
await buildPages()
const [product, browser] = await Promise.all([
  startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-core') }),
  openBrowser(),
])
const { client } = product
const crashes: string[] = []

type File = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
/** What came of a file: its kind, and of a refusal its code and words. */
type Told = { readonly kind: string; readonly code?: string; readonly words: string }

const byApi = (id: string, { name, bytes }: File): Promise<Told> =>
  client.upload('uploadModelFile', { params: { id }, files: [{ name, data: new Blob([bytes]) }] }).then(
    () => ({ kind: 'loaded', words: '' }),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error
      const { code, detail } = error.problem
      return { kind: fromProblem(error.problem).kind, code, words: `${code}: ${detail}` }
    },
  )

let held = true
try {
  const page = await openSignedIn(browser, product, crashes)
  /** Whether the page tells of the file what the API told. */
  const isToldByPage = async (id: string, { name, bytes }: File, { code }: Told): Promise<boolean> => {
    await page.goto(`${product.address}/experiments/${id}`)
    const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) }
    await page.getByLabel('Upload model file', { exact: true }).setInputFiles(file)
    const told =
      code === undefined
        ? page.getByLabel('Upload another file', { exact: true })
        : page.getByRole('alert').getByText(code).first()
    return told.waitFor({ state: 'attached' }).then(
      () => true,
      () => false,
    )
  }

  const { id: model } = await client.call('createRegisteredModel', { body: { name: 'Hostile' } })
  for (const folder of folders) {
    const { cases, isUnsupportedFolder } = casesOf(readFileSync(join(folder, 'README.tsv'), 'utf8'))
    const counts = new Map<string, number>()
    let failed = 0
    for (const { name, must, marker } of cases) {
      if (marker !== undefined) rmSync(marker, { force: true })
      const file = { name, bytes: Uint8Array.from(readFileSync(join(folder, name))) }
      const experiment = async () =>
        (await client.call('createExperiment', { params: { id: model }, body: { name } })).id
      const [asked, shown] = [await experiment(), await experiment()]
      const told = await byApi(asked, file)
      const isToldAlike = await isToldByPage(shown, file, told)
      const kept = await Promise.all(
        [asked, shown].map(async (id) => (await client.call('getExperiment', { params: { id } })).file !== null),
      )
      const wrong = [
        ...(fits(must, told.kind, isUnsupportedFolder) ? [] : [`${told.kind} where ${must} was asked for`]),
        ...(isToldAlike ? [] : ['the page does not say so']),
        ...(kept.every((each) => each === (told.kind === 'loaded')) ? [] : ['what is kept is not what was answered']),
        ...(marker !== undefined && existsSync(marker) ? [`it ran and made ${marker}`] : []),
        ...crashes.splice(0).map((message) => `the page threw: ${message}`),
      ]
      counts.set(told.kind, (counts.get(told.kind) ?? 0) + 1)
      if (wrong.length > 0) {
        failed++
        console.log(`not ok  ${name}: ${wrong.join(', ')}. ${told.words}`)
      }
    }
    held &&= failed === 0
    const words = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
    console.log(`${cases.length} files, over HTTP and on the page, ${failed} not ok: ${words}`)
  }
  await client.call('health')
  console.log('afterwards the server answers')
} finally {
  await browser.close()
  await product.remove()
}
process.exitCode = held ? 0 : 1
