import type { Project, TrainingRun } from '@modelsmith/api'
import {
  checkPartitioning,
  checkPositiveClass,
  checkTargetType,
  classCodes,
  classesOf,
  compareScores,
  defaultMetric,
  defaultPartitioning,
  detectTargetType,
  type EstimatorType,
  type FeatureColumn,
  higherIsBetter,
  isError,
  metricNames,
  partitionRows,
} from '@modelsmith/domain'
import { excludedPart } from '@modelsmith/engine'
import { type Column, type ColumnSchema, columnIndex, type Finding, isValid } from '@modelsmith/table'
import type { BodyOf, Endpoints } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import {
  authorise,
  authoriseCreate,
  authoriseUse,
  createObject,
  insertObject,
  removeObject,
  touch,
  announceChange,
  wordsFor,
} from '../../infra/rights/objects.ts'
import type { Blueprints, Surroundings } from '../blueprints/index.ts'
import type { Datasets } from '../datasets/index.ts'
import { findJob, queueJob, toJob, withoutSourceOf } from '../jobs/index.ts'
import { demandPlaced, place, type Tasks } from '../tasks/index.ts'
import { projectError } from './errors.ts'
import * as store from './store.ts'

type NewProject = BodyOf<Endpoints['createProject']>
type Change = BodyOf<Endpoints['changeProject']>
type Train = BodyOf<Endpoints['train']>

const words = (findings: readonly Finding[]): string => findings.map(({ message }) => message).join(' ')

/** What projects need of other features. */
type Neighbours = {
  readonly datasets: Datasets
  readonly tasks: Tasks
  readonly blueprints: Blueprints
  readonly cancelJob: (queries: Queries, job: string) => Promise<void>
}

