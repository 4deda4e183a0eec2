import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Deployment, Experiment, FileUpload, Job, ModelRelease } from '@modelsmith/api'
import { createRunner, installEnvironment, makeRuntimeFolder, openPipeline, type Runner } from '@modelsmith/runner'
import { codedModel, type ServingManifest, servingPaths } from '@modelsmith/serving'
import { rowsFromTable, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sql } from '../../../infra/database/database.ts'
import type { Caller } from '../../../infra/http/handler.ts'
import { makeSigningKey } from '../../../infra/secrets/signing.ts'
import { placesOf } from '../../../infra/settings.ts'
import { call, type CallParts } from '../../../testing/call.ts'
import { handlersWith } from '../../../testing/handlers.ts'
import { withPlatform } from '../../../testing/platform.ts'
import { keepServingFolder } from '../../deployments/index.ts'
import { environmentHere } from '../../environments/index.ts'
import { startJobRunner } from '../../jobs/index.ts'
import { jobEndings } from '../../../job-endings.ts'
import { predictJob } from '../../models/index.ts'
import { createMasking } from '../../sensitive-columns/index.ts'
import { sessionLimits } from '../../training/index.ts'
import { askJob, publishJob } from '../index.ts'
import type { ExperimentRow } from '../store.ts'
import { createAsk } from './ask.ts'

const platform = withPlatform()
const ann = () => platform.people.ann
const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = ann()) =>
  call(platform, person, operation, parts)
const allow = (runModelFiles: boolean) =>
  ask('changeOrganisationSettings', { body: { runModelFiles } }, platform.people.adam)

/** Shared with the other tests of this machine. */
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
let folder = ''
let runner: Runner
let worker: ReturnType<typeof startJobRunner>
let pickle: Buffer
let model = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coded-'))
  const { interpreter } = await installEnvironment({ name: 'python-core', dataDir, forEveryone: true })
  await symlink(join(dataDir, 'environments'), join(platform.context.settings.dataDir, 'environments'))
  // Of the real library: a class that is not scored natively, fitted on three columns.
  const fit =
    'import sys, pickle, numpy; from sklearn.covariance import LedoitWolf; x = numpy.arange(60.0).reshape(20, 3) % 7; pickle.dump(LedoitWolf().fit(x), open(sys.argv[1], "wb"))'
  await promisify(execFile)(interpreter, ['-c', fit, join(folder, 'covariance.pkl')])
  pickle = await readFile(join(folder, 'covariance.pkl'))
  runner = createRunner({ runtimeDir: makeRuntimeFolder() })
  const supplies = { runner, sandboxed: true }
  worker = startJobRunner({
    database: platform.context.database,
    worker: 'test',
    handlers: handlersWith({
      publishRelease: publishJob(platform.context, supplies),
      askModelFile: askJob(platform.context, supplies),
      predictFile: predictJob(platform.context, supplies),
    }),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
  model = String((await ask('createRegisteredModel', { body: { name: 'Distances' } })).body['id'])
  await allow(true)
}, 480_000)
afterAll(async () => {
  await worker?.stop()
  await runner?.close()
  await rm(folder, { recursive: true, force: true })
})

