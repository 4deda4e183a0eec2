import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError, fromProblem } from '@modelsmith/api'
import { casesOf, fits } from '../../conformance/hostile/fits.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * Every file of a folder of hostile files, uploaded over HTTP: refused with its reason, or held as the data that it is; never a bug, nothing
 * of a refused one kept, nothing run, and the server answers afterwards as before. Its arguments: folders with a README.tsv.
 */
const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('Usage: npm run prove -- hosting-hostile FOLDER…')
  process.exit(2)
}
const product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
const { client } = product
let held = true
try {
  const { id } = await client.call('createRegisteredModel', { body: { name: 'Hostile' } })
  for (const folder of folders) {
    const { cases, isUnsupportedFolder } = casesOf(readFileSync(join(folder, 'README.tsv'), 'utf8'))
    const counts = new Map<string, number>()
    let failed = 0
    for (const { name, must, marker } of cases) {
      if (marker !== undefined) rmSync(marker, { force: true })
      const params = { id: (await client.call('createExperiment', { params: { id }, body: { name } })).id }
      const data = new Blob([readFileSync(join(folder, name)) as BlobPart])
      const { kind, words } = await client.upload('uploadModelFile', { params, files: [{ name, data }] }).then(
        () => ({ kind: 'loaded', words: '' }),
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error
          return { kind: fromProblem(error.problem).kind, words: `${error.problem.code}: ${error.problem.detail}` }
        },
      )
      const { file } = await client.call('getExperiment', { params })
      const wrong = [
        ...(fits(must, kind, isUnsupportedFolder) ? [] : [`${kind} where ${must} was asked for`]),
        ...((file !== null) === (kind === 'loaded') ? [] : ['what is kept is not what was answered']),
        ...(marker !== undefined && existsSync(marker) ? [`it ran and made ${marker}`] : []),
      ]
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      if (wrong.length > 0) {
        failed++
        console.log(`not ok  ${name}: ${wrong.join(', ')}. ${words}`)
      }
    }
    held &&= failed === 0
    const words = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')
    console.log(`${cases.length} files, ${failed} not ok: ${words}`)
  }
  await client.call('health')
  console.log('afterwards the server answers')
} finally {
  await product.remove()
}
process.exitCode = held ? 0 : 1
