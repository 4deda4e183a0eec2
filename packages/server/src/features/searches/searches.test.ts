import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job, Leaderboard, Search, SearchSpace, TrainingRun } from '@modelsmith/api'
import { createRunner, type Environment, installEnvironment, makeRuntimeFolder, type Runner } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jobEndings } from '../../job-endings.ts'
import { sql } from '../../infra/database/database.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { handlersWith } from '../../testing/handlers.ts'
import { addDataset } from '../../testing/world.ts'
import { startJobRunner } from '../jobs/index.ts'
import { trainJob } from '../training/index.ts'
import { searchJob } from './index.ts'

const platform = withPlatform()
const ask = async <T>(operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) => {
  const answer = await call(platform, person, operation, parts)
  return { ...answer, body: answer.body as unknown as T & { code?: string; findings?: { code: string }[] } }
}
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
const csv = readFileSync(new URL('../../../../../e2e/data/concrete.csv', import.meta.url), 'utf8')
let environment: Environment
let runner: Runner
let worker: ReturnType<typeof startJobRunner> | undefined
let project = ''
let version = ''

const work = () =>
  startJobRunner({
    database: platform.context.database,
    worker: 'test',
    handlers: handlersWith({
      trainBlueprint: trainJob(platform.context, { runner, sandboxed: true }),
      searchParameters: searchJob(platform.context, { runner, sandboxed: true }),
    }),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
    // Whose worker has stopped is taken at once.
    patience: { silentSeconds: 0, mostAttempts: 10 },
  })

beforeAll(async () => {
  await installEnvironment({ name: 'python-core', dataDir, forEveryone: true })
  environment = await installEnvironment({ name: 'python-search', dataDir, forEveryone: true })
  await symlink(join(dataDir, 'environments'), join(platform.context.settings.dataDir, 'environments'))
  runner = createRunner({ runtimeDir: makeRuntimeFolder() })
  const dataset = await addDataset(platform, platform.people.ann, csv)
  version = dataset.latest.id
  const made = await ask<{ id: string }>('createProject', {
    body: {
      name: 'Concrete',
      datasetVersionId: dataset.latest.id,
      target: 'compressive_strength',
      partitioning: { folds: 3 },
    },
  })
  project = made.body.id
}, 480_000)
afterAll(async () => {
  await worker?.stop()
  await runner?.close()
})

const tree = {
  name: 'Tree',
  graph: {
    nodes: [
      {
        id: 'model',
        taskVersion: 'builtin:decision-tree@1',
        inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }],
      },
    ],
  },
}
const space = [
  { node: 'model', parameter: 'max_depth', low: 2, high: 20 },
  { node: 'model', parameter: 'min_samples_leaf', low: 1, high: 100, log: true },
]
const body = { ...tree, space, seed: 5, metric: 'RMSE' }
const start = async (more: object = {}) =>
  (await ask<{ search: Search; job: Job }>('startSearch', { params: { id: project }, body: { ...body, ...more } })).body
const read = async (id: string) => (await ask<Search>('getSearch', { params: { id } })).body
const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const hasEnded = ({ state }: { readonly state: string }) => ['succeeded', 'failed', 'cancelled'].includes(state)
const ended = (id: string) =>
  until(async () => {
    const search = await read(id)
    return hasEnded(search) ? search : undefined
  })
const trained = (id: string) =>
  until(async () => {
    const { body: run } = await ask<TrainingRun>('getTrainingRun', { params: { id } })
    return hasEnded(run) ? run : undefined
  })
const points = ({ trials }: Search) => trials.map(({ parameters, score, spread }) => ({ parameters, score, spread }))

