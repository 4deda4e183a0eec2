import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Walked, walk } from '../../conformance/hosting/walk.ts'
import { fixtureNames } from '../../conformance/models/fixture.ts'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * Every fixture's way through model hosting, over HTTP only: upload → its algorithm chosen already → renamed, shuffled and passed-through
 * columns → submission → release → deployment → the answers are the library's. Further folders of fixture sets may be named.
 */
const fixtures = join(import.meta.dirname, '../../fixtures')
const given = process.argv.slice(2)
const folders = given.length > 0 ? given : readdirSync(fixtures).map((set) => join(fixtures, set))
/** Most of a way is waiting for a job. A registered model publishes one release at a time, so each lane has its own. */
const lanes = 4

const product = await startProduct({
  env: { MODELSMITH_TOUR: 'off' },
  environments: await environmentsWith('python-core'),
})
const walkAll = async (folder: string): Promise<ReadonlyMap<string, Walked>> => {
  const outcomes = new Map<string, Walked>()
  const left = fixtureNames(folder).values()
  const lane = async (_: unknown, number: number): Promise<void> => {
    const body = { name: `${basename(folder)} ${number}`, sensitivity: 'public' as const }
    const { id } = await product.client.call('createRegisteredModel', { body })
    for (const name of left) outcomes.set(name, await walk(product.client, id, folder, name))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return outcomes
}

let held = true
let [fixturesAsked, rows, answers, apart] = [0, 0, 0, 0]
try {
  for (const folder of folders) {
    const counts = { ok: 0, 'not ok': 0, skip: 0 }
    for (const [name, walked] of [...(await walkAll(folder))].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      counts[walked.outcome]++
      if (walked.outcome === 'ok') {
        fixturesAsked++
        rows += walked.rows
        answers += walked.answers
        apart = Math.max(apart, walked.apart)
      } else console.log(`${walked.outcome.padEnd(7)} ${basename(folder)}/${name}: ${walked.why}`)
    }
    held &&= counts['not ok'] === 0
    console.log(`${basename(folder)}: ${counts.ok} ok, ${counts['not ok']} not ok, ${counts.skip} left out`)
  }
  const counted = [`${fixturesAsked} fixtures`, `${rows} rows asked`, `${answers} answers compared`].join(', ')
  console.log(`${counted}; numbers at most ${apart.toExponential(1)} apart (limit 1e-9), labels identical`)
} finally {
  await product.remove()
}
process.exitCode = held ? 0 : 1