export const createProjects = (
  { database }: Pick<Context, 'database'>,
  { datasets, tasks, blueprints, cancelJob }: Neighbours,
) => {
  const row = async (caller: Caller, id: string, action: 'view' | 'run' | 'edit' = 'view') => {
    const object = await authorise(database, caller, action, 'project', id)
    return { object, project: (await store.findProject(database, id)) as store.ProjectRow }
  }
  const read = async (caller: Caller, id: string): Promise<Project> => {
    const { object, project } = await row(caller, id)
    return store.toProject(object, project)
  }

  const surroundingsOf = async (caller: Caller, id: string): Promise<Surroundings> => {
    const { project } = await row(caller, id)
    return {
      columns: project.columns.filter(({ name }) => project.features.includes(name)),
      targetType: project.target_type,
    }
  }

  return {
    read,
    surroundingsOf,

    async create(caller: Caller, body: NewProject): Promise<Project> {
      authoriseCreate(caller, 'project')
      const version = await datasets.ready(caller, body.datasetVersionId, 'use')
      const table = await datasets.table(version)
      const index = columnIndex(table, body.target)
      const column = table.columns[index]
      const schema = table.schema.columns[index]
      if (column === undefined || schema === undefined)
        throw projectError('project.unknownColumn', { names: `"${body.target}"` })
      const columns = table.schema.columns.map(
        (each, at): FeatureColumn => ({ ...each, missing: table.columns[at]?.validity !== undefined }),
      )
      const unknown = (body.features ?? []).filter((name) => !columns.some((each) => each.name === name))
      if (unknown.length > 0)
        throw projectError('project.unknownColumn', { names: unknown.map((name) => `"${name}"`).join(', ') })

      const { targetType, classes } = chooseTarget(column, schema, table.rows, body)
      const features =
        body.features?.filter((name) => name !== body.target) ??
        columns.map(({ name }) => name).filter((name) => name !== body.target)
      if (features.length === 0) throw projectError('project.features', {})
      const metric = body.metric ?? defaultMetric(targetType)
      demandMetric(metric, targetType)
      const partitioning = { ...defaultPartitioning(targetType), ...body.partitioning }
      const split = splitRows(column, schema, table.rows, targetType, classes, partitioning)

      const id = await database.transaction(async (queries) => {
        await authoriseUse(queries, caller, 'use', 'dataset', version.dataset_id)
        const made = await createObject(queries, caller, 'project', body.name)
        await store.insertProject(queries, {
          id: made,
          dataset_id: version.dataset_id,
          dataset_version_id: version.id,
          content_id: version.blocks_key,
          blocks_key: version.blocks_key,
          columns,
          features,
          target: body.target,
          target_type: targetType,
          classes,
          metric,
          partitioning,
          partition: Buffer.from(split.partition.buffer),
          rows: split.rows,
          holdout_unlocked: false,
        })
        // The project keeps its columns, whatever becomes of the dataset's types.
        await hold(queries, made, [{ key: version.blocks_key }])
        return made
      })
      return read(caller, id)
    },

    /** With a project go its runs and models; what still trains is stopped. */
    async remove(caller: Caller, id: string, seen: number): Promise<void> {
      await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'delete', 'project', id)
        const user = await store.deploymentOf(queries, id)
        if (user !== undefined)
          throw infraError('object.inUse', {
            kind: 'project',
            name: object.name,
            by: await wordsFor(queries, caller, user, 'the deployment '),
          })
        await removeObject(queries, object, seen)
        for (const job of await store.activeJobsOf(queries, id)) await cancelJob(queries, job)
        await letGo(queries, [id, ...(await store.removeRunsAndModels(queries, id))])
      })
    },

    async change(caller: Caller, id: string, body: Change, seen: number): Promise<Project> {
      await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'edit', 'project', id)
        const project = (await store.findProject(queries, id)) as store.ProjectRow
        if (body.metric !== undefined) demandMetric(body.metric, project.target_type)
        await touch(queries, object, seen, { name: body.name })
        await store.changeProject(queries, id, { metric: body.metric, unlock: body.holdoutUnlocked === true })
      })
      return read(caller, id)
    },

    async train(caller: Caller, id: string, body: Train) {
      await row(caller, id, 'run')
      const { name, graph, blueprint } =
        'blueprintId' in body ? await savedBlueprint(caller, body.blueprintId) : await drawnBlueprint(caller, body)
      const checked = await blueprints.check(caller, graph, await surroundingsOf(caller, id))
      const findings = checked.findings.filter((finding) => isError(finding as Finding))
      if (!checked.valid)
        throw projectError('project.blueprint', { count: findings.length }, { findings: findings as Finding[] })
      const run = newId('trainingRun')
      const job = await database.transaction(async (queries) => {
        await authoriseUse(queries, caller, 'run', 'project', id)
        await insertObject(queries, {
          id: run,
          kind: 'trainingRun',
          name,
          owner: caller.id,
          organisation: caller.organisation,
          workspace: caller.workspace,
          within: id,
        })
        await place(queries, caller, id, graph, 'all')
        const queued = await queueJob(queries, {
          kind: 'trainBlueprint',
          title: `Train ${name}`,
          owner: caller.id,
          organisation: caller.organisation,
          subject: { kind: 'trainingRun', id: run },
          payload: { run },
        })
        await store.insertRun(queries, { id: run, project: id, blueprint, name, graph, job: queued })
        await announceChange(queries, id)
        return queued
      })
      const rows = { run: (await store.findRun(database, run)) as store.RunRow, job: await findJob(database, job) }
      return { run: store.toRun(rows.run), job: toJob(rows.job as NonNullable<typeof rows.job>) }
    },

    async run(caller: Caller, id: string) {
      await authorise(database, caller, 'view', 'trainingRun', id)
      return shown(caller, store.toRun((await store.findRun(database, id)) as store.RunRow))
    },

    async leaderboard(caller: Caller, id: string, wanted: string | undefined) {
      const { project } = await row(caller, id)
      const metric = wanted ?? project.metric
      demandMetric(metric, project.target_type)
      const rows = await store.leaderboard(database, id)
      const scoreOf = ({ scores }: store.BoardRow): number | null => scores?.crossValidation[metric] ?? null
      const compare = compareScores(metric)
      const sorted = rows.toSorted((a, b) => compare(scoreOf(a), scoreOf(b)))
      return {
        projectId: id,
        metric,
        higherIsBetter: higherIsBetter(metric),
        entries: await Promise.all(
          sorted.map(async (entry) => ({
            run: await shown(caller, store.toRun(entry)),
            scores:
              entry.scores === null
                ? null
                : { ...entry.scores, holdout: project.holdout_unlocked ? entry.scores.holdout : null },
          })),
        ),
      }
    },
  }

  /** A run as the caller may see it: what went wrong in a task that they may only execute shows none of its code. */
  async function shown(caller: Caller, run: TrainingRun): Promise<TrainingRun> {
    if (run.error === null) return run
    const ids = run.graph.nodes.map(({ taskVersion }) => taskVersion)
    return (await tasks.unseen(caller, ids)).size === 0 ? run : { ...run, error: withoutSourceOf(run.error) }
  }

  async function savedBlueprint(caller: Caller, id: string) {
    await authorise(database, caller, 'use', 'blueprint', id)
    const { name, graph } = await blueprints.read(caller, id)
    return { name, graph, blueprint: id }
  }

  async function drawnBlueprint(caller: Caller, { name, graph, from }: Exclude<Train, { blueprintId: string }>) {
    await demandPlaced(database, caller, graph, await blueprints.origin(caller, from))
    return { name, graph, blueprint: null }
  }
}

