import { mkdirSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  asksForMissing,
  checkInput,
  checkOutput,
  checkPredictions,
  type EstimatorType,
  isError,
  kindOfColumns,
  kindOfOutput,
  type TableKind,
  joinKinds,
  resolvePredictionParameters,
  takesSparse,
} from '@modelsmith/domain'
import {
  atNode,
  type Environment,
  inputsOf,
  type PipelineInput,
  refuseOutput,
  takeTable,
  type Runner,
  type Session,
  type StepTimings,
  type TableShape,
} from '@modelsmith/runner'
import { decodeBlocks, encodeBlocksWhole, type Finding, type Table } from '@modelsmith/table'
import { joinRows, placesBut } from './cuts.ts'
import { engineError } from './errors.ts'
import { hooksOf, type PlannedNode, type PlannedPart } from './plan.ts'
import type { StepReport, TrainingPorts } from './ports.ts'
import type { EngineTask, FittingSpec } from './spec.ts'

/** What a part gave: its predictions (none when it had no rows to predict) and where artifacts of its nodes lie, unless all were known. */
export type PartResult = {
  readonly predictions: Table | undefined
  readonly artifacts: ReadonlyMap<string, string>
}

type Hook = StepReport['hook']
type Rows = 'train' | 'predict'
const predictionsFile = 'predictions.cols'

/**
 * Runs parts one after another in its own sessions, one for each environment and network; a task with secrets has one to itself. They stay
 * open between parts unless custom code ran in them: what that leaves behind must not reach the next part, neither its predictions nor the results that are kept. Tables stay in
 * the sessions' memory by handle; one crosses to another session only where an edge crosses environments.
 */
export const openLane = (spec: FittingSpec, ports: TrainingPorts, runner: Runner, name: string) => {
  const sessions = new Map<string, Promise<Session>>()
  const folder = join(ports.workDir, name)
  // All that a session may write, of all that lies in the lane's folder.
  const fitted = join(folder, 'fitted')
  let current = { node: '', part: '' }

  const open = async (
    environment: Environment,
    network: 'isolated' | 'public',
    secrets: EngineTask['secrets'],
  ): Promise<Session> => {
    await mkdir(fitted, { recursive: true })
    const session = await runner.open({
      environment,
      limits: spec.limits,
      readable: [spec.data.file, ...new Set([...spec.tasks.values()].map(({ codeDir }) => codeDir))],
      writable: [fitted],
      network,
      ...(secrets === undefined ? {} : { secrets }),
      onPrint: (print) => ports.onPrint(current.node, current.part, print),
    })
    await session.openTable('data', spec.data.file)
    return session
  }

  const sessionOf = (task: EngineTask): Promise<Session> => {
    const { environment, network = 'isolated', secrets } = task
    // What one task is given, no other's code may find.
    const key = `${environment} ${network} ${secrets === undefined ? '' : task.id}`
    const known = sessions.get(key)
    if (known !== undefined) return known
    const opened = open(spec.environments.get(environment) as Environment, network, secrets)
    opened.catch(() => sessions.delete(key))
    sessions.set(key, opened)
    return opened
  }

  const onAbort = () => {
    for (const session of sessions.values())
      session.then(
        (each) => each.cancel('cancelled'),
        () => {},
      )
  }
  ports.signal.addEventListener('abort', onAbort)

  const closeSessions = async (): Promise<void> => {
    const open = [...sessions.values()]
    sessions.clear()
    await Promise.all(
      open.map((session) =>
        session.then(
          (each) => each.close(),
          () => {},
        ),
      ),
    )
  }

  return {
    async run(part: PlannedPart): Promise<PartResult> {
      const result = await runPart({
        spec,
        ports,
        part,
        folder: join(folder, part.name.replaceAll(' ', '-')),
        fitted: join(fitted, part.name.replaceAll(' ', '-')),
        sessionOf,
        freshSession: async ({ environment, network = 'isolated', secrets }) => {
          const session = await open(spec.environments.get(environment) as Environment, network, secrets)
          const stop = () => void session.cancel('cancelled')
          ports.signal.addEventListener('abort', stop)
          void session.ended.then(() => ports.signal.removeEventListener('abort', stop))
          if (ports.signal.aborted) stop()
          return session
        },
        at: (node) => (current = { node, part: part.name }),
      })
      if (part.nodes.some(({ task }) => task.kind === 'custom')) await closeSessions()
      return result
    },
    async close(): Promise<void> {
      ports.signal.removeEventListener('abort', onAbort)
      await closeSessions()
    },
  }
}

