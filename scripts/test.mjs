import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, root } from './bootstrap.mjs'
import { orExplain } from './setup/failure.mjs'
import { TEST_PARTS } from './test/parts.mjs'
import { runPart } from './test/run-part.mjs'

await orExplain(async () => {
  await bootstrap(fileURLToPath(import.meta.url), 'test')
  const wanted = process.argv.slice(2)
  const parts = TEST_PARTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  const folder = await mkdtemp(join(tmpdir(), 'modelsmith-test-'))
  const strict = process.env['CI'] !== undefined && process.env['CI'] !== 'false'
  const lines = []
  const failures = []
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const [index, part] of parts.entries()) {
    console.log(`\n━━ ${part.name}`)
    const started = performance.now()
    const {
      counts,
      failures: failed,
      long,
    } = await runPart(part, {
      root,
      resultsPath: join(folder, `${index}.json`),
      strict,
    })
    const minutes = ((performance.now() - started) / 60_000).toFixed(2)
    lines.push(`${part.name.padEnd(26)} ${minutes.padStart(6)} min  ${told(counts)}`)
    for (const file of long) lines.push(`${''.padEnd(26)} ${file}`)
    failures.push(...failed)
    sum.passed += counts.passed
    sum.failed += counts.failed
    sum.skipped += counts.skipped
  }
  await rm(folder, { recursive: true })
  if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}`)
  console.log(`\n${lines.join('\n')}\n${told(sum)}`)
  process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1
})

/** @param {import('./test/run-part.mjs').Counts} counts */
function told({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