export type Projects = ReturnType<typeof createProjects>

const demandMetric = (metric: string, targetType: EstimatorType): void => {
  const known: readonly string[] = metricNames[targetType]
  if (!known.includes(metric)) throw projectError('project.metric', { metric, known: known.join(', ') })
}

/** The target as chosen, or as the column suggests; refused with every reason. */
const chooseTarget = (column: Column, schema: ColumnSchema, rows: number, body: NewProject) => {
  const classes = classesOf(column, schema, rows, body.positiveClass)
  const profile = {
    name: schema.name,
    type: schema.type,
    rows,
    missing: countMissing(column, rows),
    distinct: classes.length,
    top: classes.slice(0, 1).map((value) => ({ value, count: rows })),
  }
  const decision = body.targetType === undefined ? detectTargetType(profile) : undefined
  const targetType: EstimatorType | undefined = body.targetType ?? decision?.targetType
  const ofTarget = decision?.findings ?? checkTargetType(profile, body.targetType as EstimatorType)
  const ofClass = targetType === 'binary' ? checkPositiveClass(schema.name, classes, body.positiveClass) : []
  const findings = [...ofTarget.filter(isError), ...ofClass]
  if (targetType === undefined || findings.length > 0) {
    throw projectError('project.target', { problems: words(findings) || (decision?.reason ?? '') }, { findings })
  }
  return { targetType, classes: targetType === 'binary' || targetType === 'multiclass' ? classes : [] }
}

const countMissing = (column: Column, rows: number): number => {
  let missing = 0
  for (let row = 0; row < rows; row++) if (!isValid(column.validity, row)) missing++
  return missing
}

/** Parts of the rows that have a target; the others belong to none. */
const splitRows = (
  column: Column,
  schema: ColumnSchema,
  rows: number,
  targetType: EstimatorType,
  classes: readonly string[],
  partitioning: Project['partitioning'],
) => {
  const used = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => isValid(column.validity, row))
  const codes = classes.length === 0 ? undefined : classCodes(column, schema, rows, classes)
  const strata = codes === undefined ? undefined : Int32Array.from(used, (row) => codes[row] as number)
  const smallestClass =
    strata === undefined
      ? undefined
      : Math.min(...classes.map((_, code) => strata.reduce((sum, each) => sum + (each === code ? 1 : 0), 0)))
  const problems = checkPartitioning(partitioning, {
    targetType,
    rows: used.length,
    ...(smallestClass === undefined ? {} : { smallestClass }),
  }).filter(isError)
  if (problems.length > 0)
    throw projectError('project.partitioning', { problems: words(problems) }, { findings: problems })
  const parts = partitionRows({ ...partitioning, rows: used.length, strata })
  const partition = new Int8Array(rows).fill(excludedPart)
  used.forEach((row, index) => {
    partition[row] = parts[index] as number
  })
  const holdout = parts.reduce((sum, part) => sum + (part === 0 ? 1 : 0), 0)
  return {
    partition,
    rows: { total: rows, training: used.length - holdout, holdout, missingTarget: rows - used.length },
  }
}
