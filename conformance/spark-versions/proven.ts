import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { sparkClasses } from '../../packages/scoring/src/spark/registry.ts'
import { checkFixture } from '../models/check.ts'
import { fixtureNames, readFixture } from '../models/fixture.ts'

/**
 * `node conformance/spark-versions/proven.ts [--add] DIR…`: checks every case of folders that generate.py made (or any others of Spark's), and
 * writes down with which versions each class predicted as Spark did, for docs/reference/native-models.md; with `--add` beside what is
 * written there already. A class counts as a model by itself, or as one within another.
 */
const table = join(import.meta.dirname, 'proven.tsv')
const folders = process.argv.slice(2).filter((word) => word !== '--add')
const proven = new Map<string, Set<string>>()
const note = (name: string, versions: readonly string[]): void => {
  proven.set(name, new Set([...(proven.get(name) ?? []), ...versions]))
}

/** The classes of all that a zip holds and that has a part in what it answers. */
const classesIn = (bytes: Uint8Array): readonly string[] => {
  const isPart = ({ name }: { readonly name: string }): boolean =>
    /(?:^|\/)metadata\/part-[^/]*$/.test(name) && !/(?:^|\/)(?:estimator|evaluator|subModels)\//.test(name)
  return Object.values(unzipSync(bytes, { filter: isPart })).map((file) => {
    const { class: name } = JSON.parse(new TextDecoder().decode(file)) as { class: string }
    return name
  })
}

if (process.argv.includes('--add'))
  for (const line of readFileSync(table, 'utf8').trimEnd().split('\n')) {
    const [name = '', versions = ''] = line.split('\t')
    note(name, versions.split(' '))
  }
let failed = 0
for (const folder of folders)
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
    for (const own of classesIn(fixture.bytes)) if (sparkClasses.has(own)) note(own, [versions.spark])
  }
const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
const lines = [...proven].toSorted(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(
  table,
  lines.map(([name, versions]) => `${name}\t${[...versions].toSorted(byVersion).join(' ')}\n`).join(''),
)
console.log(`${lines.length} classes, ${failed} cases failed`)
process.exitCode = failed === 0 ? 0 : 1
