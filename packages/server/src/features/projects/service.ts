import type { Project, TrainingRun } from '@modelsmith/api'
import {
  type BlueprintGraph,
  compareScores,
  higherIsBetter,
  isError,
  type ParameterValues,
  pruneGraph,
  toldColumns,
  withParameters,
} from '@modelsmith/domain'
import { loadRepository } from '@modelsmith/engine'
import { encodeBlocksWhole, type Finding, selectColumns, type Table, takeRows } from '@modelsmith/table'
import type { BodyOf, Endpoints } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import {
  authorise,
  authoriseCreate,
  authoriseUse,
  createObject,
  removeObject,
  touch,
  wordsFor,
} from '../../infra/rights/objects.ts'
import type { Blueprints, Surroundings } from '../blueprints/index.ts'
import type { Datasets } from '../datasets/index.ts'
import { findJob, toJob, withoutSourceOf } from '../jobs/index.ts'
import { type Masking, sensitiveOf } from '../sensitive-columns/index.ts'
import { demandPlaced, place, type Tasks } from '../tasks/index.ts'
import { projectError } from './errors.ts'
import { evaluationsOf, type EvaluationRow, resultsOf, toEvaluation } from './evaluations.ts'
import { type SplitBy, useFunction } from './functions.ts'
import { queueTraining } from './queue-training.ts'
import { demandMetric, planProject } from './plan.ts'
import * as store from './store.ts'

type NewProject = BodyOf<Endpoints['createProject']>
type Change = BodyOf<Endpoints['changeProject']>
type Train = BodyOf<Endpoints['train']>

type Version = { readonly id: string; readonly dataset_id: string; readonly blocks_key: string }
/** Rows of a new project, and where they come from. */
type ProjectSource = {
  readonly versions: readonly [Version, ...Version[]]
  readonly table: Table
  /** Whether the rows are not just those of the version. */
  readonly isNewTable?: boolean
  /** Aborts when whoever asked goes away. */
  readonly signal: AbortSignal
  /** What else must hold when it is made. */
  readonly demand?: (queries: Queries) => Promise<void>
  /** What else is kept with it, or refuses it after all. */
  readonly keep?: (queries: Queries, project: string) => Promise<void>
}

type TrainRepository = BodyOf<Endpoints['trainRepository']>
export type How = Pick<Train, 'featureList' | 'sampleSize'>
type RunStarted = { readonly run: TrainingRun; readonly job: ReturnType<typeof toJob> }
/** A graph that a project may train, under the name and with the origin that its runs will have. */
export type ToTrain = {
  readonly name: string
  readonly graph: BlueprintGraph
  readonly blueprint: string | null
  readonly repository?: string
}

let known: ReturnType<typeof loadRepository> | undefined
/** Read once: it comes with the program. */
const repository = () => (known ??= loadRepository())

/** The columns of a list of the project, or all its features. */
const featuresFor = ({ features, feature_lists }: store.ProjectRow, list: string | undefined): readonly string[] => {
  if (list === undefined) return features
  const found = feature_lists.find(({ name }) => name === list)
  if (found === undefined)
    throw projectError('project.featureList', { name: list, known: feature_lists.map(({ name }) => name) })
  return found.features
}

/** With values of parameters that are not its own. */
const told = (blueprint: ToTrain, given: Readonly<Record<string, ParameterValues>> = {}): ToTrain => {
  const { graph, unknown } = withParameters(blueprint.graph, given)
  if (unknown.length > 0)
    throw projectError('project.parameters', {
      blueprint: blueprint.name,
      unknown,
      known: graph.nodes.map(({ id }) => id),
    })
  return { ...blueprint, graph }
}

const demandFeatureLists = (lists: Project['featureLists'], features: readonly string[]): void => {
  const known = new Set(features)
  const unknown = [...new Set(lists.flatMap((list) => list.features))].filter((name) => !known.has(name))
  const twice = lists.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index)
  if (unknown.length > 0 || twice.length > 0) throw projectError('project.featureLists', { unknown, twice })
}