/** The same search written by hand with scikit-learn and Optuna, over the folds of the project. */
const byHand = async (scores: readonly (number | null)[]): Promise<{ point: object; score: number }[]> => {
  const row = await platform.context.database.first<{ partition: Buffer }>(
    sql`select partition from project where id = ${project}`,
  )
  const script = `
import json, sys
import numpy, optuna, pandas
from io import StringIO
from sklearn.tree import DecisionTreeRegressor
asked = json.load(sys.stdin)
optuna.logging.set_verbosity(optuna.logging.ERROR)
table = pandas.read_csv(StringIO(asked["csv"]))
y = table.pop("compressive_strength").to_numpy()
x = table.to_numpy(dtype="float64")
folds = numpy.array(asked["folds"])
# As the task draws it, from the seed of the project.
drawn = int(numpy.random.RandomState(0).randint(2**31 - 1))
made = []
def objective(trial):
    point = {"max_depth": trial.suggest_int("model.max_depth", 2, 20), "min_samples_leaf": trial.suggest_int("model.min_samples_leaf", 1, 100, log=True)}
    scores = []
    for fold in range(1, folds.max() + 1):
        model = DecisionTreeRegressor(random_state=drawn, **point).fit(x[(folds > 0) & (folds != fold)], y[(folds > 0) & (folds != fold)])
        scores.append(float(numpy.sqrt(numpy.mean((model.predict(x[folds == fold]) - y[folds == fold]) ** 2))))
    made.append({"point": point, "score": float(numpy.mean(scores))})
    # Equal trees tie, and their order must not hang on the last digit: Optuna is told what the platform told it.
    return asked["scores"][len(made) - 1]
study = optuna.create_study(direction="minimize", sampler=optuna.samplers.TPESampler(seed=5))
# What the blueprint has is tried first.
study.enqueue_trial({"model.max_depth": 6, "model.min_samples_leaf": 1})
study.optimize(objective, n_trials=len(asked["scores"]))
print(json.dumps(made))
`
  const input = JSON.stringify({ csv, folds: [...new Int8Array(row?.partition ?? [])], scores })
  return JSON.parse(execFileSync(environment.interpreter, ['-I', '-c', script], { input, encoding: 'utf8' })) as {
    point: object
    score: number
  }[]
}

