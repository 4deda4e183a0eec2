import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  currentPoint,
  higherIsBetter,
  pointOf,
  type SampledPoint,
  sampledDimensions,
  sampledOf,
  type SearchPoint,
  withParameters,
} from '@modelsmith/domain'
import { type EndedTrial, openSampler, samplerEnvironment, type TrainingSpec, tryBlueprint } from '@modelsmith/engine'
import { decodeBlocks, ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { stepCacheOf } from '../../infra/objects/step-cache.ts'
import { announceChange, touchByPlatform } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { environmentFor } from '../environments/index.ts'
import {
  type JobDone,
  type JobEndings,
  type JobHandler,
  type JobPorts,
  jobError,
  storedError,
  whileOpen,
} from '../jobs/index.ts'
import { findProject, type ProjectRow, queueTraining } from '../projects/index.ts'
import { actualsOf, scoreTraining, type TrainingSupplies, trainingSpecOf } from '../training/index.ts'
import { usedOf } from './budget.ts'
import { searchError } from './errors.ts'
import * as store from './store.ts'

type Tried = Omit<store.TrialRow, 'training_run_id' | 'model_id'>

/** Tries one point after another until the budget is used, from the trials that have ended already; the best is then trained. */
export const searchJob = (context: Context, { runner, sandboxed }: TrainingSupplies): JobHandler => {
  const { database, objects, settings } = context
  return async (ports) => {
    const { job, signal, progress, log, write } = ports
    if (!sandboxed) throw jobError('job.sandbox', {})
    const search = (await store.findSearch(database, String(job.payload['search']))) as store.SearchRow
    const project = (await findProject(database, search.project_id)) as ProjectRow
    await write(async (queries) => {
      await store.setState(queries, search.id, 'running')
      await announceChange(queries, search.id)
    })
    const workDir = join(placesOf(settings).work, `search-${randomUUID()}`)
    await mkdir(workDir, { recursive: true, mode: 0o755 })
    const say = (text: string) => log.add({ source: 'platform', node: null, text })
    try {
      progress(null, 'Making tasks and environments ready')
      const environment = await environmentFor(context, { name: samplerEnvironment }, { signal, onLine: say })
      const spec = await trainingSpecOf(context, search, project, job.organisation_id, { signal, onLine: say })
      const actuals = actualsOf(project, decodeBlocks(await readFile(await objects.pathOf(project.blocks_key))))
      const taskOf = (id: string) => spec.tasks.get(id)
      const sampler = await openSampler(
        {
          dimensions: sampledDimensions(search.space, search.graph, taskOf),
          direction: higherIsBetter(search.metric) ? 'maximize' : 'minimize',
          seed: search.seed,
          first: sampledOf(search.space, currentPoint(search.space, search.graph, taskOf)) ?? null,
        },
        { runner, environment, workDir },
      )
      return await whileOpen(sampler, signal, async () => {
        const trials: Tried[] = await store.trialsOf(database, search.id)
        if (trials.length > 0) say(`Going on after ${trials.length} trials`)
        let isTold = false
        for (let used = usedOf(search, trials); used < 1; used = usedOf(search, trials)) {
          const number = trials.length + 1
          progress(used, `Trial ${number}${budgetWords(search)}${bestWords(search, trials)}`)
          const { point, replayed, optuna } = await sampler.propose(trials.map((each) => endedOf(search, each)))
          if (!replayed && !isTold)
            say(
              `Optuna ${optuna} proposes otherwise than what had proposed the trials that have ended; they count all the same`,
            )
          isTold ||= !replayed
          const trial = await attempt({ search, project, spec, actuals, ports, workDir }, number, point)
          say(trialLine(search, trial))
          await write(async (queries) => {
            await store.insertTrial(queries, search.id, trial)
            await announceChange(queries, search.id)
          })
          trials.push(trial)
        }
        return doneOf(search, trials)
      })
    } finally {
      await rm(workDir, { recursive: true, force: true })
    }
  }

  type Trying = {
    readonly search: store.SearchRow
    readonly project: ProjectRow
    readonly spec: TrainingSpec
    readonly actuals: ReturnType<typeof actualsOf>
    readonly ports: JobPorts
    readonly workDir: string
  }

  /** A trial that has ended, by what code made of it; what else goes wrong ends the search. */
  async function attempt(trying: Trying, number: number, sampled: SampledPoint): Promise<Tried> {
    const { search, ports } = trying
    const parameters = pointOf(search.space, sampled)
    const began = performance.now()
    const ended = (result: Pick<Tried, 'score' | 'spread' | 'error'>): Tried => ({
      number,
      parameters,
      ...result,
      wall_ms: performance.now() - began,
    })
    try {
      return ended({ ...(await scored(trying, number, parameters)), error: null })
    } catch (error) {
      if (ports.signal.aborted || !isOfTrial(error)) throw error
      return ended({ score: null, spread: null, error: storedError(error) })
    }
  }

  async function scored(
    { search, project, spec, actuals, ports, workDir }: Trying,
    number: number,
    point: SearchPoint,
  ) {
    const { job, signal, log } = ports
    const { folds } = project.partitioning
    const judged = search.judged_by === 'validation' ? 1 : folds
    const folder = join(workDir, `trial-${number}`)
    const outOfFold = await tryBlueprint(
      { ...spec, graph: withParameters(spec.graph, point).graph },
      judged,
      {
        cache: stepCacheOf(database, objects, job.organisation_id),
        workDir: folder,
        parallelism: settings.parallelism,
        signal,
        onStep: () => {},
        onPrint: (node, part, { stream, text }) =>
          log.add({ source: stream, node, text: `trial ${number}, ${part}: ${text}` }),
      },
      runner,
    ).finally(() => rm(folder, { recursive: true, force: true }))
    const scores = scoreTraining(actuals, { outOfFold, holdout: undefined }, judged)
    const score = scores.crossValidation[search.metric] ?? null
    if (score === null || !Number.isFinite(score)) throw searchError('search.noScore', { metric: search.metric })
    return { score, spread: judged === 1 ? null : (scores.crossValidationSpread[search.metric] ?? null) }
  }

  function doneOf(search: store.SearchRow, trials: readonly Tried[]): JobDone {
    const best = store.bestOf(search.metric, trials)
    if (best === undefined)
      throw searchError('search.allFailed', { trials: trials.length, last: trials.at(-1)?.error?.message ?? '' })
    return {
      result: { searchId: search.id, trial: best.number, score: best.score },
      keep: async (queries) => {
        await store.setState(queries, search.id, 'succeeded')
        await trainBest(queries, search, best)
        await touchByPlatform(queries, search.id)
        await announceChange(queries, search.project_id)
      },
    }
  }
}

/** The best trial is trained once, for whoever began the search. */
const trainBest = async (queries: Queries, search: store.SearchRow, best: Tried): Promise<void> => {
  const origin = await store.makerOf(queries, search.id, best.number)
  if (origin === undefined || origin.run !== null) return
  const { run } = await queueTraining(queries, {
    project: search.project_id,
    owner: origin.owner,
    organisation: origin.organisation,
    workspace: origin.workspace,
    blueprint: search.blueprint_id,
    name: search.blueprint_name,
    graph: withParameters(search.graph, best.parameters).graph,
    featureList: search.feature_list,
    features: search.features,
    sampleSize: search.sample_size,
    repository: search.repository_id,
    retrainedFrom: null,
  })
  await store.setTrialRun(queries, search.id, best.number, run)
}

/** A trial that has ended, for the sampler. */
const endedOf = ({ space, metric }: store.SearchRow, { number, parameters, score }: Tried): EndedTrial => {
  const point = sampledOf(space, parameters)
  if (point === undefined) throw new RangeError(`Trial ${number} is not of the space of its search (${metric}).`)
  return { point, ...(score === null ? {} : { value: score }) }
}

/** Whether something came of the code of a task with these parameters; anything else would meet the next trial as well. */
const isOfTrial = (error: unknown): error is ModelsmithError =>
  error instanceof ModelsmithError && (error.kind === 'userCode' || error.kind === 'limit')

const numberWords = (value: number): string => String(Number(value.toPrecision(5)))

const budgetWords = ({ trials, minutes }: store.SearchRow): string =>
  trials === null ? ` within ${minutes} minutes` : ` of ${trials}`

const bestWords = ({ metric }: store.SearchRow, trials: readonly Tried[]): string => {
  const best = store.bestOf(metric, trials)
  return best === undefined ? '' : `; best ${metric} ${numberWords(best.score as number)}, trial ${best.number}`
}

const trialLine = ({ metric }: store.SearchRow, { number, parameters, score, error, wall_ms }: Tried): string => {
  const given = Object.entries(parameters).flatMap(([node, values]) =>
    Object.entries(values).map(
      ([name, value]) => `${node}.${name} ${typeof value === 'number' ? numberWords(value) : String(value)}`,
    ),
  )
  const came = score === null ? `failed: ${error?.message}` : `${metric} ${numberWords(score)}`
  return `Trial ${number}: ${came} (${given.join(', ')}) in ${(wall_ms / 1000).toFixed(1)} s`
}

export const searchEnded: JobEndings['searchParameters'] = async (queries, job, ending) => {
  const search = await store.findSearch(queries, String(job.payload['search']))
  if (search === undefined) return
  await store.setState(queries, search.id, ending.state, ending.error)
  await touchByPlatform(queries, search.id)
  await announceChange(queries, search.project_id)
}