/** What a project tells of its rows is not marked as sensitive. Asked before rows are looked at: what is wrong with them, tells values too. */
const demandTold = async (
  queries: Queries,
  versions: readonly Version[],
  body: Omit<NewProject, 'datasetVersionId'>,
): Promise<void> => {
  const sensitive = await sensitiveOf(
    queries,
    versions.map(({ dataset_id }) => dataset_id),
  )
  const marked = new Set([...sensitive.values()].flat())
  const told = toldColumns(body).filter(({ column }) => marked.has(column))
  if (told.length === 0) return
  const columns = [...new Set(told.map(({ column }) => column))]
  const { code, message } = projectError('project.sensitive', { columns })
  throw projectError(
    'project.sensitive',
    { columns },
    { findings: told.map(({ pointer }) => ({ code, message, place: { pointer } })) },
  )
}

/** What was trained once more on all rows has the scores of the folds that it came from, and stands behind it. */
const byScore = (metric: string) => {
  const compare = compareScores(metric)
  const scoreOf = ({ scores }: store.BoardRow): number | null => scores?.crossValidation[metric] ?? null
  const isRetrained = ({ retrained_from }: store.BoardRow): number => Number(retrained_from !== null)
  return (a: store.BoardRow, b: store.BoardRow): number =>
    compare(scoreOf(a), scoreOf(b)) || isRetrained(a) - isRetrained(b)
}

const mostNameLength = 255

/** Leaderboards, lists and deployments tell models apart by their names. */
const onAllRows = (name: string): string => {
  const suffix = ' on all rows'
  return name.slice(0, mostNameLength - suffix.length) + suffix
}

/** The function that splits the rows is one that the caller may use, and takes these parameters. */
const demandFunction = async (queries: Queries, caller: Caller, how: NewProject['partitioning']): Promise<void> => {
  if (how?.method !== 'function') return
  const { function: id, parameters = {} } = how
  if (id === undefined) throw projectError('project.functionMissing', {})
  await useFunction(queries, caller, 'split', { id, parameters, pointer: '/partitioning/parameters' })
}

/** What projects need of other features. */
type Neighbours = {
  readonly datasets: Datasets
  readonly tasks: Tasks
  readonly blueprints: Blueprints
  readonly masking: Pick<Masking, 'ofProject'>
  readonly cancelJob: (queries: Queries, job: string) => Promise<void>
  readonly splitBy: SplitBy
}