describe('a search', { timeout: 480_000 }, () => {
  let whole: Search

  it('tries what plain Optuna and scikit-learn try, and scores it so', async () => {
    worker = work()
    const { search, job } = await start({ trials: 14 })
    expect([search.state, search.done, search.best, job.kind]).toEqual(['queued', 0, null, 'searchParameters'])
    whole = await ended(search.id)
    expect([whole.state, whole.error, whole.done]).toEqual(['succeeded', null, 14])
    const expected = await byHand(whole.trials.map(({ score }) => score))
    expect(whole.trials.map(({ parameters }) => parameters['model'])).toEqual(expected.map(({ point }) => point))
    whole.trials.forEach(({ score }, index) => expect(score).toBeCloseTo(expected[index]?.score ?? 0, 9))
    expect(whole.best?.score).toBe(Math.min(...whole.trials.map(({ score }) => score ?? Infinity)))
  })

  it('trains its best, and any other when asked, whose folds are known by then', async () => {
    const best = whole.trials.find(({ number }) => number === whole.best?.number)
    const run = await trained(best?.runId ?? '')
    expect(run.state).toBe('succeeded')
    expect(run.graph.nodes[0]?.parameters).toEqual(best?.parameters['model'])
    const of = (part: RegExp) => run.steps.filter((step) => part.test(step.part)).map(({ state }) => state)
    expect(new Set(of(/^fold/))).toEqual(new Set(['reused']))
    expect(of(/^all training/)).toContain('done')
    const board = await ask<Leaderboard>('getLeaderboard', { params: { id: project }, query: { metric: 'RMSE' } })
    const entry = board.body.entries.find((each) => each.run.id === run.id)
    expect([entry?.scores?.crossValidation['RMSE'], entry?.scores?.crossValidationSpread['RMSE']]).toEqual([
      best?.score,
      best?.spread,
    ])
    const other = whole.best?.number === 1 ? 2 : 1
    const made = await ask<{ run: TrainingRun }>('trainTrial', { params: { id: whole.id }, body: { trial: other } })
    expect((await trained(made.body.run.id)).modelId).not.toBeNull()
    expect((await read(whole.id)).trials[other - 1]?.runId).toBe(made.body.run.id)
    const absent = await ask('trainTrial', { params: { id: whole.id }, body: { trial: 99 } })
    expect([absent.status, absent.body.code]).toEqual([404, 'search.noTrial'])
  })

  it('goes on after its worker was lost as if it had not been', async () => {
    const { search } = await start({ trials: 14 })
    for (const done of [3, 11]) {
      await until(async () => ((await read(search.id)).done >= done ? true : undefined))
      await worker?.stop()
      expect((await read(search.id)).state).toBe('running')
      worker = work()
    }
    const broken = await ended(search.id)
    expect(broken.error).toBeNull()
    expect(points(broken)).toEqual(points(whole))
  })

  it('keeps its trials when it is cancelled, and goes on from them when asked', async () => {
    const { search, job } = await start({ trials: 1000 })
    await until(async () => ((await read(search.id)).done >= 2 ? true : undefined))
    expect((await ask('resumeSearch', { params: { id: search.id }, body: {} })).body.code).toBe('search.active')
    await ask('cancelJob', { params: { id: job.id } })
    const cancelled = await ended(search.id)
    const { done } = cancelled
    expect([cancelled.state, done >= 2, cancelled.trials.every(({ runId }) => runId === null)]).toEqual([
      'cancelled',
      true,
      true,
    ])
    const resume = (more: object) => ask<{ search: Search }>('resumeSearch', { params: { id: search.id }, body: more })
    expect((await resume({ trials: done })).body.code).toBe('search.spent')
    expect((await resume({ trials: 0, minutes: 0 })).body.findings?.map(({ code }) => code)).toEqual([
      'search.trials',
      'search.minutes',
    ])
    expect((await resume({ trials: done + 2 })).status).toBe(202)
    const resumed = await ended(search.id)
    expect([resumed.state, resumed.done]).toEqual(['succeeded', done + 2])
    // The first trials of any search with this seed.
    expect(points(resumed).slice(0, 14)).toEqual(points(whole).slice(0, Math.min(14, done + 2)))
  })

  it('tells of trials that fail, and goes on', async () => {
    const code = `
def fit(X, y, output_dir, parameters, **kwargs):
    import os
    if parameters["how"] == "bad":
        raise ValueError("No model like this.")
    with open(os.path.join(output_dir, "mean.txt"), "w") as file:
        file.write(str(float(y.mean())))

def load_model(code_dir):
    import os
    with open(os.path.join(code_dir, "mean.txt")) as file:
        return float(file.read())

def predict(data, model, **kwargs):
    import pandas
    return pandas.DataFrame({"Predictions": [model] * len(data)})
`
    const metadata =
      'name: Moody\ntargetType: regression\nenvironment: python-core\nhyperparameters:\n- { name: how, type: select, values: [good, bad], default: good }\n'
    const uploaded = await ask<{ task: { latest: { id: string } } }>('uploadTask', {
      files: { 'custom.py': code, 'model-metadata.yaml': metadata },
    })
    const nodes = [{ ...tree.graph.nodes[0], taskVersion: uploaded.body.task.latest.id }]
    const { search } = await start({
      name: 'Moody',
      graph: { nodes },
      space: [{ node: 'model', parameter: 'how', values: ['bad', 'good'] }],
      trials: 8,
      judgedBy: 'validation',
    })
    const { state, trials, best } = await ended(search.id)
    // What the blueprint has is tried first.
    expect([state, trials[0]?.parameters, best?.number]).toEqual(['succeeded', { model: { how: 'good' } }, 1])
    const failed = trials.filter((trial) => trial.state === 'failed')
    expect(failed.length).toBeGreaterThan(0)
    for (const { parameters, error, score } of failed) {
      expect([parameters, score]).toEqual([{ model: { how: 'bad' } }, null])
      expect(error?.message).toContain('No model like this.')
    }
    const asked = await ask('trainTrial', { params: { id: search.id }, body: { trial: failed[0]?.number ?? 0 } })
    expect(asked.body.code).toBe('search.failedTrial')
    const hopeless = await start({
      name: 'Moody',
      graph: { nodes: [{ ...nodes[0], parameters: { how: 'bad' } }] },
      space: [{ node: 'model', parameter: 'how', values: ['bad', 'good'] }],
      trials: 1,
    })
    expect((await ended(hopeless.search.id)).error?.code).toBe('search.allFailed')
  })
})

