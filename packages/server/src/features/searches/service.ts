import type { Search, SearchCreate, SearchSource, SearchSpace, SearchSummary, StoredError } from '@modelsmith/api'
import type { BodyOf, Endpoints } from '@modelsmith/api'
import {
  type BlueprintGraph,
  checkBudget,
  checkSearch,
  type SearchDimension,
  searchableParameters,
  type TaskDescription,
  withParameters,
} from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import {
  announceChange,
  authorise,
  authoriseUse,
  findObjects,
  insertObject,
  touchByPlatform,
} from '../../infra/rights/objects.ts'
import { findJob, queueJob, toJob, withoutSourceOf } from '../jobs/index.ts'
import { demandMetric, type Projects } from '../projects/index.ts'
import type { Masking } from '../sensitive-columns/index.ts'
import { place, type Tasks } from '../tasks/index.ts'
import { usedOf } from './budget.ts'
import { searchError } from './errors.ts'
import * as store from './store.ts'

type Resume = BodyOf<Endpoints['resumeSearch']>

/** What searches need of other features. */
type Neighbours = {
  readonly projects: Pick<Projects, 'chosen' | 'trainChosen'>
  readonly tasks: Pick<Tasks, 'described' | 'unseen'>
  readonly masking: Pick<Masking, 'ofProject'>
}

const sourceOf = (body: SearchCreate): SearchSource => {
  const {
    space: _space,
    metric: _metric,
    judgedBy: _judged,
    trials: _trials,
    minutes: _minutes,
    seed: _seed,
    ...source
  } = body
  return source
}

const demandNone = (findings: readonly Finding[]): void => {
  if (findings.length > 0) throw searchError('search.request', { count: findings.length }, { findings: [...findings] })
}