export const createProjects = (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  { datasets, tasks, blueprints, masking, cancelJob, splitBy }: Neighbours,
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

    async create(caller: Caller, body: NewProject, signal: AbortSignal): Promise<Project> {
      authoriseCreate(caller, 'project')
      const version = await datasets.ready(caller, body.datasetVersionId, 'use')
      return this.createOf(caller, { versions: [version], table: await datasets.table(version), signal }, body)
    },

    /** How rows would be split, of which nothing is kept. */
    async previewSplit(caller: Caller, source: ProjectSource, body: Omit<NewProject, 'datasetVersionId'>) {
      const { targetType, classes, partitioning, parts, rows } = await plan(caller, source, body)
      return { targetType, classes: [...classes], folds: partitioning.folds, parts, rows }
    },

    /** A project of rows that the caller may use, of one dataset or of several. */
    async createOf(
      caller: Caller,
      source: ProjectSource,
      body: Omit<NewProject, 'datasetVersionId'>,
    ): Promise<Project> {
      const { versions, isNewTable = false, demand, keep } = source
      const [version, ...further] = versions
      const planned = await plan(caller, source, body)
      // A column of corrected weights makes other content of it.
      const blocks =
        planned.isNewTable || isNewTable
          ? (await objects.putBytes(Buffer.from(encodeBlocksWhole(planned.table)))).key
          : version.blocks_key

      const id = await database.transaction(async (queries) => {
        for (const each of versions) await authoriseUse(queries, caller, 'use', 'dataset', each.dataset_id)
        await demandTold(queries, versions, body)
        await demandFunction(queries, caller, body.partitioning)
        await demand?.(queries)
        const made = await createObject(queries, caller, 'project', body.name)
        await store.insertProject(queries, {
          id: made,
          dataset_id: version.dataset_id,
          dataset_version_id: version.id,
          further_datasets: [...new Set(further.map((each) => each.dataset_id))],
          content_id: blocks,
          blocks_key: blocks,
          columns: planned.columns,
          features: planned.features,
          target: body.target ?? null,
          target_type: planned.targetType,
          classes: planned.classes,
          metric: planned.metric,
          weights: planned.weights,
          downsampling: planned.downsampling,
          partitioning: planned.partitioning,
          partition: Buffer.from(planned.partition.buffer),
          parts: planned.parts,
          rows: planned.rows,
        })
        // The project keeps its columns, whatever becomes of the dataset's types.
        await hold(queries, made, [{ key: blocks }])
        await keep?.(queries, made)
        return made
      })
      return read(caller, id)
    },

    /** With a project go its runs and models; what still trains is stopped. */
    async remove(caller: Caller, id: string, seen: number): Promise<void> {
      await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'delete', 'project', id)
        const user = await store.userOf(queries, id)
        if (user !== undefined)
          throw infraError('object.inUse', {
            kind: 'project',
            name: object.name,
            by: await wordsFor(queries, caller, user, `the ${user.kind} `),
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
        if (body.metric !== undefined) demandMetric(body.metric, project.target_type, project.classes)
        if (body.featureLists !== undefined) demandFeatureLists(body.featureLists, project.features)
        await touch(queries, object, seen, { name: body.name })
        await store.changeProject(queries, id, {
          metric: body.metric,
          featureLists: body.featureLists,
          unlockedBy: body.holdoutUnlocked === true ? caller.id : undefined,
        })
      })
      return read(caller, id)
    },

    async train(caller: Caller, id: string, body: Train) {
      const { project } = await row(caller, id, 'run')
      return start(caller, project, await blueprintOf(caller, id, body), body)
    },

    /** What a request would train, with the columns that it would be trained on; refused as that training would be. */
    async chosen(caller: Caller, id: string, body: Train) {
      const { project } = await row(caller, id, 'view')
      const blueprint = await blueprintOf(caller, id, body)
      return { project, blueprint, features: await demandFits(caller, project, blueprint.graph, body) }
    },

    /** Trains a graph that a project has already, in which the caller may run. */
    trainChosen: async (caller: Caller, id: string, blueprint: ToTrain, how: How) =>
      start(caller, (await store.findProject(database, id)) as store.ProjectRow, blueprint, how),

    /**
     * The training of a model once more, with the rows of the holdout in the last fit too. Its tasks stand in the project already; what it
     * was trained on is its own, whatever became of the feature list.
     */
    async retrain(caller: Caller, model: string): Promise<RunStarted> {
      const { run, job } = await database.transaction(async (queries) => {
        const { name } = await authoriseUse(queries, caller, 'run', 'model', model)
        const from = (await store.runOfModel(queries, model)) as store.RunRow
        const project = (await store.findProject(queries, from.project_id)) as store.ProjectRow
        const isWhole = from.retrained_from !== null || (project.rows.holdout === 0 && from.sample_size === 1)
        if (isWhole) throw projectError('project.allRows', { model: name, holdout: project.rows.holdout })
        return queueTraining(queries, {
          project: project.id,
          owner: caller.id,
          organisation: caller.organisation,
          workspace: caller.workspace,
          blueprint: from.blueprint_id,
          name: onAllRows(from.blueprint_name),
          graph: from.graph,
          featureList: from.feature_list,
          features: from.features,
          sampleSize: from.sample_size,
          repository: from.repository_id,
          retrainedFrom: model,
        })
      })
      return started(run, job)
    },

    /** Starts a training of each; refused as a whole when one of them does not fit. */
    async trainAll(caller: Caller, id: string, bodies: readonly Train[]): Promise<{ items: RunStarted[] }> {
      const { project } = await row(caller, id, 'run')
      const chosen = await Promise.all(
        bodies.map(async (body) => ({ body, blueprint: await blueprintOf(caller, id, body) })),
      )
      for (const { blueprint, body } of chosen) await demandFits(caller, project, blueprint.graph, body)
      const items: RunStarted[] = []
      for (const { blueprint, body } of chosen) items.push(await start(caller, project, blueprint, body))
      return { items }
    },

    /** Built-in blueprints made to fit the columns of the project, each with what has been trained of it. */
    async repository(caller: Caller, id: string) {
      const { project } = await row(caller, id)
      const trained = new Map(
        (await store.trainedOfRepository(database, id)).map(({ repository_id, runs }) => [repository_id, runs]),
      )
      return {
        items: (await fitting(caller, project, project.features)).map((entry) => ({
          ...entry,
          trained: trained.get(entry.id) ?? 0,
        })),
      }
    },

    trainRepository(caller: Caller, id: string, { ids, ...how }: TrainRepository) {
      return this.trainAll(
        caller,
        id,
        [...new Set(ids)].map((repositoryId) => ({ ...how, repositoryId })),
      )
    },

    async run(caller: Caller, id: string) {
      await authorise(database, caller, 'view', 'trainingRun', id)
      return shown(caller, store.toRun((await store.findRun(database, id)) as store.RunRow))
    },

    async leaderboard(caller: Caller, id: string, wanted: string | undefined) {
      const { project } = await row(caller, id)
      const metric = wanted ?? project.metric
      if (metric !== null) demandMetric(metric, project.target_type, project.classes)
      const rows = await store.leaderboard(database, id, caller.id)
      const sorted = metric === null ? rows : rows.toSorted(byScore(metric))
      const evaluations = await evaluationsOf(database, id)
      const results = Map.groupBy(await resultsShown(caller, project, evaluations), ({ model_id }) => model_id)
      return {
        projectId: id,
        metric,
        higherIsBetter: metric === null ? null : higherIsBetter(metric),
        evaluations: evaluations.map(toEvaluation),
        entries: await Promise.all(
          sorted.map(async (entry) => ({
            run: await shown(caller, store.toRun(entry)),
            scores:
              entry.scores === null
                ? null
                : { ...entry.scores, holdout: project.holdout_unlocked ? entry.scores.holdout : null },
            evaluations: (results.get(entry.model_id ?? '') ?? []).map((result) => ({
              evaluationId: result.evaluation_id,
              outOfFold: result.out_of_fold,
              holdout: project.holdout_unlocked ? result.holdout : null,
              error: result.error,
            })),
            starred: entry.starred,
          })),
        ),
      }
    },
  }

  /** What evaluations gave, their errors as the caller may see them. */
  async function resultsShown(caller: Caller, project: store.ProjectRow, evaluations: readonly EvaluationRow[]) {
    const results = await resultsOf(database, project.id)
    if (results.every(({ error }) => error === null)) return results
    const versions = new Map(evaluations.map((each) => [each.id, each.task_version_id]))
    const unseen = await tasks.unseen(caller, [...versions.values()])
    const sight = await masking.ofProject(caller, project.id)
    return results.map((result) => {
      if (result.error === null) return result
      const isSeen = !unseen.has(versions.get(result.evaluation_id) ?? '')
      return { ...result, error: sight.error(isSeen ? result.error : withoutSourceOf(result.error)) }
    })
  }

  async function plan(caller: Caller, source: ProjectSource, body: Omit<NewProject, 'datasetVersionId'>) {
    const { versions, table, signal } = source
    const datasetIds = [...new Set(versions.map((version) => version.dataset_id))]
    await demandTold(database, versions, body)
    await demandFunction(database, caller, body.partitioning)
    return planProject(table, body, async (rows, { function: id = '', parameters = {}, seed }) => {
      // A part may tell what a function saw: it sees no sensitive column.
      const sensitive = new Set([...(await sensitiveOf(database, datasetIds)).values()].flat())
      const shown = table.schema.columns.map(({ name }) => name).filter((name) => !sensitive.has(name))
      const given = takeRows(selectColumns(table, shown), rows)
      return splitBy(caller, { id, parameters, seed, rows: given, datasets: datasetIds }, signal)
    })
  }

  /**
   * A run as the caller may see it: what went wrong shows no value of a sensitive column, and in a task that they may only execute
   * none of its code.
   */
  async function shown(caller: Caller, run: TrainingRun): Promise<TrainingRun> {
    if (run.error === null) return run
    const ids = run.graph.nodes.map(({ taskVersion }) => taskVersion)
    const error = (await tasks.unseen(caller, ids)).size === 0 ? run.error : withoutSourceOf(run.error)
    // What is source is told by how it is printed, so masks come last.
    return { ...run, error: (await masking.ofProject(caller, run.projectId)).error(error) }
  }

  /** What is trained, from wherever it comes: saved, drawn, or built in. */
  async function blueprintOf(caller: Caller, project: string, body: Train): Promise<ToTrain> {
    if ('blueprintId' in body) return told(await savedBlueprint(caller, body.blueprintId), body.parameters)
    if ('graph' in body) return drawnBlueprint(caller, body)
    const found = (await store.findProject(database, project)) as store.ProjectRow
    const entries = await fitting(caller, found, featuresFor(found, body.featureList))
    const entry = entries.find((each) => each.id === body.repositoryId)
    if (entry === undefined)
      throw projectError('project.repository', {
        id: body.repositoryId,
        known: entries.map((each) => each.id).join(', '),
      })
    return told({ name: entry.name, graph: entry.graph, blueprint: null, repository: entry.id }, body.parameters)
  }

  /** Entries of the repository whose graph, without what these features have nothing for, may be trained. */
  async function fitting(caller: Caller, project: store.ProjectRow, features: readonly string[]) {
    const columns = project.columns.filter(({ name }) => features.includes(name))
    const surroundings = { columns, targetType: project.target_type }
    const entries = await Promise.all(
      (await repository()).map(async ({ id, name, description, targetTypes, graph: whole }) => {
        const graph = targetTypes.includes(project.target_type) ? pruneGraph(whole, columns) : undefined
        if (graph === undefined || !(await blueprints.check(caller, graph, surroundings)).valid) return []
        return [{ id, name, description, graph }]
      }),
    )
    return entries.flat()
  }

  /** The columns that it is trained on, if the graph may be. */
  async function demandFits(caller: Caller, project: store.ProjectRow, graph: BlueprintGraph, how: How) {
    const features = featuresFor(project, how.featureList)
    const columns = project.columns.filter((column) => features.includes(column.name))
    const checked = await blueprints.check(caller, graph, { columns, targetType: project.target_type })
    const findings = checked.findings.filter((finding) => isError(finding as Finding))
    if (!checked.valid)
      throw projectError('project.blueprint', { count: findings.length }, { findings: findings as Finding[] })
    return features
  }

  /** In a project that the caller may run in. */
  async function start(
    caller: Caller,
    project: store.ProjectRow,
    { name, graph, blueprint, repository: entry }: ToTrain,
    how: How,
  ) {
    const { id } = project
    const features = await demandFits(caller, project, graph, how)
    const { run, job } = await database.transaction(async (queries) => {
      await authoriseUse(queries, caller, 'run', 'project', id)
      await place(queries, caller, id, graph, 'all')
      return queueTraining(queries, {
        project: id,
        owner: caller.id,
        organisation: caller.organisation,
        workspace: caller.workspace,
        blueprint,
        name,
        graph,
        featureList: how.featureList ?? null,
        features: how.featureList === undefined ? null : features,
        sampleSize: how.sampleSize ?? 1,
        repository: entry ?? null,
        retrainedFrom: null,
      })
    })
    return started(run, job)
  }

  async function started(run: string, job: string): Promise<RunStarted> {
    const rows = { run: (await store.findRun(database, run)) as store.RunRow, job: await findJob(database, job) }
    return { run: store.toRun(rows.run), job: toJob(rows.job as NonNullable<typeof rows.job>) }
  }

  async function savedBlueprint(caller: Caller, id: string) {
    const { name, graph } = await blueprints.read(caller, id, 'use')
    return { name, graph, blueprint: id }
  }

  async function drawnBlueprint(caller: Caller, { name, graph, from }: Extract<Train, { graph: unknown }>) {
    await demandPlaced(database, caller, graph, await blueprints.origin(caller, from))
    return { name, graph, blueprint: null }
  }
}

export type Projects = ReturnType<typeof createProjects>