describe('a search that is asked for', () => {
  it('is told what can be searched, and takes what is suggested where nothing is said', async () => {
    const { body: found } = await ask<SearchSpace>('getSearchSpace', {
      params: { id: project },
      body: { repositoryId: 'gradient-boosting' },
    })
    expect(found.items.filter(({ suggested }) => suggested).map(({ preset }) => preset)).toEqual([
      { node: 'model', parameter: 'n_estimators', low: 50, high: 1000, log: true },
      { node: 'model', parameter: 'learning_rate', low: 0.01, high: 0.3, log: true },
      { node: 'model', parameter: 'num_leaves', low: 7, high: 255, log: true },
      { node: 'model', parameter: 'min_child_samples', low: 5, high: 200, log: true },
    ])
    const none = await ask('startSearch', { params: { id: project }, body: { repositoryId: 'baseline', trials: 3 } })
    expect([none.status, none.body.findings?.map(({ code }) => code)]).toEqual([422, ['search.noParameters']])
  })

  it('is refused where nothing says which trial is best', async () => {
    const detectors = await ask<{ id: string }>('createProject', {
      body: { name: 'Odd concrete', datasetVersionId: version, targetType: 'anomaly', partitioning: { folds: 2 } },
    })
    const graph = {
      nodes: [
        { id: 'model', taskVersion: 'builtin:isolation-forest@1', inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
      ],
    }
    const { body: refused } = await ask<{ code: string }>('startSearch', {
      params: { id: detectors.body.id },
      body: { name: 'Forest', graph },
    })
    expect(refused.code).toBe('search.noMetric')
  })

  it('is refused with all that is wrong with it', async () => {
    const { status, body: refused } = await ask('startSearch', {
      params: { id: project },
      body: {
        ...tree,
        trials: 5000,
        space: [
          { node: 'model', parameter: 'max_depth', low: 9, high: 2 },
          { node: 'model', parameter: 'ccp_alpha', low: 0, high: 1, log: true },
          { node: 'model', parameter: 'depth', values: [1, 2] },
          { node: 'other', parameter: 'depth', values: [] },
        ],
      },
    })
    expect([status, refused.code, refused.findings?.map(({ code }) => code)]).toEqual([
      422,
      'search.request',
      ['search.range', 'search.log', 'search.unknownParameter', 'search.unknownNode', 'search.trials'],
    ])
    const codeOf = async (more: object) => {
      const answer = await ask('startSearch', { params: { id: project }, body: { ...body, ...more } })
      return [answer.status, answer.body.code, answer.body.findings?.map(({ code }) => code)]
    }
    expect(await codeOf({})).toEqual([422, 'search.request', ['search.noBudget']])
    expect(await codeOf({ trials: 1, metric: 'AUC' })).toEqual([422, 'project.metric', undefined])
    expect(await codeOf({ trials: 1, featureList: 'none' })).toEqual([422, 'project.featureList', undefined])
    expect(await codeOf({ trials: 1, space: [{ node: 'model' }] })).toEqual([422, 'request.invalid', expect.anything()])
  })

  it('goes with its project, with what it runs', async () => {
    await worker?.stop()
    worker = undefined
    const { search, job } = await start({ trials: 3 })
    const { body: found } = await ask<{ version: number }>('getProject', { params: { id: project } })
    const deleted = await ask('deleteProject', { params: { id: project }, ifMatch: found.version })
    expect(deleted.status).toBe(204)
    expect((await ask<Job>('getJob', { params: { id: job.id } })).body.state).toBe('cancelled')
    expect((await ask('getSearch', { params: { id: search.id } })).status).toBe(404)
    expect(platform.bugs).toEqual([])
  })
})