const code = `
import os, pickle
import pandas

def load_model(code_dir):
    with open(os.path.join(code_dir, "covariance.pkl"), "rb") as file:
        return pickle.load(file)

def transform(data, transformer, parameters):
    distance = transformer.mahalanobis(data.to_numpy())
    print("asked for", list(data.columns))
    far = ["far" if each > parameters["limit"] else "near" for each in distance]
    return pandas.DataFrame({"far": far, "distance": distance})
`
const addTask = async (files: Readonly<Record<string, string>>, targetType = 'transform', person = ann()) => {
  const metadata = `name: Distance\ntargetType: ${targetType}\ntype: inference\nenvironment: python-core\n`
  const { body } = await ask('uploadTask', { files: { 'model-metadata.yaml': metadata, ...files } }, person)
  return (body as unknown as { task: { id: string; latest: { id: string } } }).task
}
const definition = (part: object = {}) => ({
  inputs: [
    { name: 'height', type: 'number', role: 'feature' },
    { name: 'weight', type: 'number', role: 'feature' },
    { name: 'id', type: 'text', role: 'passThrough' },
  ],
  variableInput: { fewerThan: 3 },
  outputs: [
    { name: 'distance', type: 'number' },
    { name: 'far', type: 'text' },
  ],
  trainingParameters: [],
  predictionParameters: [{ name: 'limit', type: 'float', min: 0, default: 1000 }],
  ...part,
})
const define = async (custom = code, part: object = {}, targetType?: string) => {
  const task = await addTask({ 'custom.py': custom }, targetType)
  const body = { name: 'Distance', taskVersionId: task.latest.id, definition: definition(part) }
  return (await ask('createCustomAlgorithm', { body })).body
}
const begin = async (algorithm?: string) => {
  const made = (await ask('createExperiment', { params: { id: model }, body: {} })).body as unknown as Experiment
  if (algorithm === undefined) return made
  const chosen = await ask('changeExperiment', { params: { id: made.id }, body: { algorithm }, ifMatch: made.version })
  return chosen.body as unknown as Experiment
}
const upload = async (id: string, bytes: Uint8Array | string = pickle, name = 'covariance.pkl') =>
  (await ask('uploadModelFile', { params: { id }, files: { [name]: bytes } })).body
/** An experiment whose further input is named. */
const ready = async (custom?: string, part?: object) => {
  const { id } = await begin(String((await define(custom, part))['id']))
  const { application, version } = (await upload(id)) as unknown as Experiment
  const age = { input: 'age', field: 'age', type: 'number', default: 3, unit: null }
  const inputs = [...application.inputs.map((each) => ({ ...each, field: `the ${each.input}` })), age]
  const body = { application: { ...application, inputs } }
  return (await ask('changeExperiment', { params: { id }, body, ifMatch: version })).body as unknown as Experiment
}
const row = { id: 'a', 'the weight': 2, 'the height': 1 }
const tried = async (id: string, body: object = { rows: [row] }) =>
  (await ask('tryExperiment', { params: { id }, body })).body as {
    code?: string
    predictions?: [{ outputs: { distance: number; far: string } }]
  }

const ended = (id: string): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = (await ask('getJob', { params: { id } })).body as unknown as Job
      if (job.endedAt === null) throw new Error('It has not ended.')
      return job
    },
    { timeout: 60_000 },
  )
const published = async ({ id, version }: Pick<Experiment, 'id' | 'version'>, rows: object[] = [row]) => {
  await ask('submitExperiment', { params: { id }, ifMatch: version })
  const begun = await ask('releaseExperiment', { params: { id: model }, body: { experimentId: id, rows } })
  const { release, job } = begun.body as unknown as { release: ModelRelease; job: Job }
  return { release, job: await ended(job.id) }
}

