import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, Project } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import { readLibrary } from '@modelsmith/engine'
import { writeCsv } from '@modelsmith/table'
import { type LibraryCase, readCases } from '../../conformance/library/cases.ts'
import { folds, readRows } from '../../conformance/library/rows.ts'
import { graphOf } from '../../conformance/library/graph.ts'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { jobEnded } from '../../e2e/support/jobs.ts'
import { startProduct, until } from '../../e2e/support/product.ts'
import { custom, type CustomTask } from './reproduce-tasks.ts'

/**
 * `npm run prove -- reproduce [ENTRY…]`: each task of the library in a blueprint on a real table, a blueprint of three languages' steps, a
 * task with requirements and one that draws lots, trained by the product, two parts side by side; their bundles trained again without it by `modelsmith reproduce` in an
 * empty data folder, one part after another, then four side by side; and every prediction compared, bit for bit.
 */
const only = process.argv.slice(2)
const place = mkdtempSync(join(tmpdir(), 'ms-reproduce-'))
const main = join(import.meta.dirname, '../../packages/cli/src/main.ts')
const seconds = 1000
const [workers, partsThere] = [2, 2]
const partsHere = [1, 4]

type Wanted = {
  readonly name: string
  readonly project: string
  readonly graph: BlueprintGraph
  /** The entries of its steps, for the count. */
  readonly entries: readonly string[]
}
type Trained = Wanted & { readonly bundle?: string; readonly why?: string }
type Outcome = {
  readonly bundle: string
  readonly same: boolean
  readonly comparison: {
    readonly outOfFold: { readonly rows: number; readonly differing: number; readonly furthest: number }
    readonly holdout: { readonly rows: number; readonly same: boolean } | null
  } | null
  readonly error: { readonly message: string } | null
}

const ended = (client: Client, job: string) => jobEnded(client, job, 3600 * seconds)

const openProject = async (client: Client, { table: name, target, targetType }: LibraryCase): Promise<Project> => {
  const { table } = readRows(name, target, targetType)
  const file = { name: `${name}.csv`, data: new Blob([writeCsv(table)]) }
  const { dataset, job } = await client.upload('uploadDataset', { files: [file] })
  await ended(client, job.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const body = { name, datasetVersionId: latest.id, targetType, partitioning: { folds, holdout: 0.25, seed: 7 } }
  return client.call('createProject', { body: { ...body, ...(target === undefined ? {} : { target }) } as never })
}

const push = async (client: Client, { name, files }: CustomTask): Promise<string> => {
  const { task } = await client.upload('uploadTask', {
    files: Object.entries(files).map(([path, text]) => ({ name: path, data: new Blob([text]) })),
  })
  const made = await until(900 * seconds, async () => {
    const version = await client.call('getTaskVersion', { params: { id: task.latest.id } })
    const state = version.requirements?.state ?? 'succeeded'
    if (state === 'failed') throw new Error(`The requirements of ${name} cannot be met.`)
    return state === 'succeeded' ? version : undefined
  })
  return made.id
}

/** What is trained: projects are made as they are needed. */
const everything = async (client: Client): Promise<readonly Trained[]> => {
  const cases = readCases().filter(({ entry }) => only.length === 0 || only.includes(entry))
  const wanted: Trained[] = []
  const groups = Map.groupBy(cases, ({ table, target, targetType }) => `${table} ${target ?? ''} ${targetType}`)
  for (const members of groups.values()) {
    const project = await openProject(client, members[0] as LibraryCase).catch((error: Error) => error)
    for (const each of members) {
      const entries = [each.entry]
      const about = { name: each.name, graph: graphOf(each), entries }
      wanted.push(
        project instanceof Error ? { ...about, project: '', why: project.message } : { ...about, project: project.id },
      )
    }
  }
  const own = custom.filter(({ name }) => only.length === 0 || only.includes(name))
  if (own.length === 0) return wanted
  const regression = readCases().find(({ targetType, table }) => targetType === 'regression' && table === 'penguins')
  const { id } = await openProject(client, regression as LibraryCase)
  for (const { name, tasks, graph } of own) {
    const ids = await Promise.all(tasks.map((task) => push(client, task)))
    wanted.push({ name, project: id, graph: graph(ids), entries: [] })
  }
  return wanted
}

/** Trains one and keeps its bundle. */
const train = async (client: Client, wanted: Trained): Promise<Trained> => {
  if (wanted.why !== undefined) return wanted
  const { name, project, graph } = wanted
  try {
    const { run, job } = await client.call('train', { params: { id: project }, body: { name, graph } })
    const { error } = await ended(client, job.id)
    if (error !== null) return { ...wanted, why: error.message }
    const answer = await client.download('downloadTrainingRun', { params: { id: run.id } })
    const bundle = join(place, `${run.id}.tar`)
    writeFileSync(bundle, await answer.bytes())
    return { ...wanted, bundle }
  } catch (error) {
    return { ...wanted, why: (error as Error).message }
  }
}

/** In an empty data folder, where nothing is known of the server; environments are installed there anew. */
const reproduce = (data: string, parts: number, bundles: readonly string[]): Promise<readonly Outcome[]> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], HOME: data, MODELSMITH_DATA: data, TMPDIR: tmpdir() }
    const args = [main, 'reproduce', ...bundles, '--parallelism', String(parts), '--json']
    execFile(process.execPath, args, { env, maxBuffer: 2 ** 28 }, (error, out, err) => {
      const lines = out.trim().split('\n')
      if (lines.length !== bundles.length) reject(error ?? new Error(err))
      else resolve(lines.map((line) => JSON.parse(line) as Outcome))
    })
  })

