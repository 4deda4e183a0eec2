import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { type Product, startProduct, until } from '../../e2e/support/product.ts'
import { deploySoaked } from '../../e2e/soak/deployments.ts'
import { judge } from '../../e2e/soak/judge.ts'
import type { Found } from '../../e2e/soak/load.ts'
import { connections, startLoad, targetsOf } from '../../e2e/soak/start-load.ts'
import { migrate } from '../../packages/server/src/infra/database/migrate.ts'
import { databaseOptions, joinDatabase } from '../../packages/server/src/infra/postgres/index.ts'
import { readSettings } from '../../packages/server/src/infra/settings.ts'

/**
 * `npm run prove -- upgrade [COMMIT]`: an installation of an earlier version (by default the one before the five newest migrations) with models,
 * deployments and logged requests. Its database is brought to the schema of now while its prediction process goes on answering; then it is ended,
 * and the version of now started on its data. Every answer is checked, and counted in the log.
 */
const root = join(import.meta.dirname, '../..')
const migrations = 'packages/server/src/infra/database/migrations'
const git = (...words: string[]): string => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim()
const added = git('log', '--diff-filter=A', '--format=%H', '--', migrations).split('\n')
const commit = git('rev-parse', '--short', process.argv[2] ?? `${added[4]}^`)

/** The sources of a commit, with the packages that are installed here. */
const sourcesOf = (folder: string): void => {
  git('worktree', 'add', '--detach', folder, commit)
  const modules = join(root, 'node_modules')
  mkdirSync(join(folder, 'node_modules/@modelsmith'), { recursive: true })
  for (const name of readdirSync(modules))
    if (name !== '@modelsmith') symlinkSync(join(modules, name), join(folder, 'node_modules', name))
  for (const name of readdirSync(join(modules, '@modelsmith')))
    symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules/@modelsmith', name))
}

const place = mkdtempSync(join(tmpdir(), 'ms-upgrade-'))
chmodSync(place, 0o755)
const earlier = join(place, 'earlier')
const log = (text: string) => console.log(text)
let held = true
const holds = (isHeld: boolean, text: string) => {
  held &&= isHeld
  log(`${isHeld ? 'holds ' : 'FAILS '} ${text}`)
}
let product: Product | undefined
const loads: { kill: () => void }[] = []
try {
  sourcesOf(earlier)
  const env = { MODELSMITH_TOUR: 'off' }
  product = await startProduct({ env, environments: await environmentsWith('python-core'), sources: earlier })
  const both = await deploySoaked(product.client)
  const [native] = both
  const params = { id: native.deployment }
  // Rows are kept for it.
  await product.client.call('addChallenger', { params, body: { modelReleaseId: native.versions[1] as string } })
  const ask = async (
    port: number,
    token: string,
    rates: readonly number[] | undefined,
    work: () => Promise<unknown>,
  ) => {
    const load = startLoad({ port, targets: targetsOf(both, token), rates })
    loads.push(load)
    await work()
    return load.stop()
  }
  const { servingPort, token, data } = product
  const measured = await ask(servingPort, token, undefined, () => pause(5000))
  const rates = measured.map(({ requests, seconds }) => (0.5 * requests) / seconds)
  const settings = readSettings({ ...process.env, MODELSMITH_DATA: data })
  const meanwhile = await ask(servingPort, token, rates, async () => {
    await pause(5000)
    const database = await joinDatabase(databaseOptions(settings, () => {}))
    const began = performance.now()
    const names = await migrate(database.url)
    log(
      `from ${commit}: ${names.length} migrations in ${Math.round(performance.now() - began)} ms, asked ${rates.map(Math.round).join(' and ')} times a second`,
    )
    await database.stop()
    await pause(5000)
  })
  for (const [at, { name }] of both.entries()) {
    const { failures, p99Ms } = meanwhile[at] as Found
    holds(failures.length === 0, `${name}: ${failures.length} requests failed meanwhile, p99 ${p99Ms.toFixed(1)} ms`)
  }
  const ended = performance.now()
  await product.stop()
  product = await startProduct({ again: product, env })
  const { client } = product
  for (const { deployment } of both)
    await until(60_000, async () =>
      (await client.call('getDeployment', { params: { id: deployment } })).state === 'active' ? true : undefined,
    )
  log(`the version of now answers ${Math.round(performance.now() - ended)} ms after the earlier one was told to end`)
  const scored = await until(120_000, async () => {
    const { challengers } = await client.call('compareChallengers', { params })
    const [{ rows, compared }] = challengers as [(typeof challengers)[number]]
    return rows === 0 ? undefined : { rows, difference: compared?.meanDifference }
  })
  holds(
    scored.difference === 1000,
    `the challenger has scored ${scored.rows} kept rows, each ${scored.difference} apart`,
  )
  const after = await ask(servingPort, token, rates, () => pause(5000))
  for (const [at, of] of both.entries()) {
    const own = [measured, meanwhile, after].map((each) => each[at] as Found)
    for (const [isHeld, text] of await judge(client, of, own, { allowed: [], kills: 0 }, connections[at] as number))
      holds(isHeld, `${of.name}: ${text}`)
  }
} finally {
  for (const load of loads) load.kill()
  await product?.remove()
  git('worktree', 'remove', '--force', earlier)
  rmSync(place, { recursive: true, force: true })
}
process.exitCode = held ? 0 : 1
