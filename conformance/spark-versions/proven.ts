import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from '@modelsmith/scoring'
import { checkFixture } from '../models/check.ts'
import { fixtureNames, readFixture } from '../models/fixture.ts'

/**
 * `node conformance/spark-versions/proven.ts DIR…`: checks every case of folders that generate.py made (or any others of Spark's), and
 * writes down with which versions each class predicted as Spark did, for docs/reference/native-models.md. A class counts as a
 * model by itself, or as a stage within one.
 */
const proven = new Map<string, Set<string>>()
let failed = 0
for (const folder of process.argv.slice(2))
  for (const name of fixtureNames(folder)) {
    const fixture = readFixture(folder, name)
    const verdict = checkFixture(fixture)
    if (verdict.outcome !== 'ok') {
      failed++
      console.log(`${verdict.outcome} ${folder}/${name}: ${verdict.why}`)
      continue
    }
    const { versions } = JSON.parse(readFileSync(join(folder, name, 'meta.json'), 'utf8')) as {
      versions: { spark: string }
    }
    const { model } = inspect(fixture.bytes)
    for (const { module, className } of [...(model === null ? [] : [model]), ...(model?.spark?.stages ?? [])]) {
      const full = `${module}.${className}`
      proven.set(full, (proven.get(full) ?? new Set()).add(versions.spark))
    }
  }
const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
const lines = [...proven].toSorted(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(
  join(import.meta.dirname, 'proven.tsv'),
  lines.map(([name, versions]) => `${name}\t${[...versions].toSorted(byVersion).join(' ')}\n`).join(''),
)
console.log(`${lines.length} classes, ${failed} cases failed`)
process.exitCode = failed === 0 ? 0 : 1
