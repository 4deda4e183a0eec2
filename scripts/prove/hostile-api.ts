import { type Endpoint, endpoints, type Operation } from '@modelsmith/api'
import type { Role } from '@modelsmith/domain'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { startAskedProduct } from '../../conformance/hostile-api/product.ts'
import {
  beHostile,
  type Counts,
  familiesOf,
  installSchemathesis,
  type Phase,
} from '../../conformance/hostile-api/schemathesis.ts'
import { addAsker, idsOf, makeExamples, makeLasting, withoutExample } from '../../conformance/hostile-api/world.ts'

/**
 * Schemathesis over the whole document of the API, as each role, side by side, each in a product of its own. Nothing is a bug, no answer is outside its
 * schema; an administrator reaches an answer and a refusal of every operation, and each other role does, or is refused the very example as
 * not theirs. `npm run prove -- hostile-api SEED MOST ROLES PHASES`: the seed, the most requests of an operation that are made up in a
 * phase, and roles and phases with commas between them.
 */
const [seed = String(Date.now() % 2 ** 31), most = '10', roles, chosen] = process.argv.slice(2)
const askers = (roles?.split(',') ?? ['administrator', 'member', 'service', 'viewer']) as Role[]
const phases = (chosen?.split(',') ?? ['examples', 'coverage', 'fuzzing', 'stateful']) as Phase[]
const operations = (Object.keys(endpoints) as Operation[]).filter((operation) => !(operation in withoutExample))

const environments = await environmentsWith('python-core', 'python-ml', 'python-search')
const schemathesis = await installSchemathesis(process.env['MODELSMITH_PYTHON'] ?? 'python3')

/** What takes no input can be refused only to whoever is nobody. */
const askAsNobody = async (address: string): Promise<NonNullable<Counts['nobody']>> => {
  const bare = operations.filter((operation) => {
    const { auth, params, query, body }: Endpoint = endpoints[operation]
    return auth === 'required' && [params, query, body].every((input) => input === undefined)
  })
  const asked = bare.map(async (operation) => {
    const { method, path } = endpoints[operation]
    const { status } = await fetch(`${address}/api/v1${path}`, { method })
    return [operation, { [status]: 1 }]
  })
  return Object.fromEntries(await Promise.all(asked))
}

const ask = async (role: Role) => {
  const product = await startAskedProduct(environments)
  try {
    const asker = await addAsker(product, role)
    const lasting = await makeLasting(product.client)
    const examples = await makeExamples(product.client, asker, lasting, product.signInByProvider)
    const outcome = await beHostile({
      program: schemathesis.program,
      address: product.address,
      asker,
      examples,
      lasting: idsOf(lasting),
      seed: Number(seed),
      phases,
      most: Number(most),
    })
    return { ...outcome, counts: { ...outcome.counts, nobody: await askAsNobody(product.address) } }
  } finally {
    await product.remove()
  }
}

/** Whether the example itself was refused as not theirs. */
const isRefusedByRights = (operation: Operation, counts: Counts): boolean => {
  const { 403: forbidden = 0, 404: hidden = 0 } = counts.examples?.[operation] ?? {}
  return forbidden + hidden > 0
}

const totalOf = (counts: Counts): number =>
  Object.values(counts)
    .flatMap((byOperation) => Object.values(byOperation))
    .flatMap((statuses) => Object.values(statuses))
    .reduce((all, count) => all + count, 0)

console.log(`seed ${seed}, at most ${most} made-up requests of an operation in a phase; ${phases.join(', ')}`)
console.log(`${operations.length} operations; left out:`)
for (const [operation, reason] of Object.entries(withoutExample)) console.log(`  ${operation}: ${reason}`)
let held = true
try {
  const outcomes = await Promise.all(askers.map(async (role) => ({ role, ...(await ask(role)) })))
  for (const { role, counts, report, held: isQuiet } of outcomes) {
    const families = operations.map((operation) => ({ operation, ...familiesOf(operation, counts) }))
    const chained = operations.filter(
      (operation) => endpoints[operation].path.includes('{id}') && familiesOf(operation, counts, ['stateful']).ok > 0,
    )
    const unreached = families.filter(({ ok }) => ok === 0).map(({ operation }) => operation)
    const refused = unreached.filter((operation) => role !== 'administrator' && isRefusedByRights(operation, counts))
    const wrong = unreached.filter((operation) => !refused.includes(operation))
    const unrefused = families.filter((each) => each.refused === 0).map(({ operation }) => operation)
    const failed = families.filter((each) => each.failed > 0).map(({ operation }) => operation)
    held &&= isQuiet && wrong.length + unrefused.length + failed.length === 0
    console.log(`
as ${role}: ${totalOf(counts)} requests, ${isQuiet ? 'nothing found' : 'FOUND, see below'}
  2xx of ${operations.length - unreached.length} operations, 4xx of ${operations.length - unrefused.length}, 500 of ${failed.length}
  ${chained.length} operations on one thing answered 2xx along links (stateful)
  refused as not theirs: ${refused.length === 0 ? 'none' : refused.join(', ')}`)
    for (const [what, named] of Object.entries({ 'NO 2XX': wrong, 'NO 4XX': unrefused, 'A BUG': failed }))
      if (named.length > 0) console.log(`  ${what}: ${named.join(', ')}`)
    if (!isQuiet) console.log(shortened(report))
  }
} finally {
  await schemathesis.remove()
}
process.exitCode = held ? 0 : 1

/** Requests that were found may be huge. */
function shortened(report: string): string {
  return report
    .split('\n')
    .map((line) => line.slice(0, 300))
    .join('\n')
}
