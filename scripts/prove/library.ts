import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from '../../e2e/support/environments.ts'
import { createRunner } from '../../packages/runner/src/index.ts'
import { readCases } from '../../conformance/library/cases.ts'
import { tryLibrary } from '../../conformance/library/library.ts'

/**
 * `npm run prove -- library [ENTRY…]`: each task of the library in a blueprint on a real table, with missing and unseen values among
 * the rows to predict, beside the same pipeline in plain Python, fitted twice, and scored natively where that can be.
 */
const only = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-library-'))
const runner = createRunner({ runtimeDir: join(folder, 'run') })
const environments = new Map(
  await Promise.all(['python-core', 'python-ml'].map(async (name) => [name, await installed(name)] as const)),
)
const cases = readCases().filter(({ entry }) => only.length === 0 || only.includes(entry))
const results = await tryLibrary({ runner, environments, folder }, cases)
await runner.close()
rmSync(folder, { recursive: true, force: true })

const nativeTolerance = 1e-9
const apart = (value: number | string): string =>
  typeof value === 'string' ? 'no' : value === 0 ? 'same bits' : value.toExponential(1)
console.log(`${'case'.padEnd(40)}${'plain Python'.padEnd(16)}${'fitted again'.padEnd(16)}native`)
for (const { case: each, difference, isRefitEqual, native } of results)
  console.log(
    `${each.name.padEnd(40)}${apart(difference).padEnd(16)}${(isRefitEqual ? 'same bits' : 'no').padEnd(16)}${apart(native)}`,
  )

const wrong = results.filter(
  ({ case: { tolerance = 0 }, difference, isRefitEqual, native }) =>
    typeof difference === 'string' || difference > tolerance || !isRefitEqual || Number(native) > nativeTolerance,
)
const entriesOf = (some: typeof results): number => new Set(some.map((result) => result.case.entry)).size
const scored = results.filter(({ native }) => typeof native === 'number')
console.log(`
${cases.length} cases of ${entriesOf(results)} tasks; ${results.filter(({ difference }) => difference === 0).length} predict the same bits as plain Python, all others within
the tolerance that their case states (1e-12 to 1e-6 of the prediction, or of the median of all); ${results.filter(({ isRefitEqual }) => isRefitEqual).length} give the same bits when fitted again.
${scored.length} cases of ${entriesOf(scored)} tasks are scored natively from their artifacts, within ${nativeTolerance} of Python's predictions.
Not scored natively:`)
for (const [why, some] of Map.groupBy(
  results.filter(({ native }) => typeof native === 'string'),
  ({ native }) => native,
))
  console.log(`  ${[...new Set(some.map((result) => result.case.entry))].join(', ')}: ${why}`)
if (wrong.length > 0) console.log(`\nWrong: ${wrong.map((result) => result.case.name).join(', ')}`)
process.exitCode = wrong.length === 0 ? 0 : 1