export const createSearches = ({ database }: Pick<Context, 'database'>, { projects, tasks, masking }: Neighbours) => {
  const found = async (caller: Caller, id: string, action: 'view' | 'run' = 'view') => {
    const object = await authorise(database, caller, action, 'search', id)
    return { object, row: (await store.findSearch(database, id)) as store.SearchRow }
  }

  /** The tasks of a graph, as far as the caller may see or execute them. */
  const taskOfFor = async (caller: Caller, graph: BlueprintGraph) => {
    const known = await tasks.described(
      caller,
      graph.nodes.map(({ taskVersion }) => taskVersion),
    )
    return (id: string): TaskDescription | undefined => {
      const version = known.get(id)
      return version === undefined ? undefined : { ...version, name: version.taskName }
    }
  }

  /** What is tried where nobody says what. */
  const suggested = async (caller: Caller, graph: BlueprintGraph): Promise<SearchDimension[]> => {
    const all = searchableParameters(graph, await taskOfFor(caller, graph))
    const space = all.flatMap(({ suggested: isSuggested, preset }) => (isSuggested && preset ? [preset] : []))
    const [first] = all
    if (space.length === 0 && first !== undefined) throw searchError('search.nothingSuggested', { task: first.task })
    return space
  }

  const queue = (queries: Queries, caller: Caller, search: { readonly id: string; readonly name: string }) =>
    queueJob(queries, {
      kind: 'searchParameters',
      title: `Search ${search.name}`,
      owner: caller.id,
      organisation: caller.organisation,
      subject: { kind: 'search', id: search.id },
      payload: { search: search.id },
    })

  const read = async (caller: Caller, id: string): Promise<Search> => {
    const { object, row } = await found(caller, id)
    return shown(caller, store.toSearch(object, row, await store.trialsOf(database, id)))
  }

  const started = async (caller: Caller, id: string) => {
    const search = await read(caller, id)
    const job = await findJob(database, search.jobId)
    return { search, job: toJob(job as NonNullable<typeof job>) }
  }

  return {
    read,

    /** What a search can change of a blueprint that fits the project. */
    async space(caller: Caller, project: string, source: SearchSource): Promise<SearchSpace> {
      const { blueprint } = await projects.chosen(caller, project, source)
      const { name, graph } = blueprint
      const items = searchableParameters(graph, await taskOfFor(caller, graph))
      return { name, graph, items: items.map((each) => ({ ...each, preset: each.preset ?? null })) }
    },

    async list(caller: Caller, project: string): Promise<{ items: SearchSummary[] }> {
      await authorise(database, caller, 'view', 'project', project)
      const rows = await store.searchesOf(database, project)
      const objects = await findObjects(
        database,
        caller,
        rows.map(({ row }) => row.id),
      )
      const byId = new Map(objects.map((object) => [object.id, object]))
      return {
        items: rows.flatMap(({ row, trials }) => {
          const object = byId.get(row.id)
          return object === undefined ? [] : [store.toSummary(object, row, trials)]
        }),
      }
    },

    /** Refused with all that is wrong with space and budget, where the blueprint fits at all. */
    async start(caller: Caller, projectId: string, body: SearchCreate) {
      await authorise(database, caller, 'run', 'project', projectId)
      const { project, blueprint, features } = await projects.chosen(caller, projectId, sourceOf(body))
      const { graph, name } = blueprint
      const metric = body.metric ?? project.metric
      if (metric === null) throw searchError('search.noMetric', {})
      demandMetric(metric, project.target_type, project.classes)
      const taskOf = await taskOfFor(caller, graph)
      const space = body.space ?? (await suggested(caller, graph))
      const { trials, minutes, featureList, sampleSize = 1 } = body
      const budget = { ...(trials === undefined ? {} : { trials }), ...(minutes === undefined ? {} : { minutes }) }
      demandNone(checkSearch(space, budget, { graph, taskOf }))
      const id = newId('search')
      await database.transaction(async (queries) => {
        await authoriseUse(queries, caller, 'run', 'project', projectId)
        const { id: owner, organisation, workspace } = caller
        await insertObject(queries, { id, kind: 'search', name, owner, organisation, workspace, within: projectId })
        await place(queries, caller, projectId, graph, 'all')
        await store.insertSearch(queries, {
          id,
          project_id: projectId,
          blueprint_id: blueprint.blueprint,
          blueprint_name: name,
          repository_id: blueprint.repository ?? null,
          graph,
          space,
          metric,
          judged_by: body.judgedBy ?? 'crossValidation',
          trials: trials ?? null,
          minutes: minutes ?? null,
          seed: body.seed ?? 0,
          feature_list: featureList ?? null,
          features: featureList === undefined ? null : features,
          sample_size: sampleSize,
          job_id: await queue(queries, caller, { id, name }),
        })
        await announceChange(queries, projectId)
      })
      return started(caller, id)
    },

    /** Goes on from the trials that have ended, within the old budget or a new one. */
    async resume(caller: Caller, id: string, body: Resume) {
      await database.transaction(async (queries) => {
        const object = await authoriseUse(queries, caller, 'run', 'search', id)
        const { state, ...now } = (await store.lockSearch(queries, id)) as store.SearchRow
        if (state === 'queued' || state === 'running') throw searchError('search.active', { name: object.name })
        demandNone(checkBudget({ ...given('trials', now), ...given('minutes', now), ...body }))
        const budget = { trials: body.trials ?? now.trials, minutes: body.minutes ?? now.minutes }
        const ended = await store.trialsOf(queries, id)
        if (usedOf(budget, ended) >= 1) throw searchError('search.spent', { trials: ended.length })
        await store.setResumed(queries, id, { ...budget, job: await queue(queries, caller, { id, name: object.name }) })
        await touchByPlatform(queries, id)
      })
      return started(caller, id)
    },

    /** A training of the blueprint with the parameters of a trial; there is one of each trial. */
    async trainTrial(caller: Caller, id: string, number: number) {
      const { row } = await found(caller, id, 'run')
      const ended = await store.trialsOf(database, id)
      const trial = ended.find((each) => each.number === number)
      if (trial === undefined) throw searchError('search.noTrial', { trial: number, done: ended.length })
      if (trial.score === null) throw searchError('search.failedTrial', { trial: number })
      const { graph } = withParameters(row.graph, trial.parameters)
      const { blueprint_name: name, blueprint_id: blueprint, repository_id: repository } = row
      const made = await projects.trainChosen(
        caller,
        row.project_id,
        { name, graph, blueprint, ...(repository === null ? {} : { repository }) },
        { sampleSize: row.sample_size, ...(row.feature_list === null ? {} : { featureList: row.feature_list }) },
      )
      await store.setTrialRun(database, id, number, made.run.id)
      await announceChange(database, id)
      return made
    },
  }

  /** What went wrong, as the caller may see it: no value of a sensitive column, and no code of a task that they may only execute. */
  async function shown(caller: Caller, search: Search): Promise<Search> {
    if (search.error === null && search.trials.every(({ error }) => error === null)) return search
    const ids = search.graph.nodes.map(({ taskVersion }) => taskVersion)
    const hides = (await tasks.unseen(caller, ids)).size > 0
    const sight = await masking.ofProject(caller, search.projectId)
    // What is source is told by how it is printed, so masks come last.
    const seen = (error: StoredError | null) =>
      error === null ? null : sight.error(hides ? withoutSourceOf(error) : error)
    return {
      ...search,
      error: seen(search.error),
      trials: search.trials.map((trial) => ({ ...trial, error: seen(trial.error) })),
    }
  }
}

const given = <K extends 'trials' | 'minutes'>(key: K, row: Pick<store.SearchRow, K>) =>
  row[key] === null ? {} : { [key]: row[key] }

export type Searches = ReturnType<typeof createSearches>
