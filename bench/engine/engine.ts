import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BlueprintGraph, FeatureColumn } from '@modelsmith/domain'
import { type EngineTask, finalPart, hashBytes, type StepCache, train, type TrainingPorts } from '@modelsmith/engine'
import { createRunner } from '@modelsmith/runner'
import { installed } from '../../e2e/support/environments.ts'
import { runParts } from '../../packages/engine/src/parts.ts'
import { planPart } from '../../packages/engine/src/plan.ts'
import { putFolder, type StoredFile, takeFolder } from '../../packages/server/src/infra/objects/step-cache.ts'
import { openFolderStore } from '../../packages/server/src/infra/objects/store.ts'
import { features, schema, target } from './data.ts'
import { type Request, tasksDir } from './sides.ts'

/**
 * The engine's side, as a worker of the product: it becomes ready, then does a training for each line of its input. Each has
 * a step cache of its own, in the server's object store, and leaves a model folder.
 */
const environmentName = 'python-core'
const limits = { memoryMb: 4096, cpuSeconds: 600, wallSeconds: 600, processes: 64, fileSizeMb: 1024, threads: 1 }
const [runtimeDir = '', objectsDir = ''] = process.argv.slice(2)

const taskOf = (name: string, targetType: EngineTask['targetTypes'][number]): EngineTask => {
  const codeDir = join(tasksDir, name)
  return {
    id: name,
    name,
    kind: 'custom',
    targetTypes: [targetType],
    typeSchema: {},
    hyperparameters: [],
    environment: environmentName,
    codeDir,
    codeHash: hashBytes(Buffer.from(codeDir)),
  }
}
const tasks = new Map(
  [
    taskOf('pass-through', 'transform'),
    taskOf('burn', 'transform'),
    taskOf('impute-scale', 'transform'),
    taskOf('logistic', 'binary'),
  ].map((task) => [task.id, task]),
)

const environment = await installed(environmentName)
const runner = createRunner({ runtimeDir })

const store = await openFolderStore(objectsDir, async () => {})

/** The server's step cache on its object store, with a list in memory where it has a table. */
const openCache = (): StepCache => {
  const known = new Map<string, readonly StoredFile[]>()
  return {
    async get(key, into) {
      const files = known.get(key)
      if (files !== undefined) await takeFolder(store, files, into)
      return files !== undefined
    },
    has: async (key) => known.has(key),
    async put(key, from) {
      known.set(key, await putFolder(store, from))
    },
  }
}

const portsOf = ({ folder, lanes }: Request): TrainingPorts => ({
  cache: openCache(),
  workDir: join(folder, 'work'),
  parallelism: lanes,
  signal: new AbortController().signal,
  onStep: () => {},
  onPrint: () => {},
})

const specOf = ({ file, rows, missing }: Request, graph: BlueprintGraph) => ({
  data: {
    file: `${file}.cols`,
    contentId: file,
    rows,
    columns: schema.map((column): FeatureColumn => ({ ...column, missing: missing && column.name !== target })),
  },
  features,
  target,
  targetType: 'binary' as const,
  classes: ['0', '1'],
  graph,
  tasks,
  environments: new Map([[environmentName, environment]]),
  limits,
  seed: 0,
})

/** Transforms in a row, on all rows: as `train` and `fitTask` run the part that is fitted on all. */
const runChain = async (request: Request, task: string, steps: number): Promise<void> => {
  const nodes = Array.from({ length: steps }, (_, index) => ({
    id: `n${index}`,
    taskVersion: task,
    inputs: index === 0 ? [{ from: 'data' as const }] : [{ from: 'node' as const, node: `n${index - 1}` }],
  }))
  const spec = specOf(request, { nodes })
  const rows = new Int32Array(request.rows)
  for (let row = 0; row < rows.length; row++) rows[row] = row
  const columns = spec.data.columns.filter(({ name }) => name !== target)
  const order = nodes.map(({ id }) => id)
  const part = planPart(
    spec,
    columns,
    order,
    { name: finalPart, gives: 'model' },
    { rows, within: [] },
    new Int32Array(0),
  )
  await runParts([part], spec, portsOf(request), runner)
}

const runFolds = async (request: Request, folds: number): Promise<void> => {
  const graph: BlueprintGraph = {
    nodes: [
      { id: 'scale', taskVersion: 'impute-scale', inputs: [{ from: 'data' }] },
      { id: 'model', taskVersion: 'logistic', inputs: [{ from: 'node', node: 'scale' }] },
    ],
  }
  const partition = new Int8Array(request.rows)
  for (let row = 0; row < partition.length; row++) partition[row] = row % (folds + 1)
  await train({ ...specOf(request, graph), folds, partition }, portsOf(request), runner)
}

const run = async (request: Request): Promise<void> => {
  await mkdir(request.folder, { mode: 0o755 })
  if (request.work.kind === 'folds') await runFolds(request, request.work.folds)
  else await runChain(request, request.work.task, request.work.steps)
}

await (await runner.open({ environment, limits, readable: [], writable: [] })).close()
console.log(JSON.stringify({ interpreter: environment.interpreter }))
for await (const line of createInterface({ input: process.stdin })) {
  await run(JSON.parse(line) as Request)
  console.log('{}')
}
await runner.close()