describe('a class that is not known natively', () => {
  it('is refused without code, and says so', async () => {
    const { id } = await begin()
    expect((await upload(id)).code).toBe('model.class')
  })

  it('that is refused is kept for an algorithm with code, and taken once one is chosen', async () => {
    const { id, version } = await begin()
    expect((await upload(id)).code).toBe('model.class')
    const kept = async () =>
      ((await ask('listFileUploads', { params: { id } })).body as unknown as { items: FileUpload[] }).items
    const [file] = await kept()
    expect(file).toMatchObject({ fileName: 'covariance.pkl', bytes: pickle.length, received: pickle.length })
    const finish = () => ask('finishFileUpload', { params: { id: file?.id ?? '' } })
    expect((await finish()).body.code).toBe('model.class')
    expect(await kept()).toHaveLength(1)
    const algorithm = String((await define())['id'])
    await ask('changeExperiment', { params: { id }, body: { algorithm }, ifMatch: version })
    expect((await finish()).body).toMatchObject({ model: { className: 'LedoitWolf' }, algorithm })
    expect(await kept()).toEqual([])
  })

  it('that is refused twice is kept once, until another file is taken', async () => {
    const { id } = await begin()
    await upload(id)
    await upload(id)
    const kept = async () => (await ask('listFileUploads', { params: { id } })).body['items']
    expect(await kept()).toMatchObject([{ fileName: 'covariance.pkl' }])
    const read = join(import.meta.dirname, '../../../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl')
    expect(await upload(id, await readFile(read), 'iris.pkl')).toMatchObject({ file: { fileName: 'iris.pkl' } })
    expect(await kept()).toEqual([])
  })

  it('is answered for by the code of its algorithm, from a try to a release', async () => {
    const experiment = await ready()
    expect(experiment).toMatchObject({
      customAlgorithm: {
        nativeAlgorithm: null,
        code: { taskName: 'Distance', number: '1.0', targetType: 'transform' },
      },
      model: { library: 'scikit-learn', className: 'LedoitWolf', answer: 'outputs', fewerThan: 3 },
    })
    const { predictions } = await tried(experiment.id)
    expect(predictions).toEqual([
      {
        prediction: null,
        outputs: { distance: expect.any(Number), far: 'near' },
        passThrough: { id: 'a' },
      },
    ])
    const distance = predictions?.[0].outputs.distance ?? 0
    const told = await tried(experiment.id, { rows: [{ ...row, age: 3 }], parameters: { limit: distance / 2 } })
    expect(told.predictions?.[0].outputs).toEqual({ distance, far: 'far' })
    const proof = await ask('proveExperiment', {
      params: { id: experiment.id },
      body: { rows: [{ ...row, distance, far: 'near' }] },
    })
    expect(proof.body).toMatchObject({ proof: { state: 'proven', columns: ['distance', 'far'] } })
    const { release, job } = await published(proof.body as unknown as Experiment)
    expect(job).toMatchObject({ state: 'succeeded', error: null })
    expect(release.algorithm).toBe('Distance (Distance 1.0)')
  })

  it('tells classes by the probabilities of its code', async () => {
    const outputs = [
      { name: 'prediction', type: 'text' },
      { name: 'probability_near', type: 'number' },
      { name: 'probability_far', type: 'number' },
    ]
    const custom = code.replace(
      /def transform[^]*/,
      'def predict_proba(data, model):\n    return pandas.DataFrame({"far": [0.75] * len(data), "near": [0.25] * len(data)})\n',
    )
    const algorithm = await define(custom, { outputs, predictionParameters: [], variableInput: null }, 'binary')
    const { id } = await begin(String(algorithm['id']))
    const uploaded = (await upload(id)) as unknown as Experiment
    expect(uploaded.model).toMatchObject({
      targetType: 'binary',
      classes: ['near', 'far'],
      answer: 'labelWithProbabilities',
    })
    const answer = { prediction: 'far', probabilities: { near: 0.25, far: 0.75 }, passThrough: { id: null } }
    expect(await tried(id, { rows: [{ height: 1 }] })).toEqual({ predictions: [answer] })
    // Rows are made up where nobody brings any.
    const { job } = await published(uploaded, [])
    expect(job).toMatchObject({ state: 'succeeded', result: { rows: 20 } })
  })

  it('is asked for what its algorithm declares only', async () => {
    const { id } = await ready()
    expect((await tried(id, { rows: [{ ...row, colour: 'red' }] })).code).toBe('rows.unknownColumn')
    expect((await tried(id, { rows: [row], parameters: { limit: -1 } })).code).toBe('model.parameters')
    const both = { input: 'shoe', field: 'shoe', type: 'number', default: null, unit: null }
    const { application, version } = (await ask('getExperiment', { params: { id } })).body as unknown as Experiment
    const inputs = [...application.inputs, both, { ...both, input: 'hat', field: 'hat' }]
    const body = { application: { ...application, inputs } }
    const refused = await ask('changeExperiment', { params: { id }, body, ifMatch: version })
    expect(refused.body.findings?.map((finding) => finding.code)).toEqual(['application.furtherInputs'])
  })

  it('answers what its algorithm declares, or not at all', async () => {
    const other = code.replace('"far": far', '"nearness": far')
    const wrong = await tried((await ready(other)).id)
    expect(wrong).toMatchObject({
      code: 'code.outputs',
      detail: expect.stringContaining('declared and not there: "far"; there and not declared: "nearness".'),
    })
    const swapped = definition().outputs.map(({ name }) => ({ name, type: 'text' }))
    expect((await tried((await ready(code, { outputs: swapped })).id)).code).toBe('code.outputType')
  })

  it('whose code fails says where', async () => {
    const { id } = await ready(code.replace('transformer.mahalanobis', 'transformer.nothing'))
    expect(await tried(id)).toMatchObject({
      code: 'task.raised',
      findings: [{ place: { file: 'custom.py', line: 10 } }],
    })
    const { job } = await published((await ask('getExperiment', { params: { id } })).body as unknown as Experiment)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'task.raised' } })
  })
})

