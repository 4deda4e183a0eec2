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

/** Runs test files over sources whose checks can be dropped; whether all of them held. */
const run = async (include: readonly string[], isTold: boolean): Promise<boolean> => {
  let failed = 0
  const vitest = await startVitest(
    'test',
    [],
    {
      config: false,
      root,
      watch: false,
      // It does not know when the sources are changed in another way.
      fsModuleCache: false,
      include: [...include],
      globalSetup: [join(root, 'packages/server/src/infra/postgres/testing/setup.ts')],
      setupFiles: [join(root, 'scripts/prove/rights-checks.ts')],
      testTimeout: 7_200_000,
      hookTimeout: 600_000,
      bail: 1,
      reporters: [
        {
          onTestCaseResult: (test) => {
            if (test.result().state !== 'failed') return
            failed++
            if (isTold) console.error(test.result().errors)
          },
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
            return /^packages\/server\/src\/features\/.*(?<!\.test)\.ts$/.test(path)
              ? droppable(source, path)
              : undefined
          },
        },
      ],
    },
  )
  const files = vitest.state.getFiles()
  await vitest.close()
  return failed === 0 && files.length > 0 && files.every(({ result }) => result?.state === 'pass')
}
await run(['scripts/prove/rights-probes.ts'], true)

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

/** What no probe misses, the tests of its own feature may. */
for (const site of [...survivors, ...unreached]) console.error(`no probe misses ${site}`)
const left = Map.groupBy([...survivors, ...unreached], (site) => site.split('/').slice(0, 5).join('/'))
const missedByTests: string[] = []
const missed: string[] = []
for (const [feature, sites] of left) {
  const tests = [`${feature}/**/*.test.ts`]
  if (!(await run(tests, true))) throw new Error(`The tests of ${feature} fail with every check in its place.`)
  for (const site of sites) {
    process.env['MODELSMITH_DROPPED'] = site
    const holds = await run(tests, false)
    delete process.env['MODELSMITH_DROPPED']
    ;(holds ? missed : missedByTests).push(site)
  }
}
console.log(`${missedByTests.length} more were missed by the tests of their features`)
console.log(`${missed.length} not missed`)
for (const site of missed) console.log(`  ${site}`)
process.exitCode = missed.length === 0 ? 0 : 1
