import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunBundle } from '@modelsmith/api'
import { sampleTraining } from '@modelsmith/domain'
import { type EngineTask, loadLibrary, noCache, prepareTasks, train, type TrainingResult } from '@modelsmith/engine'
import { dataFolder, openPipeline, type InstalledPackage, listEnvironments } from '@modelsmith/runner'
import {
  type ColumnSchema,
  createCsvReader,
  decodeBlocks,
  selectColumns,
  sliceRows,
  sniffCsv,
  type Table,
} from '@modelsmith/table'
import { cliError } from '../../errors.ts'
import type { Workshop } from '../workshop.ts'
import { terminal } from '../../terminal.ts'

type Training = Extract<RunBundle, { kind: 'training' }>
type Prediction = Extract<RunBundle, { kind: 'prediction' }>

/**
 * Runs again what was brought here, through the code that ran it on the server, with so many parts of a training side by side. Resolves when
 * it succeeds, to what a training gave; throws its error.
 */
export const rerun = async (
  run: RunBundle,
  folder: string,
  workshop: Workshop,
  parallelism = 1,
): Promise<TrainingResult | undefined> => {
  await warnOfPackages(run)
  if (run.kind === 'training') return rerunTraining(run, folder, workshop, parallelism)
  await rerunPrediction(run, folder, workshop)
  return undefined
}

/** Another version of a package is a reason to get another result, so that it is said. */
const warnOfPackages = async ({ environments }: RunBundle): Promise<void> => {
  const here = new Map((await listEnvironments(dataFolder())).map((each) => [each.name, each]))
  for (const { name, interpreter, packages } of environments) {
    const local = here.get(name)
    if (local === undefined || !local.installed) continue
    const differing = packages.filter(({ name: wanted, version }) => versionOf(local.packages, wanted) !== version)
    const others =
      interpreter === null || local.interpreter === interpreter
        ? []
        : [`${local.interpreter} instead of ${interpreter}`]
    const words = [
      ...others,
      ...differing
        .slice(0, 5)
        .map(
          ({ name: wanted, version }) =>
            `${wanted} ${versionOf(local.packages, wanted) ?? '(none)'} instead of ${version}`,
        ),
    ]
    if (words.length > 0)
      terminal.err(`Warning: the environment ${name} is not as on the server: ${words.join(', ')}.\n`)
  }
}

const versionOf = (packages: readonly InstalledPackage[], name: string): string | undefined =>
  packages.find((each) => each.name === name)?.version

const tasksOf = async (run: Training, folder: string, workshop: Workshop): Promise<Map<string, EngineTask>> => {
  const library = run.tasks.some((task) => task.folder === null) ? await loadLibrary(workshop.folder) : []
  return new Map(
    run.tasks.map((task): [string, EngineTask] => {
      const { folder: place, lock, ...about } = task
      if (place !== null) return [task.id, { ...about, lock, kind: 'custom', codeDir: join(folder, place) }]
      const builtin = library.find(({ id }) => id === task.id)
      if (builtin === undefined) throw cliError('cli.builtin', { task: task.name, id: task.id })
      if (builtin.codeHash !== task.codeHash)
        terminal.err(
          `Warning: the built-in task ${task.name} is not as on the server, which has another version of Modelsmith.\n`,
        )
      return [task.id, builtin]
    }),
  )
}

const rerunTraining = async (
  run: Training,
  folder: string,
  workshop: Workshop,
  parallelism: number,
): Promise<TrainingResult> => {
  const { tasks, environments } = await prepareTasks(
    await tasksOf(run, folder, workshop),
    ({ name, lock, requirements }) => workshop.environment(name, lock, requirements),
  )
  const [first] = environments.values()
  if (first === undefined) throw cliError('cli.archive', { reason: 'its run has no tasks' })
  const bytes = await readFile(join(folder, 'partition.bin'))
  const partition = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  return train(
    {
      data: {
        file: join(folder, 'data.cols'),
        contentId: run.contentId,
        rows: partition.length,
        columns: run.columns as never,
      },
      features: run.features,
      ...(run.target === null ? {} : { target: run.target }),
      targetType: run.targetType,
      classes: run.classes,
      ...(run.weights === undefined ? {} : { weights: run.weights }),
      partition,
      folds: run.folds,
      method: run.method,
      ...(run.sampleSize !== undefined && run.sampleSize < 1
        ? { sample: sampleTraining(partition, run.sampleSize, run.seed) }
        : {}),
      onAllRows: run.onAllRows,
      graph: run.graph,
      tasks,
      environments,
      limits: run.limits,
      seed: run.seed,
    },
    {
      cache: noCache,
      workDir: join(await workshop.place(), 'work'),
      parallelism,
      signal: workshop.signal,
      onStep: ({ state, taskName, hook, part }) => {
        if (state === 'running') terminal.err(`${taskName}: ${hook}, ${part}\n`)
      },
      onPrint: (node, _part, { text }) => terminal.err(`[${node}] ${text}\n`),
    },
    await workshop.runner(first),
  )
}

/** As the server's job has it. */
const batchRows = 20_000

const rerunPrediction = async (run: Prediction, folder: string, workshop: Workshop): Promise<void> => {
  const model = join(folder, 'model')
  const [first] = run.environments
  const environment = await workshop.environment(first?.name ?? 'python-ml')
  const pipeline = await openPipeline(await workshop.runner(environment), {
    folder: model,
    environmentOf: workshop.environment,
    limits: run.limits,
    onPrint: ({ text }) => terminal.err(`${text}\n`),
  })
  const onAbort = () => void pipeline.close()
  workshop.signal.addEventListener('abort', onAbort)
  try {
    const { inputs } = pipeline.manifest
    const names = inputs.map(({ name }) => name)
    let rows = 0
    for await (const batch of batchesOf(run, join(folder, run.rows), inputs)) {
      await pipeline.predict(selectColumns(batch, names), run.parameters)
      rows += batch.rows
      terminal.err(`${rows.toLocaleString('en')} rows\n`)
    }
  } finally {
    workshop.signal.removeEventListener('abort', onAbort)
    await pipeline.close()
  }
}

async function* batchesOf(run: Prediction, path: string, inputs: readonly ColumnSchema[]): AsyncGenerator<Table> {
  if (run.rows === 'rows.cols') {
    const table = decodeBlocks(await readFile(path))
    for (let start = 0; start < table.rows; start += batchRows) yield sliceRows(table, start, start + batchRows)
    return
  }
  const extra = run.passThrough.filter((name) => !inputs.some((input) => input.name === name))
  const columns = [...inputs, ...extra.map((name): ColumnSchema => ({ name, type: 'text' }))]
  let reader: ReturnType<typeof createCsvReader> | undefined
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const bytes = new Uint8Array(chunk as Buffer)
    reader ??= createCsvReader({ schema: { columns }, dialect: sniffCsv(bytes), batchRows })
    yield* reader.push(bytes)
  }
  if (reader !== undefined) yield* reader.end()
}
