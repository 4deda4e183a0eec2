import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  Dataset,
  Deployment,
  DeploymentDrift,
  Evaluation,
  Experiment,
  Job,
  Leaderboard,
  ModelRelease,
  PackageUses,
  TaskVersion,
  TrainingRun,
} from '@modelsmith/api'
import { createRunner, installEnvironment, makeRuntimeFolder, openPipeline, type Runner } from '@modelsmith/runner'
import { codedModel, type ServingManifest, servingPaths } from '@modelsmith/serving'
import { tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { principalOf } from '../../../infra/rights/principal.ts'
import { makeSigningKey } from '../../../infra/secrets/signing.ts'
import { placesOf } from '../../../infra/settings.ts'
import { jobEndings } from '../../../job-endings.ts'
import { call, type CallParts } from '../../../testing/call.ts'
import { withPlatform } from '../../../testing/platform.ts'
import { handlersWith } from '../../../testing/handlers.ts'
import { addDataset } from '../../../testing/world.ts'
import { keepServingFolder } from '../../deployments/index.ts'
import { environmentHere } from '../../environments/index.ts'
import { startJobRunner } from '../../jobs/index.ts'
import { predictJob } from '../../models/index.ts'
import { keepMonitoring } from '../../monitoring/index.ts'
import { hiddenOfRelease } from '../../sensitive-columns/index.ts'
import { evaluateJob, sessionLimits, splitJob, trainJob } from '../../training/index.ts'
import { askJob, publishJob } from '../index.ts'

const platform = withPlatform()
const ann = () => platform.people.ann
const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = ann()) =>
  call(platform, person, operation, parts)

/** Shared with the other tests of this machine. */
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
let folder = ''
let runner: Runner
let worker: ReturnType<typeof startJobRunner>
let model = ''
let sampleSet = ''
let dataset = ''

/** Sold is what is small, or red; the state of the shop is a code. */
const rows = Array.from({ length: 60 }, (_, row) => {
  const [size, colour] = [(row * 7) % 60, row % 3 === 0 ? 'red' : 'blue']
  return `${size},${colour},${size < 20 || colour === 'red' ? 1 : 0}`
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trained-'))
  await installEnvironment({ name: 'python-core', dataDir, forEveryone: true })
  await symlink(join(dataDir, 'environments'), join(platform.context.settings.dataDir, 'environments'))
  runner = createRunner({ runtimeDir: makeRuntimeFolder() })
  const added = await addDataset(platform, ann(), `size,colour,sold\n${rows.join('\n')}\n`)
  dataset = added.id
  const supplies = { runner, sandboxed: true }
  worker = startJobRunner({
    database: platform.context.database,
    worker: 'test',
    handlers: handlersWith({
      trainBlueprint: trainJob(platform.context, supplies),
      splitRows: splitJob(platform.context, supplies),
      evaluateModels: evaluateJob(platform.context, supplies),
      publishRelease: publishJob(platform.context, supplies),
      askModelFile: askJob(platform.context, supplies),
      predictFile: predictJob(platform.context, supplies),
    }),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
  const set = {
    name: 'Sales',
    datasetVersionIds: [added.latest.id],
    fields: [
      { name: 'size', role: 'feature' },
      { name: 'colour', role: 'feature' },
      { name: 'sold', role: 'label' },
    ],
    labels: [
      { label: 'yes', values: ['1'] },
      { label: 'no', values: ['0'] },
    ],
  }
  sampleSet = String((await ask('createSampleSet', { body: set })).body['id'])
  model = String((await ask('createRegisteredModel', { body: { name: 'Sold' } })).body['id'])
}, 480_000)
afterAll(async () => {
  await worker?.stop()
  await runner?.close()
  await rm(folder, { recursive: true, force: true })
})

/** An id of the same form that nothing has. */
const absent = (id: string): string => id.replace(/.{6}$/, '000000')

const begin = async (training = true): Promise<Experiment> =>
  (await ask('createExperiment', { params: { id: model }, body: { training } })).body as unknown as Experiment
const read = async (id: string) => (await ask('getExperiment', { params: { id } })).body as unknown as Experiment
const split = { partitioning: { folds: 2, holdout: 0.2 } }
const choose = (id: string, person = ann()) =>
  ask('chooseExperimentRows', { params: { id }, body: { sampleSetId: sampleSet, ...split } }, person)
const withRows = async (): Promise<Experiment> => (await choose((await begin()).id)).body as unknown as Experiment
const train = (id: string, algorithms: readonly object[], person = ann()) =>
  ask('trainExperiment', { params: { id }, body: { algorithms } }, person)
const change = ({ id, version }: Experiment, body: object) =>
  ask('changeExperiment', { params: { id }, body, ifMatch: version })
const codeOf = async (answer: ReturnType<typeof ask>) => {
  const { status, body } = await answer
  return [status, body.code]
}

const ended = (id: string): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = (await ask('getJob', { params: { id } })).body as unknown as Job
      if (job.endedAt === null) throw new Error('It has not ended.')
      return job
    },
    { timeout: 120_000 },
  )

