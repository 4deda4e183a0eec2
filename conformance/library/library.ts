import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { dataTypeOf, type FeatureColumn, takesSparse } from '@modelsmith/domain'
import { type LibraryTask, loadLibrary, noCache } from '@modelsmith/engine'
import type { Environment, Limits, Runner } from '@modelsmith/runner'
import { encodeBlocksWhole, missingCount, selectColumns, type Table, takeRows } from '@modelsmith/table'
import { openLane, type PartResult } from '../../packages/engine/src/lane.ts'
import { type PlannedPart, planTraining } from '../../packages/engine/src/plan.ts'
import type { TrainingSpec } from '../../packages/engine/src/spec.ts'
import { type LibraryCase, readCases } from './cases.ts'
import { graphOf } from './graph.ts'
import { scoreNatively } from './native.ts'
import { folds, numbersOf, type Rows, readRows } from './rows.ts'

const seed = 7
const limits: Limits = {
  memoryMb: 4096,
  cpuSeconds: 600,
  wallSeconds: 600,
  processes: 128,
  fileSizeMb: 256,
  threads: 1,
}

export type CaseResult = {
  readonly case: LibraryCase
  /** Largest relative difference from plain Python; why there is none. */
  readonly difference: number | string
  readonly isRefitEqual: boolean
  /** The same of the native scorer; why it does not score it. */
  readonly native: number | string
  /** Whether `fit` of the entry's object takes row weights. */
  readonly takesWeights?: boolean | undefined
}

type World = {
  readonly runner: Runner
  readonly environments: ReadonlyMap<string, Environment>
  readonly folder: string
}

/** Trains every case twice in warm sessions, once in plain Python, and scores it natively where that can be. */
export const tryLibrary = async (
  { runner, environments, folder }: World,
  cases: readonly LibraryCase[] = readCases(),
): Promise<readonly CaseResult[]> => {
  const library = await loadLibrary(folder)
  const groups = Map.groupBy(cases, ({ table, target, targetType }) => `${table} ${target ?? ''} ${targetType}`)
  const results: CaseResult[] = []
  const files = new Map<string, CaseResult>()
  const asked = plainly(cases, environments, folder)
  // It is waited for below; until then a failure has nobody to tell.
  asked.catch(() => {})
  const judged: (() => Promise<void>)[] = []
  for (const [group, members] of groups) {
    const [{ table: name, target, targetType }] = members as [LibraryCase]
    const rows = readRows(name, target, targetType)
    const file = join(folder, `${group.replaceAll(' ', '-')}.cols`)
    writeFileSync(file, encodeBlocksWhole(rows.table))
    const specs = members.map((each) => specOf(each, rows, { file, library, environments }))
    const lane = openLane(
      specs[0] as TrainingSpec,
      {
        cache: noCache,
        workDir: folder,
        parallelism: 1,
        signal: new AbortController().signal,
        onStep: () => {},
        onPrint: () => {},
      },
      runner,
      group.replaceAll(' ', '-'),
    )
    try {
      for (const [index, each] of members.entries()) {
        const part = planTraining(specs[index] as TrainingSpec).at(-1) as PlannedPart
        const first = await attempt(lane, { ...part, name: each.name })
        const again = await attempt(lane, { ...part, name: `${each.name} again` })
        judged.push(async () => {
          const result = judge(each, rows, part, first, again, (await asked).get(each) as Answer)
          results.push(result)
          const node = part.nodes.find(({ task }) => (task as LibraryTask).entry.name === each.entry)
          if ('artifacts' in first)
            files.set(join(first.artifacts.get(node?.id ?? '') as string, 'model.joblib'), result)
        })
      }
    } finally {
      await lane.close()
    }
  }
  for (const judgeOne of judged) await judgeOne()
  const weights = takeWeights([...files.keys()], environments)
  const withWeights = new Map([...files].map(([file, result]) => [result, weights[file]]))
  return results
    .map((result) => ({ ...result, takesWeights: withWeights.get(result) }))
    .toSorted((a, b) => cases.indexOf(a.case) - cases.indexOf(b.case))
}

const takeWeights = (files: readonly string[], environments: World['environments']): Record<string, boolean> => {
  const { interpreter } = environments.get('python-ml') as Environment
  const script = join(import.meta.dirname, 'weights.py')
  const runtime = join(import.meta.dirname, '../../library/runtime')
  return JSON.parse(execFileSync(interpreter, ['-B', script, runtime, ...files], { encoding: 'utf8' })) as Record<
    string,
    boolean
  >
}

type Answer = { readonly predictions: readonly (readonly number[])[] } | { readonly error: string }
type Attempt = PartResult | { readonly error: string }

const attempt = (lane: ReturnType<typeof openLane>, part: PlannedPart): Promise<Attempt> =>
  lane.run(part).catch((error: Error) => ({ error: error.message }))

