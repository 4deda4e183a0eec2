import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkFixture } from './check.ts'
import { fixtureNames, readFixture } from './fixture.ts'

/** `npm run conformance -- DIR [--only TEXT] [--kernels plain] [--write-predictions OUT]`: one line a case of a folder of fixtures. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'write-predictions': { type: 'string' }, only: { type: 'string' }, kernels: { type: 'string' } },
})
const [folder] = positionals
if (folder === undefined) {
  console.error('Usage: npm run conformance -- DIR [--only TEXT] [--kernels plain] [--write-predictions OUT]')
  process.exit(2)
}
const kernels = values.kernels === 'plain' ? 'plain' : 'webassembly'
const out = values['write-predictions']
if (out !== undefined) mkdirSync(out, { recursive: true })

const counts = { ok: 0, 'not ok': 0, skip: 0 }
for (const name of fixtureNames(folder).filter((one) => one.includes(values.only ?? ''))) {
  const verdict = checkFixture(readFixture(folder, name), kernels)
  counts[verdict.outcome]++
  console.log(verdict.outcome === 'ok' ? `ok ${name}` : `${verdict.outcome} ${name}: ${verdict.why}`)
  if (verdict.outcome === 'ok' && out !== undefined) writeFileSync(join(out, `${name}.csv`), verdict.predictions)
}
console.log(`${counts.ok} passed, ${counts['not ok']} failed, ${counts.skip} skipped`)
process.exitCode = counts['not ok'] + counts.skip === 0 && counts.ok > 0 ? 0 : 1