type PartContext = {
  readonly spec: FittingSpec
  readonly ports: TrainingPorts
  readonly part: PlannedPart
  readonly folder: string
  /** For the artifacts of its nodes, a folder each. */
  readonly fitted: string
  readonly sessionOf: (task: EngineTask) => Promise<Session>
  /** One that knows nothing of other rows; the caller closes it. */
  readonly freshSession: (task: EngineTask) => Promise<Session>
  readonly at: (node: string) => void
}

const runPart = async (context: PartContext): Promise<PartResult> => {
  const { spec, ports, part, folder, fitted, sessionOf, freshSession } = context
  const artifacts = new Map<string, string>()
  const rowsSet = new Set<Session>()
  const handles: string[] = []
  const home = new Map<string, Session>([])
  /** Tables that were carried from one session to another: what a session has from a file, it cannot give away. */
  const files = new Map<string, string>()
  const kinds = new Map<string, TableKind>()
  let hook: Hook = 'fit'
  await mkdir(folder, { recursive: true })

  const report = (node: PlannedNode, hook: Hook, state: StepReport['state'], timings?: StepTimings) =>
    ports.onStep({ node: node.id, taskName: node.task.name, hook, part: part.name, state, timings })

  const rowsIn = async (session: Session): Promise<void> => {
    if (rowsSet.has(session)) return
    rowsSet.add(session)
    await session.setRows('train', part.trainRows)
    await session.setRows('predict', part.predictRows)
  }

  /** What a node reads, for the given rows, as a reference in its session. */
  const reference = async (node: PlannedNode, session: Session, rows: Rows, mayChange: boolean) => {
    let last = mayChange
    for (const input of node.inputs) {
      if (input.from === 'data') continue
      await carry(`${input.node} ${rows}`, session)
      if ((part.nodes.find(({ id }) => id === input.node)?.readers.length ?? 0) > 1) last = false
    }
    return {
      parts: inputsOf(node.inputs, { table: 'data', rows }, (id) => `${id} ${rows}`),
      sparse: takesSparse(node.task),
      last,
    }
  }

  const carry = async (handle: string, session: Session): Promise<void> => {
    const file = await copy(handle, session)
    if (file === undefined) return
    home.set(handle, session)
    files.set(handle, file)
  }

  /** Makes a table known to another session too, by a file; undefined where it is known there. */
  const copy = async (handle: string, session: Session): Promise<string | undefined> => {
    const from = home.get(handle)
    if (from === undefined || from === session) return undefined
    const name = `${handle.replaceAll(' ', '-')}.cols`
    const file = join(session.input, name)
    const known = files.get(handle)
    if (known !== undefined) await copyFile(known, file)
    else {
      await from.storeTable(handle, join(from.output, name))
      await rename(join(from.output, name), file)
    }
    await session.openTable(handle, file)
    return file
  }

  const apply = async (node: PlannedNode, session: Session, rows: Rows) => {
    const result = `${node.id} ${rows}`
    hook = node.targetType === 'transform' ? 'transform' : 'predict'
    const {
      shape,
      hook: used,
      ...timings
    } = await session.apply({
      model: `model ${node.id}`,
      task: node.id,
      targetType: node.targetType,
      x: await reference(node, session, rows, true),
      ...applyGiven(node),
      seed: spec.seed,
      lookForMissing: node.targetType === 'transform' && asksForMissing(node.task, node.readers),
      result,
    })
    handles.push(result)
    home.set(result, session)
    return { shape, used, timings }
  }

  /** What a node tells its readers of the rows that it was fitted on, put into its session: for each row, by a fit that did not see it. */
  const tellOwnRows = async (node: PlannedNode, session: Session, key: string): Promise<TableShape> => {
    const handle = `${node.id} train`
    const place = join(folder, `${node.id}-cross-fitted`)
    if (!node.kept || !(await ports.cache.get(key, place))) {
      await mkdir(place, { recursive: true })
      await writeFile(join(place, predictionsFile), encodeBlocksWhole(await crossFit(node, session)))
      if (node.kept) await ports.cache.put(key, place)
    }
    const file = join(session.input, `${node.id}-train.cols`)
    await copyFile(join(place, predictionsFile), file)
    files.set(handle, file)
    const shape = await session.openTable(handle, file)
    handles.push(handle)
    home.set(handle, session)
    return shape
  }

  const crossFit = async (node: PlannedNode, session: Session): Promise<Table> => {
    await reference(node, session, 'train', false)
    const tables: Table[] = []
    for (const [cut, left] of part.within.entries()) {
      if (ports.signal.aborted) throw engineError('engine.cancelled', {})
      // What custom code keeps of the rows of another fit must not reach this one.
      const own = node.task.kind === 'custom' ? await freshSession(node.task) : session
      try {
        tables.push(await fitWithout(node, own, left, cut))
      } finally {
        if (own !== session) await own.close()
      }
    }
    return joinRows(part.trainRows.length, part.within, tables)
  }

  /** Fits a node on all training rows but these, and applies it to these. */
  const fitWithout = async (node: PlannedNode, session: Session, left: Int32Array, cut: number): Promise<Table> => {
    const outputDir = join(fitted, `${node.id} ${cut}`)
    const result = `${node.id} cut`
    const rows = { fit: placesBut(part.trainRows.length, left), apply: left }
    mkdirSync(outputDir, { recursive: true })
    if (session !== home.get(`model ${node.id}`)) {
      await session.addTask({ name: node.id, codeDir: node.task.codeDir })
      for (const input of node.inputs) if (input.from === 'node') await copy(`${input.node} train`, session)
    }
    for (const [name, places] of Object.entries(rows)) {
      await session.setRows(`${name} places`, places)
      await session.setRows(
        `${name} rows`,
        places.map((at) => part.trainRows[at] as number),
      )
    }
    const x = (name: keyof typeof rows) => ({
      parts: inputsOf(node.inputs, { table: 'data', rows: `${name} rows` }, (id) => `${id} train`).map((each) =>
        'table' in each && each.table !== 'data' ? { ...each, rows: `${name} places` } : each,
      ),
      sparse: takesSparse(node.task),
    })
    const about = { task: node.id, targetType: node.targetType, seed: spec.seed }
    await session.fit({ ...about, x: x('fit'), ...fitGiven(node, 'fit rows'), outputDir, keepAs: 'model of cut' })
    const { hook: used } = await session.apply({
      ...about,
      model: 'model of cut',
      x: x('apply'),
      ...applyGiven(node),
      result,
    })
    const table = decodeBlocks(await takeTable(session, result))
    if (node.targetType !== 'transform') refuseOutput(used, checkPredictions(predicted(node, table)).findings)
    await session.release([
      result,
      'model of cut',
      ...Object.keys(rows).flatMap((name) => [`${name} rows`, `${name} places`]),
    ])
    await rm(outputDir, { recursive: true, force: true })
    return table
  }

  /** What `fit` is given beside the columns. */
  const fitGiven = ({ targetType, parameters }: PlannedNode, rows: string) => ({
    ...(spec.target === undefined ? {} : { y: columnOf(spec.target, rows) }),
    ...(spec.weights === undefined || targetType === 'transform' ? {} : { weights: columnOf(spec.weights, rows) }),
    ...(spec.classes.length === 0 ? {} : { classes: spec.classes }),
    parameters,
  })

  const applyGiven = ({ task, targetType }: PlannedNode) => {
    // Nobody has set any yet: their defaults hold.
    const parameters = resolvePredictionParameters([task], {}).values.get(task.id)
    return {
      ...(spec.classes.length === 0 || targetType === 'transform' ? {} : { classes: spec.classes }),
      ...(parameters === undefined ? {} : { parameters }),
    }
  }

  const predicted = ({ task, targetType }: PlannedNode, table: Table) => ({
    task: task.name,
    targetType: targetType as EstimatorType,
    classes: spec.classes,
    rows: table.rows,
    table,
  })

  const inputKind = (inputs: readonly PipelineInput[]): TableKind =>
    joinKinds(
      inputs.map((input) =>
        input.from === 'node' ? (kinds.get(input.node) as TableKind) : kindOfColumns(columnsNamed(input.columns)),
      ),
    )
  const columnsNamed = (names: readonly string[]) => {
    const wanted = new Set(names)
    return spec.data.columns.filter(({ name }) => wanted.has(name))
  }

  const runNode = async (node: PlannedNode): Promise<Table | undefined> => {
    context.at(node.id)
    hook = 'fit'
    const target = join(fitted, node.id)
    artifacts.set(node.id, target)
    mkdirSync(target, { recursive: true })
    const known = node.kept && (await ports.cache.get(node.fitKey, target))
    const session = await sessionOf(node.task)
    await rowsIn(session)
    // Calls run in order, so that the next one need not wait for this; a session that has ended refuses both.
    session.addTask({ name: node.id, codeDir: node.task.codeDir }).catch(() => {})
    const input = inputKind(node.inputs)
    refuseInput(node.task, checkInput(node.task, input))
    if (known) {
      await session.load({
        task: node.id,
        targetType: node.targetType,
        artifactDir: target,
        model: `model ${node.id}`,
      })
      report(node, 'fit', 'reused')
    } else {
      report(node, 'fit', 'running')
      const { artifacts: _, ...timings } = await session.fit({
        task: node.id,
        targetType: node.targetType,
        // A transform sees its rows again: what its fit does to them must not last.
        x: await reference(node, session, 'train', node.targetType !== 'transform'),
        ...fitGiven(node, 'train'),
        outputDir: target,
        seed: spec.seed,
        keepAs: `model ${node.id}`,
      })
      if (node.kept) await ports.cache.put(node.fitKey, target)
      report(node, 'fit', 'done', timings)
    }
    handles.push(`model ${node.id}`)
    home.set(`model ${node.id}`, session)
    const told = node.crossFitKey === undefined ? undefined : await tellOwnRows(node, session, node.crossFitKey)
    if (node.targetType === 'transform') return transformRows(node, session, input, told)
    if (told !== undefined) kinds.set(node.id, kindOfOutput(node.task, told))
    if (part.predictRows.length === 0) return undefined
    report(node, 'predict', 'running')
    const { used, timings } = await apply(node, session, 'predict')
    const bytes = await takeTable(session, `${node.id} predict`)
    const predictions = decodeBlocks(bytes)
    refuseOutput(used, checkPredictions(predicted(node, predictions)).findings)
    if (node.kept && node === estimatorOf(part)) await keepPredictions(context, bytes)
    report(node, 'predict', 'done', timings)
    return predictions
  }

  const transformRows = async (node: PlannedNode, session: Session, input: TableKind, told: TableShape | undefined) => {
    const own = told === undefined ? await apply(node, session, 'train') : undefined
    const other = part.predictRows.length > 0 ? await apply(node, session, 'predict') : undefined
    const actual = kindOfOutput(node.task, (own?.shape ?? told) as TableShape)
    const hook = own?.used ?? other?.used
    if (hook !== undefined) refuseOutput(hook, checkOutput(node.task, input, actual))
    kinds.set(node.id, actual)
    // The step on the rows to predict is the one that people see: the other only feeds the next fit.
    report(node, 'transform', 'done', other?.timings ?? own?.timings)
    return undefined
  }

  try {
    const reused = await knownPart(context)
    if (reused !== undefined) {
      for (const node of part.nodes) for (const each of hooksOf(part, node)) report(node, each, 'reused')
      return reused
    }
    let predictions: Table | undefined
    for (const node of part.nodes) {
      if (ports.signal.aborted) throw engineError('engine.cancelled', {})
      try {
        predictions = (await runNode(node)) ?? predictions
      } catch (error) {
        if (ports.signal.aborted) throw engineError('engine.cancelled', {}, { cause: error })
        report(node, hook, 'failed')
        throw atNode(error, node.id, node.task.name)
      }
    }
    return { predictions, artifacts }
  } finally {
    await Promise.all(
      [...new Set(home.values()), ...rowsSet].map((session) =>
        session.release([...handles, 'train', 'predict']).catch(() => {}),
      ),
    )
  }
}

