import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installed } from '../../e2e/support/environments.ts'
import { attempts, byGuards, openSuite, type Outcome } from '../../conformance/sandbox/suite.ts'
import { findEngine, isEngine } from '../../packages/runner/src/containers/engine.ts'

/** Each attempt in both languages and both back ends: kept from it, and what the same code does without what stands against it. */
const engine = await findEngine()
if (process.getuid?.() !== 0 || !isEngine(engine)) {
  console.log('Needs root, and Docker or Podman.')
  process.exit(1)
}
console.log(`Containers: ${engine.kind} ${engine.version} ${[...engine.options, ...engine.runOptions].join(' ')}\n`)
const folder = mkdtempSync(join(tmpdir(), 'ms-suite-'))
chmodSync(folder, 0o755)
const suite = await openSuite(folder)
const columns: { readonly title: string; readonly cells: ReadonlyMap<string, string> }[] = []
let failed = 0

const wordsOf = (attempt: string, kept: Outcome | undefined, free: Outcome | undefined): string => {
  const held = kept?.succeeded === false ? 'kept' : 'NOT KEPT'
  const bites = free === undefined ? '-' : free.succeeded ? 'succeeds' : 'NOT'
  if (held !== 'kept' || bites === 'NOT') {
    failed++
    console.log(`${attempt}: with guards "${kept?.said}", without "${free?.said}"`)
  }
  return `${held} / ${bites}`
}

for (const backEnd of ['full', 'container'] as const)
  for (const name of ['python-ml', 'r-ml']) {
    const environment = await installed(name)
    const kept = await suite.make(environment, backEnd, [], attempts)
    const free = new Map<string, Outcome>()
    for (const [guards, group] of byGuards(backEnd))
      for (const [attempt, outcome] of await suite.make(environment, backEnd, guards, group)) free.set(attempt, outcome)
    columns.push({
      title: `${environment.language} ${backEnd === 'full' ? 'kernel' : 'container'}`,
      cells: new Map(attempts.map((each) => [each.name, wordsOf(each.name, kept.get(each.name), free.get(each.name))])),
    })
  }
suite.close()
rmSync(folder, { recursive: true, force: true })

const width = Math.max(...attempts.map(({ name }) => name.length))
console.log(
  `${'with all guards / without those named'.padEnd(width)}  ${columns.map(({ title }) => title.padEnd(17)).join(' ')} guards`,
)
for (const { name, guards } of attempts)
  console.log(
    `${name.padEnd(width)}  ${columns.map(({ cells }) => (cells.get(name) ?? '').padEnd(17)).join(' ')} ${guards.join(', ')}`,
  )
for (const { name, notIn = {} } of attempts)
  for (const [backEnd, reason] of Object.entries(notIn)) console.log(`\n-  ${name}, ${backEnd}: ${reason}`)
console.log(`\n${attempts.length} attempts, ${columns.length} places, ${failed} that were not kept or have no guard`)
process.exitCode = failed === 0 ? 0 : 1
