import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareWithLibrary } from '../../conformance/differential/differential.ts'

/**
 * Draws estimators, parameters and data, and asks the real library: `npm run prove -- differential SEED COUNT CLASS`. The Pythons that have
 * one are named in MODELSMITH_PYTHONS, separated by colons. Cases that differ are kept in the folder that KEEP names, each a fixture.
 */
const [seed = Date.now() % 2 ** 31, count = 500] = process.argv.slice(2, 4).map(Number)
const only = process.argv[4]
const pythons = (process.env['MODELSMITH_PYTHONS'] ?? '').split(':').filter((path) => path !== '')
const keep = process.env['KEEP']
if (pythons.length === 0) console.log('Set MODELSMITH_PYTHONS to Pythons that have scikit-learn.')

let failed = 0
for (const [index, python] of pythons.entries()) {
  const folder = mkdtempSync(join(tmpdir(), 'modelsmith-differential-'))
  try {
    const first = seed + index * count
    const { said, same, different } = compareWithLibrary({
      python,
      folder,
      seed: first,
      count,
      ...(only === undefined ? {} : { only }),
    })
    const skipped = different.filter(({ outcome }) => outcome === 'skip').length
    console.log(`${said}: ${same} the same, ${skipped} not scored natively, ${different.length - skipped} different`)
    for (const { name, outcome, why } of different) {
      console.log(`  ${outcome === 'skip' ? 'not scored' : 'DIFFERENT'} ${name}: ${why.slice(0, 200)}`)
      if (keep !== undefined) cpSync(join(folder, name), join(keep, name), { recursive: true })
    }
    failed += different.length - skipped
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
process.exitCode = failed === 0 && pythons.length > 0 ? 0 : 1