type Started = { items: { run: TrainingRun; job: Job }[] }

/** What is trained is the same for every experiment: once is enough. */
let shared: Promise<Experiment> | undefined
const trained = (): Promise<Experiment> =>
  (shared ??= (async () => {
    const experiment = await withRows()
    const started = await train(experiment.id, [
      { repositoryId: 'baseline' },
      { repositoryId: 'logistic-regression', parameters: { model: { C: 0.5 } } },
    ])
    for (const { job } of (started.body as unknown as Started).items) expect((await ended(job.id)).error).toBe(null)
    return read(experiment.id)
  })())
const board = async ({ rows }: Experiment): Promise<Leaderboard['entries']> =>
  (
    (await ask('getLeaderboard', { params: { id: rows?.projectId ?? '' } })).body as unknown as {
      entries: Leaderboard['entries']
    }
  ).entries

describe('rows of an experiment', () => {
  it('are those of a sample set as it is then, frozen as a project of its own', async () => {
    const experiment = await withRows()
    expect(experiment).toMatchObject({ training: true, rows: { sampleSetId: sampleSet, sampleSetVersion: 1 } })
    const project = (await ask('getProject', { params: { id: experiment.rows?.projectId ?? '' } })).body
    expect(project).toMatchObject({
      name: `Sold, ${experiment.name}`,
      target: 'sold',
      classes: ['no', 'yes'],
      features: ['size', 'colour'],
      partitioning: { folds: 2, holdout: 0.2 },
    })
  })

  it('are chosen once, by one of two at once', async () => {
    const { id } = await begin()
    const answers = await Promise.all([choose(id), choose(id)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect(await codeOf(choose(id))).toEqual([409, 'experiment.rowsChosen'])
    const { items } = (await ask('listProjects', { query: { search: (await read(id)).name } })).body as unknown as {
      items: { name: string }[]
    }
    expect(items.filter(({ name }) => name.endsWith((items[0]?.name ?? '').split(', ')[1] ?? '?')).length).toBe(1)
  })

  it('are for an experiment with training, of a sample set that one may use', async () => {
    expect(await codeOf(choose((await begin(false)).id))).toEqual([409, 'experiment.withoutTraining'])
    const { id } = await begin()
    const foreign = { sampleSetId: absent(sampleSet), ...split }
    expect(await codeOf(ask('chooseExperimentRows', { params: { id }, body: foreign }))).toEqual([
      404,
      'object.notFound',
    ])
    await ask('share', { params: { id: model }, body: { grantee: platform.people.mia.id, role: 'editor' } })
    expect(await codeOf(choose(id, platform.people.mia))).toEqual([404, 'object.notFound'])
    expect((await read(id)).rows).toBe(null)
  })

  it('keep their project from being deleted', async () => {
    const { rows: chosen, name } = await withRows()
    const { version } = (await ask('getProject', { params: { id: chosen?.projectId ?? '' } })).body
    const { status, body } = await ask('deleteProject', {
      params: { id: chosen?.projectId ?? '' },
      ifMatch: Number(version),
    })
    expect([status, body.code]).toEqual([409, 'object.inUse'])
    expect(String(body['detail'])).toContain(`the experiment "${name}"`)
  })
})

/** A version of a function, by its code. */
const addFunction = async (type: 'split' | 'evaluation', code: string, more = ''): Promise<string> => {
  const metadata = `name: Function\ntargetType: ${type}\nenvironment: python-core\n${more}`
  const { body } = await ask('uploadTask', { files: { 'custom.py': code, 'model-metadata.yaml': metadata } })
  return (body as unknown as { task: { latest: { id: string } } }).task.latest.id
}

describe('a split by a function', () => {
  const parameter = 'hyperparameters:\n  - {name: folds, type: int, min: 1, default: 3}\n'
  const thirds = `
def split(data, folds, **parameters):
    print(sorted(data.columns), len(data))
    return ["holdout" if row % 10 == 0 else row % folds for row in range(len(data))]
`
  const by = (id: string, parameters: object = {}) => ({
    partitioning: { method: 'function', function: id, parameters },
  })
  const preview = (partitioning: object, person = ann()) =>
    ask('previewSplit', { params: { id: sampleSet }, body: partitioning }, person)

  it('is previewed, and freezes the rows of an experiment as it says', async () => {
    const split = await addFunction('split', thirds, parameter)
    expect((await preview(by(split, { folds: 2 }))).body).toMatchObject({
      targetType: 'binary',
      classes: ['no', 'yes'],
      folds: 2,
      rows: { total: 60, training: 54, holdout: 6 },
      parts: [
        { name: 'holdout', rows: 6 },
        { name: 'fold 1', rows: 24 },
        { name: 'fold 2', rows: 30 },
      ],
    })
    const { id } = await begin()
    const chosen = { sampleSetId: sampleSet, ...by(split) }
    const { rows: frozen } = (await ask('chooseExperimentRows', { params: { id }, body: chosen }))
      .body as unknown as Experiment
    const project = (await ask('getProject', { params: { id: frozen?.projectId ?? '' } })).body
    expect(project).toMatchObject({ partitioning: { method: 'function', function: split, folds: 3 } })
    const { items } = (await ask('listJobs')).body as unknown as { items: Job[] }
    const job = items.find(({ kind }) => kind === 'splitRows')
    expect((await ask('getJobLog', { params: { id: job?.id ?? '' } })).text).toContain("['colour', 'size', 'sold'] 60")
    // What somebody split by is not deleted; others do not see what they split.
    expect((await ask('getJob', { params: { id: job?.id ?? '' } }, platform.people.mia)).status).toBe(404)
    const { taskId } = (await ask('getTaskVersion', { params: { id: split } })).body as unknown as TaskVersion
    const { version } = (await ask('getTask', { params: { id: taskId } })).body
    expect(await codeOf(ask('deleteTask', { params: { id: taskId }, ifMatch: Number(version) }))).toEqual([
      409,
      'object.inUse',
    ])
  })

  it('may leave rows out, and have rows that are only trained on', async () => {
    const split = await addFunction(
      'split',
      'def split(data):\n    return [None if row < 5 else "train" if row < 30 else 7 for row in range(len(data))]',
    )
    expect((await preview(by(split))).body).toMatchObject({
      rows: { training: 55, holdout: 0 },
      parts: [
        { name: 'fold 1', rows: 30 },
        { name: 'only trained on', rows: 25 },
        { name: 'not used', rows: 5 },
      ],
    })
  })

  it('says what is wrong with a function, and where in its code', async () => {
    const wrong: [string, string, string][] = [
      ['def other(data): pass', 'task.noFunction', 'no function split'],
      ['def split(data): return ["holdout"] * len(data)', 'project.rows', '0 folds'],
      ['def split(data): return (data["sold"] == "yes").astype(int)', 'project.rows', 'no row of the class "no"'],
    ]
    for (const [code, error, words] of wrong) {
      const { status, body } = await preview(by(await addFunction('split', code)))
      expect([status, code, body.code]).toEqual([422, code, error])
      expect(String(body['detail'])).toContain(words)
    }
    const raising = await addFunction('split', 'def split(data):\n    raise ValueError("no such rows")')
    expect((await preview(by(raising))).body).toMatchObject({
      code: 'task.raised',
      findings: [{ place: { file: 'custom.py', line: 2 } }],
      traceback: expect.stringContaining('line 2, in split'),
    })
  })

  it('is of the right type, takes its parameters, and is one that the caller may use', async () => {
    const split = await addFunction('split', thirds, parameter)
    const metrics = 'metrics: [{name: Close, higherIsBetter: true}]'
    const evaluation = await addFunction('evaluation', 'def evaluate(actual, predictions): return 1', metrics)
    expect((await preview(by(evaluation))).body.code).toBe('project.noFunction')
    expect((await preview({ partitioning: { method: 'function' } })).body.code).toBe('project.functionMissing')
    const { body } = await preview(by(split, { folds: 0, other: 1 }))
    expect([body.code, body.findings?.map(({ code }) => code)]).toEqual([
      'project.functionParameters',
      ['contract.parameterUnknown', 'contract.parameterWrong'],
    ])
    expect(await codeOf(preview(by(absent(split))))).toEqual([404, 'object.notFound'])
  })

  it('sees no sensitive column', async () => {
    const seen = await addFunction('split', 'def split(data):\n    raise ValueError(sorted(data.columns))')
    const params = { id: dataset }
    const mark = async (sensitive: string[]) => {
      const { version } = (await ask('getDataset', { params })).body
      await ask('changeDataset', { params, body: { sensitive }, ifMatch: Number(version) })
    }
    await mark(['size'])
    expect((await preview(by(seen))).body['detail']).toContain("ValueError: ['colour', 'sold']")
    await mark([])
  })
})

describe('an experiment with training', () => {
  it('takes no file, algorithm or proof', async () => {
    const experiment = await trained()
    const params = { id: experiment.id }
    const bytes = { fileName: 'a.pkl', bytes: 1, sha256: '0'.repeat(64) }
    const chosen = (await change(await withRows(), { algorithm: 'sklearn.Ridge' })).body
    expect(chosen.code).toBe('experiment.withTraining')
    expect(await codeOf(ask('uploadModelFile', { params, files: { 'a.pkl': 'a' } }))).toEqual([
      409,
      'experiment.withTraining',
    ])
    expect(await codeOf(ask('beginFileUpload', { params, body: bytes }))).toEqual([409, 'experiment.withTraining'])
  })

  it('trains several algorithms side by side, each with its parameters, or none when one does not fit', async () => {
    const experiment = await trained()
    const entries = await board(experiment)
    expect(entries.map(({ run }) => run.repositoryId).toSorted()).toEqual(['baseline', 'logistic-regression'])
    const [best] = entries
    expect(best?.run.repositoryId).toBe('logistic-regression')
    expect(best?.run.graph.nodes.find(({ id }) => id === 'model')?.parameters).toMatchObject({ C: 0.5 })
    const wrong: [object, string][] = [
      [{ repositoryId: 'none' }, 'project.repository'],
      [{ repositoryId: 'baseline', parameters: { tree: { depth: 1 } } }, 'project.parameters'],
      [{ repositoryId: 'logistic-regression', parameters: { model: { C: -1 } } }, 'project.blueprint'],
      [{ repositoryId: 'baseline', featureList: 'none' }, 'project.featureList'],
      [{ blueprintId: `blueprint_${'0'.repeat(26)}` }, 'object.notFound'],
    ]
    for (const [algorithm, code] of wrong)
      expect((await train(experiment.id, [{ repositoryId: 'baseline' }, algorithm])).body.code).toBe(code)
    expect((await board(experiment)).length).toBe(2)
  })

  it('trains nothing without rows, without training, or for whom its project is not shared with', async () => {
    expect(await codeOf(train((await begin()).id, [{ repositoryId: 'baseline' }]))).toEqual([409, 'experiment.noRows'])
    expect(await codeOf(train((await begin(false)).id, [{ repositoryId: 'baseline' }]))).toEqual([
      409,
      'experiment.withoutTraining',
    ])
    await ask('share', { params: { id: model }, body: { grantee: platform.people.mia.id, role: 'editor' } })
    const { id } = await withRows()
    const { mia } = platform.people
    expect((await ask('getExperiment', { params: { id } }, mia)).status).toBe(200)
    expect(await codeOf(train(id, [{ repositoryId: 'baseline' }], mia))).toEqual([404, 'object.notFound'])
  })
})

describe('an evaluation by a function', () => {
  const close = `
def evaluate(actual, predictions, weights=None, cost=1.0, **parameters):
    wrong = predictions.idxmax(axis=1) != actual
    return {"Cost": wrong.sum() * cost, "Rows": len(actual)}
`
  const metadata = `hyperparameters:
  - {name: cost, type: float, min: 0, default: 1}
metrics:
  - {name: Cost, higherIsBetter: false}
  - {name: Rows, higherIsBetter: true}
`
  const add = (project: string, taskVersionId: string, parameters: object = {}) =>
    ask('addEvaluation', { params: { id: project }, body: { taskVersionId, parameters } })
  const read = async (project: string) =>
    (await ask('getLeaderboard', { params: { id: project } })).body as unknown as Leaderboard
  const measured = async (project: string, models: number): Promise<Leaderboard> => {
    const { evaluations } = await read(project)
    for (const { jobId } of evaluations) expect((await ended(jobId ?? '')).error).toBe(null)
    const board = await read(project)
    expect(board.entries.flatMap((entry) => entry.evaluations).length).toBe(models * evaluations.length)
    return board
  }

  it('measures candidates that are there, and those to come; an error is one of the candidate', async () => {
    const { rows: chosen, id } = await trained()
    const project = chosen?.projectId ?? ''
    const function_ = await addFunction('evaluation', close, metadata)
    const made = (await add(project, function_, { cost: 2.5 })).body as unknown as Evaluation
    expect(made).toMatchObject({ name: 'Function 1.0', parameters: { cost: 2.5 }, metrics: [{ name: 'Cost' }, {}] })
    const raising = 'def evaluate(actual, predictions):\n    print("here")\n    return 1 / 0'
    const broken = await addFunction('evaluation', raising, 'metrics: [{name: None, higherIsBetter: true}]')
    expect((await add(project, broken)).status).toBe(201)
    const board = await measured(project, 2)
    expect(board.evaluations.map(({ taskVersionId }) => taskVersionId)).toEqual([function_, broken])
    for (const { scores, evaluations } of board.entries) {
      const [result, failed] = evaluations.toSorted((a) => (a.evaluationId === made.id ? -1 : 1))
      // The share of wrong rows is known from the built-in metric, whose folds have one size.
      const wrong = Math.round((1 - (scores?.crossValidation['Accuracy'] ?? 0)) * 48)
      expect(result).toEqual({
        evaluationId: made.id,
        outOfFold: { rows: 48, scores: { Cost: wrong * 2.5, Rows: 48 } },
        holdout: null,
        error: null,
      })
      expect(failed).toMatchObject({ outOfFold: null, error: { code: 'task.raised', place: { line: 3 } } })
      expect(failed?.error?.traceback).toContain('return 1 / 0')
    }
    const [{ job }] = ((await train(id, [{ repositoryId: 'baseline' }])).body as unknown as Started).items as [
      Started['items'][number],
    ]
    expect((await ended(job.id)).error).toBe(null)
    expect((await measured(project, 3)).entries.every(({ run }) => run.state === 'succeeded')).toBe(true)

    const { version } = (await ask('getProject', { params: { id: project } })).body
    await ask('changeProject', { params: { id: project }, body: { holdoutUnlocked: true }, ifMatch: Number(version) })
    const unlocked = (await read(project)).entries[0]?.evaluations.find((each) => each.evaluationId === made.id)
    expect(unlocked?.holdout).toMatchObject({ rows: 12, scores: { Rows: 12 } })

    expect((await add(project, function_, { cost: 2.5 })).body.code).toBe('project.evaluation')
    expect((await add(project, function_, { cost: -1 })).body.code).toBe('project.functionParameters')
    expect((await add(project, 'builtin:none@1')).body.code).toBe('project.noFunction')
    const { taskId } = (await ask('getTaskVersion', { params: { id: broken } })).body as unknown as TaskVersion
    const remove = () => ask('deleteTask', { params: { id: taskId }, ifMatch: 1 })
    expect(await codeOf(remove())).toEqual([409, 'object.inUse'])
    for (const evaluation of board.evaluations)
      await ask('removeEvaluation', { params: { id: project }, query: { evaluation: evaluation.id } })
    expect(await read(project)).toMatchObject({ evaluations: [], entries: [{ evaluations: [] }, {}, {}] })
    expect((await remove()).status).toBe(204)
  })

  it('is given the scores of anomalies as one column, beside the labels that no task saw', async () => {
    const { latest } = (await ask('getDataset', { params: { id: dataset } })).body as unknown as Dataset
    const body = {
      name: 'Odd sales',
      datasetVersionId: latest.id,
      target: 'sold',
      targetType: 'anomaly',
      positiveClass: '1',
      partitioning: { folds: 2 },
    }
    const project = String((await ask('createProject', { body })).body['id'])
    const started = await ask('train', { params: { id: project }, body: { repositoryId: 'isolation-forest' } })
    expect((await ended((started.body as unknown as { job: Job }).job.id)).error).toBe(null)
    const shape =
      'def evaluate(actual, predictions):\n    return {"Labels": actual.nunique(), "Dimensions": predictions.ndim}'
    const metrics = 'metrics:\n  - {name: Labels, higherIsBetter: true}\n  - {name: Dimensions, higherIsBetter: true}\n'
    expect((await add(project, await addFunction('evaluation', shape, metrics))).status).toBe(201)
    const { entries } = await measured(project, 1)
    expect(entries[0]?.evaluations).toMatchObject([
      { outOfFold: { scores: { Labels: 2, Dimensions: 1 } }, error: null },
    ])
  })
})

describe('a candidate', () => {
  it('is a model that was trained on the rows of the experiment', async () => {
    const [entry] = await board(await trained())
    const modelId = entry?.run.modelId ?? ''
    expect((await change(await withRows(), { modelId })).body.code).toBe('experiment.otherModel')
    expect((await change(await begin(false), { modelId })).body.code).toBe('experiment.withoutTraining')
    expect((await change(await begin(), { modelId })).body.code).toBe('experiment.noRows')
    expect(await codeOf(change(await withRows(), { modelId: absent(modelId) }))).toEqual([404, 'object.notFound'])
    expect((await change(await withRows(), { application: { inputs: [], passThrough: [] } })).body.code).toBe(
      'experiment.noModel',
    )
    const { id, version } = await begin()
    expect((await ask('checkExperiment', { params: { id } })).body.findings?.map(({ code }) => code)).toEqual([
      'experiment.noRows',
    ])
    expect(await codeOf(ask('submitExperiment', { params: { id }, ifMatch: version }))).toEqual([
      409,
      'experiment.noRows',
    ])
    const chosen = await withRows()
    expect((await ask('checkExperiment', { params: { id: chosen.id } })).body.findings?.[0]?.code).toBe(
      'experiment.noModel',
    )
  })

  it('is tried, submitted, released after a run on its rows, deployed, and answers in the fields of the application', async () => {
    const experiment = await trained()
    const [entry] = await board(experiment)
    const { id } = experiment
    const chosen = (await change(experiment, { modelId: entry?.run.modelId })).body as unknown as Experiment
    expect(chosen).toMatchObject({
      modelId: entry?.run.modelId,
      algorithm: entry?.run.blueprintName,
      model: {
        library: 'Modelsmith',
        classes: ['no', 'yes'],
        inputs: [
          { name: 'size', kind: 'number', type: 'integer' },
          { name: 'colour', kind: 'text', type: 'category' },
        ],
      },
      application: { inputs: [{ field: 'size' }, { field: 'colour', type: 'category' }], passThrough: [] },
    })
    const [size, colour] = chosen.application.inputs
    const wrong = { inputs: [{ ...size, type: 'text' }, colour], passThrough: [] }
    expect((await change(chosen, { application: wrong })).body.findings?.[0]).toMatchObject({
      code: 'application.type',
      hint: 'Types that fit: integer.',
    })
    const application = {
      inputs: [{ ...size, field: 'How large', default: 0 }, colour],
      passThrough: [{ field: 'id', type: 'text' }],
    }
    const named = (await change(chosen, { application })).body as unknown as Experiment
    const row = { id: 'a', 'How large': 3, colour: 'blue' }
    const tried = (await ask('tryExperiment', { params: { id }, body: { rows: [row, { id: 'b', colour: 'red' }] } }))
      .body as unknown as { predictions: { prediction: string; probabilities: object; passThrough: object }[] }
    expect(tried.predictions).toMatchObject([
      { prediction: 'yes', probabilities: { yes: expect.any(Number) }, passThrough: { id: 'a' } },
      { prediction: 'yes', passThrough: { id: 'b' } },
    ])
    expect(
      (await ask('proveExperiment', { params: { id }, body: { rows: [{ ...row, prediction: 'yes' }] } })).body.code,
    ).toBe('experiment.withTraining')
    expect((await ask('checkExperiment', { params: { id } })).body.findings).toEqual([])
    expect((await ask('submitExperiment', { params: { id }, ifMatch: named.version })).body['state']).toBe('submitted')
    expect(await codeOf(train(id, [{ repositoryId: 'baseline' }]))).toEqual([409, 'experiment.closed'])

    const begun = await ask('releaseExperiment', { params: { id: model }, body: { experimentId: id } })
    const { job, release } = begun.body as unknown as { job: Job; release: ModelRelease }
    expect(await ended(job.id)).toMatchObject({ state: 'succeeded', result: { rows: 20 } })
    expect((await ask('getModelRelease', { params: { id: release.id } })).body).toMatchObject({
      state: 'latest',
      file: null,
      modelId: entry?.run.modelId,
      fields: [{ name: 'How large' }, { name: 'colour' }, { name: 'id' }],
    })

    const body = { name: 'Shop', modelReleaseId: release.id }
    const deployment = (await ask('createDeployment', { body })).body as unknown as Deployment
    expect(deployment).toMatchObject({ targetType: 'binary', classes: ['no', 'yes'] })
    // Drift is told from the rows of the training, under the names that requests have.
    const monitoring = keepMonitoring(platform.context, (error) => platform.bugs.push(error))
    await vi.waitFor(async () => {
      const drift = (await ask('getDrift', { params: { id: deployment.id } })).body as unknown as DeploymentDrift
      expect(drift.baseline).toMatchObject({ source: 'training', state: 'ready', hasPredictions: true })
      expect(drift.features.map(({ name }) => name)).toEqual([
        'How large',
        'colour',
        'prediction',
        'probability of yes',
      ])
    }, 20_000)
    await monitoring.stop()
    const { settings } = platform.context
    const keeping = keepServingFolder(platform.context, (error) => platform.bugs.push(error))
    const served = await vi.waitFor(async () => {
      const text = await readFile(join(placesOf(settings).serving, servingPaths.manifest), 'utf8')
      const found = (JSON.parse(text) as ServingManifest).deployments.find((each) => each.id === deployment.id)
      if (found === undefined) throw new Error('It is not there yet.')
      return found
    }, 20_000)
    await keeping.stop()
    // As the prediction process opens it.
    const pipeline = await openPipeline(runner, {
      folder: join(placesOf(settings).serving, servingPaths.models, served.folder),
      environmentOf: (name, lock) => environmentHere(settings, name, lock),
      limits: sessionLimits(settings),
    })
    const columns = pipeline.manifest.inputs
    const asked = codedModel(pipeline, served.application ?? (application as never), {
      outcome: served,
      outputs: [],
      columns,
    })
    const answers = await asked.predict(tableFromRows({ columns: asked.inputs }, [row]), {})
    expect(answers.schema.columns.map(({ name }) => name)).toEqual(['id', 'no', 'yes'])
    await pipeline.close()

    // What is sensitive in the training is sensitive under the name of the field too.
    const { version } = (await ask('getDataset', { params: { id: dataset } })).body
    await ask('changeDataset', { params: { id: dataset }, body: { sensitive: ['size'] }, ifMatch: Number(version) })
    const { database } = platform.context
    const hidden = await hiddenOfRelease(
      database,
      await principalOf(database, platform.people.mia.id),
      deployment.release.id,
    )
    expect([...hidden]).toEqual(['size', 'How large'])
    expect((await hiddenOfRelease(database, await principalOf(database, ann().id), deployment.release.id)).size).toBe(0)
  })

  it('is carried to another installation with its code and scores, answers there where code may run, and the same', async () => {
    makeSigningKey(platform.context.settings.signingKeyFile)
    const { bob, mia } = platform.people
    const { items } = (await ask('listModelReleases', { params: { id: model } })).body as unknown as {
      items: ModelRelease[]
    }
    const release = items.find(({ state }) => state === 'latest') as ModelRelease
    const params = { id: release.id }
    await ask('share', { params: { id: model }, body: { grantee: mia.id, role: 'editor' } })
    // An editor of the line has not been given the model and what it learnt from.
    expect(await codeOf(ask('exportRelease', { params }, mia))).toEqual([404, 'object.notFound'])
    const compared = (person = ann()) => ask('compareReleases', { params, query: { with: release.id } }, person)
    expect((await compared(mia)).body).toMatchObject({
      metrics: [],
      notShown: [`the scores of release ${release.number}, whose model you may not see`],
    })
    const { metrics } = (await compared()).body as { metrics?: { name: string; before: number; after: number }[] }
    const auc = metrics?.find(({ name }) => name === 'AUC')
    expect(auc).toMatchObject({ before: auc?.after })
    const { rows: chosen } = await trained()
    const consumer = { grantee: mia.id, role: 'consumer' }
    await ask('share', { params: { id: chosen?.projectId ?? '' }, body: consumer })
    // What was trained on a sensitive column is not for whoever may not see it.
    expect(await codeOf(ask('exportRelease', { params }, mia))).toEqual([403, 'model.sensitive'])
    const archive = (await ask('exportRelease', { params })).bytes
    const { publicKey } = (await ask('getSigningKey', {}, bob)).body
    await ask('addTrustedInstallation', { body: { name: 'Here', publicKey } }, bob)
    const bring = () => ask('importRelease', { files: { 'release.zip': archive } }, bob)
    const refused = await bring()
    expect([refused.body.code, refused.body.findings?.map(({ code }) => code)]).toEqual([
      'archive.refused',
      ['modelFiles.notAllowed'],
    ])
    const allow = (runModelFiles: boolean) => ask('changeOrganisationSettings', { body: { runModelFiles } }, bob)
    await allow(true)
    const made = (await bring()).body as unknown as ModelRelease
    expect(made).toMatchObject({ state: 'latest', modelId: null, fields: release.fields, classes: ['no', 'yes'] })
    expect(made.origin?.metrics).toContainEqual({ part: 'cross validation', name: 'AUC', value: expect.any(Number) })
    const lineage = (await ask('getReleaseLineage', { params: { id: made.id } }, bob)).body['items'] as {
      what: string
    }[]
    expect(lineage.map(({ what }) => what)).toEqual([
      'registered model',
      'installation',
      'registered model',
      'experiment',
      'model',
      'training run',
      'project',
      'dataset version',
      ...lineage.slice(8).map(() => 'task version'),
    ])
    const csv = 'id,How large,colour\na,3,blue\nb,41,red\nc,,green\n'
    const predicted = async (id: string, person = ann()) => {
      const begun = await ask('predictReleaseFile', { params: { id }, files: { 'rows.csv': csv } }, person)
      const job = begun.body['job'] as Job
      await vi.waitFor(async () => {
        const now = (await ask('getJob', { params: { id: job.id } }, person)).body
        expect(now).toMatchObject({ state: 'succeeded', error: null })
      }, 60_000)
      return (await ask('downloadJobResult', { params: { id: job.id } }, person)).text
    }
    const here = await predicted(release.id)
    expect(here).toContain('probability')
    expect(await predicted(made.id, bob)).toBe(here)
    // What its code runs with is found, by whoever sees the deployment.
    const shop = { name: 'Carried shop', modelReleaseId: made.id }
    const deployment = (await ask('createDeployment', { body: shop }, bob)).body
    const find = (query: Record<string, string>, person = bob) =>
      ask('findPackage', { query: { language: 'python', ...query } }, person)
    const uses = (await find({ package: 'Scikit_Learn', below: '99' })).body as unknown as PackageUses
    expect(uses).toMatchObject({ looked: 1, native: 0, unknown: [] })
    expect(uses.items).toEqual([
      expect.objectContaining({ deploymentId: deployment['id'], environment: 'python-core', package: 'scikit-learn' }),
    ])
    const { version } = uses.items[0] as PackageUses['items'][number]
    expect((await find({ package: 'scikit-learn', below: version })).body['items']).toEqual([])
    expect((await find({ package: 'scikit-learn' })).body['items']).toEqual(uses.items)
    expect((await find({ package: 'no-such-package' })).body['items']).toEqual([])
    expect((await find({ package: 'scikit-learn', language: 'r' })).body['items']).toEqual([])
    expect(await codeOf(find({ package: 'scikit-learn', below: 'the newest' }))).toEqual([422, 'packages.version'])
    expect((await find({ package: 'scikit-learn' }, mia)).body).toMatchObject({ items: [], looked: 0 })
    await allow(false)
    const files = { 'rows.csv': csv }
    const body = { name: 'Shop', modelReleaseId: made.id }
    expect(await codeOf(ask('predictReleaseFile', { params: { id: made.id }, files }, bob))).toEqual([
      403,
      'modelFiles.notAllowed',
    ])
    expect(await codeOf(ask('createDeployment', { body }, bob))).toEqual([403, 'modelFiles.notAllowed'])
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