it('that no worker answers ends', async () => {
  const { id, customAlgorithm, application, model: hosted } = await ready()
  const { file } = (await platform.context.database.first(
    sql`select file from experiment where id = ${id}`,
  )) as ExperimentRow
  const { organisation, id: person } = ann()
  const never = new AbortController()
  never.abort()
  const asked = createAsk(platform.context, () => jobEndings, createMasking(platform.context))(
    { id: person, organisation } as Caller,
    {
      experiment: { id, name: 'E' },
      by: { file: file as NonNullable<typeof file>, custom: customAlgorithm as never },
      model: hosted as NonNullable<typeof hosted>,
      application,
      rows: { rows: [row] },
      parameters: {},
    },
    never.signal,
  )
  await expect(asked).rejects.toMatchObject({ code: 'experiment.notAnswered', kind: 'unavailable' })
  const { body } = await ask('listJobs', { query: { limit: 1 } })
  const [{ state }] = (body as unknown as { items: [Job] }).items
  expect(['cancelled', 'cancelling']).toContain(state)
})

it('a release is carried to another installation with its code, and answers the same there', async () => {
  makeSigningKey(platform.context.settings.signingKeyFile)
  const { bob, mia } = platform.people
  const experiment = await ready()
  const { release, job } = await published(experiment)
  expect(job.error).toBe(null)
  const params = { id: release.id }
  // Who may change the model, and only execute its code or not even that, does not take the code away.
  await ask('share', { params: { id: model }, body: { grantee: mia.id, role: 'editor' } })
  expect((await ask('exportRelease', { params }, mia)).status).toBe(404)
  const archive = (await ask('exportRelease', { params })).bytes
  const { publicKey } = (await ask('getSigningKey', {}, bob)).body
  await ask('addTrustedInstallation', { body: { name: 'Here', publicKey } }, bob)
  await ask('changeOrganisationSettings', { body: { runModelFiles: true } }, bob)
  const brought = await ask('importRelease', { files: { 'release.zip': archive } }, bob)
  expect([brought.status, brought.body.findings]).toEqual([201, undefined])
  const made = brought.body as unknown as ModelRelease
  expect(made).toMatchObject({ algorithm: 'Distance (Distance 1.0)', file: { fileName: 'covariance.pkl' } })
  expect(made.predictionParameters).toEqual(release.predictionParameters)
  const csv = 'id,the height,the weight,age\na,1,2,3\nb,100,-7,3\n'
  const predicted = async (id: string, person = ann()) => {
    const files = { 'rows.csv': csv }
    const begun = await ask('predictReleaseFile', { params: { id }, files }, person)
    const { id: of } = begun.body['job'] as Job
    await vi.waitFor(
      async () => {
        const now = (await ask('getJob', { params: { id: of } }, person)).body
        expect(now).toMatchObject({ state: 'succeeded', error: null })
      },
      { timeout: 60_000 },
    )
    return (await ask('downloadJobResult', { params: { id: of } }, person)).text
  }
  const here = await predicted(release.id)
  expect(here).toMatch(/^id,distance,far\na,\d/)
  expect(await predicted(made.id, bob)).toBe(here)
})