const columnOf = (name: string, rows: string) => ({ parts: [{ table: 'data', columns: [name], rows }] })

const refuseInput = ({ name }: EngineTask, all: readonly Finding[]): void => {
  const findings = all.filter(isError)
  if (findings.length > 0) throw engineError('engine.input', { task: name, count: findings.length }, { findings })
}

const estimatorOf = ({ nodes }: PlannedPart): PlannedNode => nodes.at(-1) as PlannedNode

/** A part of which all that it is to give is known is not run at all. */
const knownPart = async ({ ports, part, folder }: PartContext): Promise<PartResult | undefined> => {
  const estimator = estimatorOf(part)
  if (part.nodes.some(({ kept }) => !kept)) return undefined
  const place = join(folder, 'known')
  const artifacts = new Map<string, string>()
  const predictions = join(place, 'predictions')
  for (const { fitKey } of part.gives === 'fits' ? part.nodes : [])
    if (!(await ports.cache.has(fitKey))) return undefined
  if (part.predictRows.length > 0 && !(await ports.cache.get(estimator.predictKey, predictions))) return undefined
  for (const { id, fitKey } of part.gives === 'model' ? part.nodes : []) {
    const target = join(place, id)
    if (!(await ports.cache.get(fitKey, target))) {
      await rm(place, { recursive: true, force: true })
      return undefined
    }
    artifacts.set(id, target)
  }
  const bytes = part.predictRows.length === 0 ? undefined : await readFile(join(predictions, predictionsFile))
  return { predictions: bytes === undefined ? undefined : decodeBlocks(bytes), artifacts }
}

const keepPredictions = async ({ ports, part, folder }: PartContext, bytes: Uint8Array): Promise<void> => {
  const place = join(folder, 'kept')
  await mkdir(place)
  await writeFile(join(place, predictionsFile), bytes)
  await ports.cache.put(estimatorOf(part).predictKey, place)
}