const product = await startProduct({
  env: { MODELSMITH_TOUR: 'off', MODELSMITH_WORKERS: String(workers), MODELSMITH_PARALLELISM: String(partsThere) },
  environments: await environmentsWith('python-core', 'python-ml', 'r-core'),
})
let trained: readonly Trained[]
try {
  const all = [...(await everything(product.client))]
  const done = new Map<Trained, Trained>()
  const queue = [...all]
  // One more than there are workers, so that none waits for the next request.
  await Promise.all(
    Array.from({ length: workers + 1 }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        done.set(next, await train(product.client, next))
    }),
  )
  trained = all.map((each) => done.get(each) as Trained)
} finally {
  await product.remove()
}

const bundles = trained.flatMap(({ bundle }) => bundle ?? [])
const empty = join(place, 'empty')
mkdirSync(empty)
const rounds: (readonly Outcome[])[] = []
for (const parts of partsHere) rounds.push(await reproduce(empty, parts, bundles))
const installed = readdirSync(join(empty, 'environments')).filter((name) => name.startsWith('python'))
rmSync(place, { recursive: true, force: true })

const wordsOf = (outcome: Outcome | undefined): string => {
  if (outcome === undefined) return ''
  const { error, comparison, same } = outcome
  if (comparison === null) return (error?.message ?? 'no').split('\n')[0] as string
  if (same) return 'same bits'
  const { differing, rows, furthest } = comparison.outOfFold
  return `${differing} of ${rows} differ, by ${furthest.toPrecision(2)}`
}
console.log(
  `Trained by a product with ${workers} workers, ${partsThere} parts side by side; trained again in an empty data folder (${installed.join(', ')} installed there anew).\n`,
)
const heads = partsHere.map((parts) => `${parts} ${parts === 1 ? 'part' : 'parts'} at a time`.padEnd(22))
console.log(`${'case'.padEnd(44)}${'folds'.padEnd(8)}${'holdout'.padEnd(9)}${heads.join('')}`)
const outcomesOf = ({ bundle }: Trained) => rounds.map((round) => round.find((each) => each.bundle === bundle))
for (const each of trained) {
  const outcomes = outcomesOf(each)
  const { outOfFold, holdout } = outcomes[0]?.comparison ?? {}
  console.log(
    `${each.name.padEnd(44)}${
      each.why === undefined
        ? `${String(outOfFold?.rows ?? '').padEnd(8)}${String(holdout?.rows ?? '').padEnd(9)}${outcomes.map((outcome) => wordsOf(outcome).padEnd(22)).join('')}`
        : `not trained: ${each.why.split('\n')[0]}`
    }`.trimEnd(),
  )
}

const library = await readLibrary()
const isSame = (each: Trained) =>
  each.bundle !== undefined && outcomesOf(each).every((outcome) => outcome?.same === true)
const lots = trained.filter(({ name }) => name === 'a task that draws lots')
const rest = trained.filter((each) => !lots.includes(each))
const tried = rest.filter(({ bundle }) => bundle !== undefined)
const wrong = tried.filter((each) => !isSame(each))
const entriesOf = (some: readonly Trained[]) => new Set(some.flatMap(({ entries }) => entries))
console.log(`
${tried.length} blueprints with ${entriesOf(tried).size} of ${library.length} tasks of the library: ${tried.filter(isSame).length} predict the same bits, of the folds and of the holdout.
Not trained, so that nothing is known of them: ${
  rest
    .filter(({ why }) => why !== undefined)
    .map(({ name }) => name)
    .join('; ') || 'none'
}.
A task that draws lots is told apart: ${lots.length === 0 ? 'not tried' : lots.some(isSame) ? 'NO' : 'yes'}.`)
if (wrong.length > 0) console.log(`\nWrong: ${wrong.map(({ name }) => name).join('; ')}`)
const held = wrong.length === 0 && tried.length > 0 && !lots.some(isSame)
process.exitCode = held ? 0 : 1