describe('a definition with code', () => {
  it('names one thing that answers, and outputs that it gives', async () => {
    const task = await addTask({ 'custom.py': code })
    const both = { nativeAlgorithm: 'sklearn.Ridge', taskVersionId: task.latest.id }
    for (const chosen of [both, {}]) {
      const { body } = await ask('createCustomAlgorithm', { body: { name: 'A', ...chosen, definition: definition() } })
      expect(body.code).toBe('algorithm.oneScorer')
    }
    expect((await define(code, {}, 'regression')).code).toBe('algorithm.codeOutputs')
    const number = [{ name: 'prediction', type: 'number' }]
    expect(await define(code, { outputs: number }, 'regression')).toMatchObject({ code: { targetType: 'regression' } })
  })

  it('uses a task that its author may use, which nobody deletes meanwhile', async () => {
    const { mia } = platform.people
    const task = await addTask({ 'custom.py': code })
    const body = { name: 'A', taskVersionId: task.latest.id, definition: definition() }
    expect((await ask('createCustomAlgorithm', { body }, mia)).status).toBe(404)
    const made = await ask('createCustomAlgorithm', { body })
    const id = String(made.body['id'])
    await ask('share', { params: { id }, body: { grantee: mia.id, role: 'editor' } })
    const changed = await ask('changeCustomAlgorithm', { params: { id }, body: { name: 'B' }, ifMatch: 1 }, mia)
    expect(changed.body).toMatchObject({ name: 'B', code: { taskVersionId: task.latest.id } })
    expect((await ask('deleteTask', { params: { id: task.id }, ifMatch: 1 })).body.code).toBe('object.inUse')
  })
})

