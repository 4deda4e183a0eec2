import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endpoints, type Operation } from '@modelsmith/api'
import { installEnvironment } from '@modelsmith/runner'
import {
  beHostile,
  type Counts,
  endless,
  familiesOf,
  installSchemathesis,
} from '../../conformance/hostile-api/schemathesis.ts'
import { addAskers, makeExamples, makeLasting } from '../../conformance/hostile-api/world.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * Schemathesis over the whole document of the API, in every phase, as each role. Every operation answers some request and refuses some;
 * nothing is a bug, and no answer is outside its schema. `npm run prove -- hostile-api SEED MOST`: the seed, and the most requests of an
 * operation that are made up.
 */
const [seed = Date.now() % 2 ** 31, most = 30] = process.argv.slice(2).map(Number)
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
for (const name of ['python-core', 'python-ml']) await installEnvironment({ name, dataDir, forEveryone: true })
const product = await startProduct({
  env: { MODELSMITH_TOUR: 'off' },
  environments: join(dataDir, 'environments'),
})
const schemathesis = await installSchemathesis(process.env['MODELSMITH_PYTHON'] ?? 'python3')
const runs: Counts[] = []
let held = true
console.log(`seed ${seed}, at most ${most} made-up requests of an operation in a phase`)
try {
  const askers = await addAskers(product)
  const lasting = await makeLasting(product.client)
  for (const asker of askers) {
    const examples = await makeExamples(product.client, asker, lasting)
    const outcome = await beHostile({
      program: schemathesis.program,
      address: product.address,
      asker,
      examples,
      seed,
      phases: ['examples', 'coverage', 'fuzzing', 'stateful'],
      most,
    })
    runs.push(outcome.counts)
    held &&= outcome.held
    const answers = Object.values(outcome.counts).flatMap((counts) => Object.values(counts))
    const asked = answers.reduce((all, count) => all + count, 0)
    console.log(`${asker.role}: ${asked} requests, ${outcome.held ? 'nothing found' : `found:\n${outcome.report}`}`)
  }
} finally {
  await schemathesis.remove()
  await product.remove()
}

console.log('\noperation                       2xx    4xx    500    503')
for (const operation of Object.keys(endpoints) as Operation[]) {
  if (endless.includes(operation)) continue
  const { ok, refused, failed, unavailable } = familiesOf(operation, runs)
  const cells = [ok, refused, failed, unavailable].map((count) => String(count).padStart(6)).join(' ')
  const reached = ok > 0 && refused > 0 && failed === 0
  held &&= reached
  console.log(`${operation.padEnd(28)} ${cells}${reached ? '' : '  NOT REACHED'}`)
}
process.exitCode = held ? 0 : 1