const judge = (
  each: LibraryCase,
  rows: Rows,
  { nodes, predictRows }: PlannedPart,
  first: Attempt,
  again: Attempt,
  plain: Answer,
): CaseResult => {
  const failed = (why: string): CaseResult => ({ case: each, difference: why, isRefitEqual: false, native: why })
  if ('error' in first) return failed(first.error)
  if ('error' in again) return failed(again.error)
  if ('error' in plain) return failed(`plain Python: ${plain.error}`)
  const own = numbersOf(first.predictions as Table)
  const steps = nodes.map(({ id, task, inputs }) => ({
    id,
    inputs,
    takesSparse: takesSparse(task),
    task: task as LibraryTask,
    artifacts: first.artifacts.get(id) as string,
  }))
  const columns = nodes.flatMap(({ inputs }) => inputs.flatMap((input) => (input.from === 'data' ? input.columns : [])))
  const used = selectColumns(rows.table, [...new Set(columns)])
  const native = scoreNatively(steps, rows.classes, takeRows(used, predictRows))
  return {
    case: each,
    difference: differenceOf(own, plain.predictions),
    isRefitEqual: differenceOf(own, numbersOf(again.predictions as Table)) === 0,
    native: 'why' in native ? native.why : differenceOf(native.predictions, own),
  }
}

/**
 * The largest difference of a value relative to itself, or to the median where it is nearer to zero: strange rows may have predictions so
 * large that all others would be nothing beside them. A text where the shapes differ.
 */
const differenceOf = (
  found: readonly (readonly number[])[],
  wanted: readonly (readonly number[])[],
): number | string => {
  const shape = (table: readonly (readonly number[])[]) => `${table[0]?.length ?? 0} × ${table.length}`
  if (shape(found) !== shape(wanted)) return `${shape(found)} predictions in place of ${shape(wanted)}`
  const pairs = found.flatMap((column, at) => column.map((value, row) => [value, wanted[at]?.[row] as number] as const))
  const sizes = pairs.map(([, value]) => Math.abs(value)).toSorted((a, b) => a - b)
  const median = sizes[sizes.length >> 1] as number
  return pairs.reduce(
    (most, [a, b]) =>
      Math.max(most, Object.is(a, b) || a === b ? 0 : Math.abs(a - b) / (Math.max(Math.abs(b), median) || 1)),
    0,
  )
}

const specOf = (
  each: LibraryCase,
  { table, partition, classes }: Rows,
  { file, library, environments }: { file: string; library: readonly LibraryTask[] } & Pick<World, 'environments'>,
): TrainingSpec => {
  const { target, targetType, dataTypes } = each
  const columns = table.schema.columns.map((column, index): FeatureColumn => {
    const values = table.columns[index]
    return {
      ...column,
      missing:
        missingCount(values?.validity, table.rows) > 0 ||
        (values?.kind === 'float64' && values.values.some(Number.isNaN)),
    }
  })
  return {
    data: { file, contentId: each.table, rows: table.rows, columns },
    features: columns
      .filter(({ name, type }) => name !== target && dataTypes.includes(dataTypeOf(type)))
      .map(({ name }) => name),
    target: target as string,
    targetType,
    classes,
    partition,
    folds,
    graph: graphOf(each),
    tasks: new Map(library.map((task) => [task.id, task])),
    environments,
    limits,
    seed,
  }
}

/** What plain Python predicts, in the environment of the entry: one process for each. */
const plainly = async (
  cases: readonly LibraryCase[],
  environments: ReadonlyMap<string, Environment>,
  folder: string,
): Promise<ReadonlyMap<LibraryCase, Answer>> => {
  const place = join(folder, 'plain')
  mkdirSync(place, { recursive: true })
  const rows: Record<string, unknown> = {}
  const asked = cases.map((each) => {
    const { table: name, target, targetType, dataTypes, python } = each
    const key = `${name} ${target ?? ''}`
    const { table, plain, partition } = readRows(name, target, targetType)
    const { columns } = table.schema
    rows[key] = {
      types: Object.fromEntries(columns.map((column) => [column.name, column.type])),
      values: Object.fromEntries(columns.map((column) => [column.name, plain.map((row) => row[column.name] ?? null)])),
    }
    const features = columns.filter((column) => column.name !== target && dataTypes.includes(dataTypeOf(column.type)))
    return {
      rows: key,
      partition: [...partition],
      columns: features.map((column) => column.name),
      target: target ?? null,
      targetType,
      seed,
      python,
    }
  })
  const [question, answer] = [join(place, 'asked.json'), join(place, 'answers.json')]
  writeFileSync(question, JSON.stringify({ rows, cases: asked }))
  const { interpreter } = environments.get('python-ml') as Environment
  await promisify(execFile)(interpreter, ['-B', join(import.meta.dirname, 'plain.py'), question, answer], {
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    maxBuffer: 2 ** 26,
  })
  const answers = JSON.parse(readFileSync(answer, 'utf8')) as readonly Answer[]
  return new Map(cases.map((each, index) => [each, answers[index] as Answer]))
}
