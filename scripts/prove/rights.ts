import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { startVitest } from 'vitest/node'
import { droppable } from './rights-drop.ts'

/**
 * Drops each check of rights in the server's features in turn, and asks all that reaches it again, as everybody who may be told apart:
 * `npm run prove -- rights`. A check whose loss changes no answer survives, and is named.
 */
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-rights-'))
const report = join(folder, 'report.json')
process.env['MODELSMITH_PROOF'] = report

const vitest = await startVitest(
  'test',
  [],
  {
    config: false,
    root,
    watch: false,
    // It does not know when the sources are changed in another way.
    fsModuleCache: false,
    include: ['scripts/prove/rights-probes.ts'],
    globalSetup: [join(root, 'packages/server/src/infra/postgres/testing/setup.ts')],
    setupFiles: [join(root, 'scripts/prove/rights-checks.ts')],
    testTimeout: 7_200_000,
    hookTimeout: 600_000,
    reporters: [
      {
        onTestCaseResult: (test) =>
          test.result().state === 'failed' ? console.error(test.result().errors) : undefined,
      },
    ],
  },
  {
    plugins: [
      {
        name: 'droppable-checks',
        enforce: 'pre',
        transform: (source: string, id: string) => {
          const path = relative(root, id.split('?')[0] ?? id)
          return /^packages\/server\/src\/features\/.*(?<!\.test)\.ts$/.test(path) ? droppable(source, path) : undefined
        },
      },
    ],
  },
)
await vitest.close()

type Report = {
  readonly probes: number
  readonly sites: number
  readonly asked: number
  readonly killed: number
  readonly survivors: readonly string[]
  readonly unreached: readonly string[]
}
const { probes, sites, asked, killed, survivors, unreached } = JSON.parse(readFileSync(report, 'utf8')) as Report
rmSync(folder, { recursive: true })
console.log(`${probes} probes hold with every check in its place`)
console.log(`${sites} checks; ${killed} were missed when they were dropped, by ${asked} probes that were asked again`)
for (const [words, list] of Object.entries({ 'not missed': survivors, 'not reached': unreached })) {
  console.log(`${list.length} ${words}`)
  for (const site of list) console.log(`  ${site}`)
}
process.exitCode = survivors.length + unreached.length === 0 ? 0 : 1