describe('a file that code runs', () => {
  it('does no harm, whatever is in it', async () => {
    const bait = join(folder, 'bait')
    let calls = 0
    const server = createServer((socket) => {
      calls++
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const expression = `[__import__("os").system("echo x > ${bait}"), __import__("socket").socket().connect_ex(("127.0.0.1", ${port}))]`
    const custom =
      'import os, pickle, pandas\n\ndef load_model(code_dir):\n    return pickle.load(open(os.path.join(code_dir, "m.pkl"), "rb"))\n\n' +
      'def transform(data, transformer):\n    return pandas.DataFrame({"wrote": [float(transformer[0])], "called": [float(transformer[1])]})\n'
    const outputs = ['wrote', 'called'].map((name) => ({ name, type: 'number' }))
    const algorithm = await define(custom, { outputs, predictionParameters: [], variableInput: null })
    const { id } = await begin(String(algorithm['id']))
    await upload(id, `cbuiltins\neval\n(S'${expression}'\ntR.`, 'm.pkl')
    const { predictions } = (await tried(id, { rows: [{ height: 1, weight: 2, id: 'a' }] })) as unknown as {
      predictions: [{ outputs: { wrote: number; called: number } }]
    }
    // The exit status of what wrote, and the error number of what called.
    expect(predictions[0].outputs.wrote).not.toBe(0)
    expect(predictions[0].outputs.called).not.toBe(0)
    expect([existsSync(bait), calls]).toEqual([false, 0])
    await new Promise((resolve) => server.close(resolve))
  })

  it.each([
    [
      'Spark',
      'spark-2.4.4/hashing_tf/model.zip',
      /with Spark 2\.4\.4; the environment python-core of the code has no pyspark/,
    ],
    [
      'XGBoost',
      '{"learner": {"gradient_booster": {"name": "gblinear"}}, "version": [2, 1, 0]}',
      /XGBoost 2\.1\.0; .* no xgboost/,
    ],
  ])('is told of an environment without %s, whose version it says', async (_, content, words) => {
    const { id } = await begin(String((await define())['id']))
    const fixture = join(import.meta.dirname, '../../../../../../fixtures', content)
    await upload(id, content.startsWith('{') ? content : await readFile(fixture), 'model.bin')
    const { findings } = (await ask('checkExperiment', { params: { id } })).body
    const [found] = findings?.filter((finding) => finding.code === 'experiment.libraryVersion') ?? []
    expect(found?.message).toMatch(words)
  })

  it('is told of where the environment has another version of its library', async () => {
    const { id } = await begin(String((await define())['id']))
    const old = await readFile(
      join(import.meta.dirname, '../../../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl'),
    )
    await upload(id, old)
    const { findings } = (await ask('checkExperiment', { params: { id } })).body
    const [found] = findings?.filter((finding) => finding.code === 'experiment.libraryVersion') ?? []
    expect(found).toMatchObject({
      message: expect.stringMatching(
        /^The file was made with scikit-learn 0\.21\.3; the environment python-core of the code has scikit-learn 1\./,
      ),
      hint: expect.stringContaining('python-3.7-sklearn-0.21.3'),
      severity: 'warning',
    })
  })
})

describe('without the consent of an administrator', () => {
  it('nothing runs a model file, and a deployment answers no more', async () => {
    const experiment = await ready()
    const candidate = await ready()
    await ask('submitExperiment', { params: { id: candidate.id }, ifMatch: candidate.version })
    const { release } = await published(experiment)
    const body = { name: 'Distances', modelReleaseId: release.id }
    const deployment = (await ask('createDeployment', { body })).body as unknown as Deployment
    expect(deployment.predictionParameters.map(({ name }) => name)).toEqual(['limit'])
    const uses = await ask('listTaskUses', { params: { id: experiment.customAlgorithm?.code?.taskId ?? '' } })
    expect((uses.body as { items?: { kind: string }[] }).items?.map(({ kind }) => kind).sort()).toEqual([
      'algorithm',
      'deployment',
    ])
    const { settings } = platform.context
    const keeping = keepServingFolder(platform.context, (error) => platform.bugs.push(error))
    const served = async () => {
      const manifest = await readFile(join(placesOf(settings).serving, servingPaths.manifest), 'utf8')
      const { deployments } = JSON.parse(manifest) as ServingManifest
      return deployments.find(({ id }) => id === deployment.id)
    }
    await vi.waitFor(async () => expect(await served()).toMatchObject({ coded: { outputs: [{}, {}] } }), 20_000)
    const { folder: place, application } = (await served()) as ServingManifest['deployments'][number]
    // As the prediction process opens it.
    const pipeline = await openPipeline(runner, {
      folder: join(placesOf(settings).serving, servingPaths.models, place),
      environmentOf: (name, lock) => environmentHere(settings, name, lock),
      limits: sessionLimits(settings),
    })
    const outputs = experiment.model?.outputs ?? []
    const hosted = codedModel(pipeline, application ?? experiment.application, {
      outcome: { targetType: 'transform', classes: [], outputs: true, passedThrough: 1 },
      outputs,
      columns: pipeline.manifest.inputs,
    })
    const answered = await hosted.predict(tableFromRows({ columns: hosted.inputs }, [row]), { limit: 0 })
    expect(rowsFromTable(answered)).toEqual([['a', expect.any(Number), 'far']])
    await pipeline.close()

    expect((await ask('changeOrganisationSettings', { body: { runModelFiles: false } })).body.code).toBe(
      'object.forbidden',
    )
    const off = await allow(false)
    expect(off.body).toMatchObject({ runModelFiles: false, changedBy: { name: 'Adam' } })
    const audit = await ask('listAudit', { query: { limit: 1 } }, platform.people.adam)
    expect(audit.body).toMatchObject({
      items: [
        { operation: 'changeOrganisationSettings', before: { runModelFiles: true }, after: { runModelFiles: false } },
      ],
    })
    await vi.waitFor(
      async () =>
        expect((await served())?.withheld).toMatch(/^Nobody has allowed .* Ask Adam: the setting "Run model files"/),
      20_000,
    )
    await keeping.stop()
    const open = await begin()
    const codes = await Promise.all([
      tried(experiment.id),
      ask('createDeployment', { body }).then((answer) => answer.body),
      ask('releaseExperiment', { params: { id: model }, body: { experimentId: candidate.id } }).then(
        (answer) => answer.body,
      ),
      ask('changeExperiment', {
        params: { id: open.id },
        body: { algorithm: experiment.algorithm },
        ifMatch: open.version,
      }).then((answer) => answer.body),
    ])
    expect(codes.map((answer) => answer.code)).toEqual(Array.from(codes, () => 'modelFiles.notAllowed'))
    expect((await ask('checkExperiment', { params: { id: candidate.id } })).body.findings?.[0]?.code).toBe(
      'modelFiles.notAllowed',
    )
    await allow(true)
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
