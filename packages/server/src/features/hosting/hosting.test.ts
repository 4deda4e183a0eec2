import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment, ExactExplanations, Experiment, FileUpload, Job, ModelRelease } from '@modelsmith/api'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { followReleases } from '../deployments/index.ts'
import { predictJob } from '../models/index.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { demandAnswers, madeUpCount, publishJob } from './publish-job.ts'
import { withPlatform } from '../../testing/platform.ts'
import { noSessions, runJob } from '../../testing/world.ts'

const platform = withPlatform()
const fixtures = join(import.meta.dirname, '../../../../../fixtures')
const fixture = (path: string) => readFile(join(fixtures, path))

const unexpected = (error: unknown) => platform.bugs.push(error)
const ann = () => platform.people.ann
const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = ann()) =>
  call(platform, person, operation, parts)

let model = ''
beforeAll(async () => {
  const { body } = await ask('createRegisteredModel', {
    body: { name: 'Irises', alias: 'Iris', sensitivity: 'public' },
  })
  model = String(body['id'])
})

const begin = async (): Promise<Experiment> =>
  (await ask('createExperiment', { params: { id: model }, body: {} })).body as unknown as Experiment
const upload = async (name: string, bytes: Uint8Array | string, id?: string) => {
  const experiment = id ?? (await begin()).id
  return ask('uploadModelFile', { params: { id: experiment }, files: { [name]: bytes } })
}
const irises = async () =>
  (await upload('iris.pkl', await fixture('sklearn-0.21.3/dtc_iris/model.pkl'))).body as unknown as Experiment

const fields = ['sepal length', 'sepal width', 'petal length', 'petal width']
const application = ({ application }: Experiment, names: readonly (string | null)[] = fields) => ({
  inputs: application.inputs.map((input, at) => ({ ...input, field: names[at] ?? null })),
  passThrough: [{ field: 'flower', type: 'text' as const }],
})
const change = (experiment: Experiment, body: object, ifMatch = experiment.version) =>
  ask('changeExperiment', { params: { id: experiment.id }, body, ifMatch })
const mapped = async () => {
  const experiment = await irises()
  return (await change(experiment, { application: application(experiment) })).body as unknown as Experiment
}
const row = { flower: 'a', 'petal width': 0.2, 'petal length': 1.2, 'sepal width': 4, 'sepal length': 5.8 }

describe('an uploaded file', () => {
  it('says what it is and what it takes, and its algorithm is chosen', async () => {
    const experiment = await irises()
    expect(experiment).toMatchObject({
      state: 'developing',
      algorithm: 'sklearn.DecisionTreeClassifier',
      model: {
        library: 'scikit-learn',
        libraryVersion: '0.21.3',
        targetType: 'multiclass',
        classes: ['setosa', 'versicolor', 'virginica'],
        answer: 'labelWithProbabilities',
        inputs: [0, 1, 2, 3].map((at) => ({ name: `x${at}`, kind: 'number', isNamed: false, place: at })),
      },
    })
    expect(experiment.application.inputs.map(({ field }) => field)).toEqual([null, null, null, null])
  })

  it('of Spark has fields for the columns that it names', async () => {
    const { status, body } = await upload('pipe.zip', await fixture('spark-2.4.4/pipe_mixed_rf_labels/model.zip'))
    expect(status).toBe(200)
    const { application: own, model: found } = body as unknown as Experiment
    expect(found?.library).toBe('Spark')
    expect(own.inputs.map(({ input, field }) => [input, field])).toEqual(own.inputs.map(({ input }) => [input, input]))
  })

  it('is refused by its ending and its size, and only one is taken', async () => {
    expect((await upload('iris.exe', 'x')).body.code).toBe('experiment.fileName')
    expect((await upload('iris.pkl', new Uint8Array(36 * 2 ** 20))).body.code).toBe('experiment.fileSize')
    const { id } = await begin()
    const two = await ask('uploadModelFile', { params: { id }, files: { 'a.pkl': 'a', 'b.pkl': 'b' } })
    expect(two.body.code).toBe('experiment.oneFile')
  })

  it('that would run code is refused with every finding, and nothing of it is kept', async () => {
    const { id } = await begin()
    const hostile = "cposix\nsystem\n(S'id'\ntR0cbuiltins\neval\n(S'1'\ntR."
    const { status, body } = await upload('iris.pkl', hostile, id)
    expect([status, body.code, body.findings?.length]).toEqual([422, 'pickle.unsafe', 2])
    const read = (await ask('getExperiment', { params: { id } })).body as unknown as Experiment
    expect(read).toMatchObject({ file: null, model: null, version: 1 })
  })

  it.each([
    ['a picture', 'model.pkl', '\x89PNG\r\n', 'modelFile.format'],
    ['nothing', 'model.pkl', '', 'modelFile.empty'],
    ['a zip that is none', 'model.zip', 'PK\x03\x04 and no more', 'zip.truncated'],
    ['a class that is not known', 'model.pkl', 'cmine\nModel\n)R.', 'pickle.unsupported'],
  ])('that is %s is refused', async (_, name, bytes, code) => {
    expect((await upload(name, Buffer.from(bytes, 'latin1'))).body.code).toBe(code)
  })
})

describe('an upload in parts', () => {
  const start = async (bytes: Buffer, id: string, sha256 = createHash('sha256').update(bytes).digest('hex')) =>
    (await ask('beginFileUpload', { params: { id }, body: { fileName: 'iris.pkl', bytes: bytes.length, sha256 } }))
      .body as unknown as FileUpload
  const send = async (id: string, offset: number, part: Buffer) => {
    const answer = await platform.app.inject({
      method: 'PUT',
      url: `/api/v1/file-uploads/${id}?offset=${offset}`,
      headers: { authorization: `Bearer ${ann().token}`, 'content-type': 'application/octet-stream' },
      payload: part,
    })
    return JSON.parse(answer.body) as { code?: string; received?: number }
  }

  it('that broke off goes on where it was', async () => {
    const bytes = await fixture('sklearn-0.21.3/dtc_iris/model.pkl')
    const { id } = await begin()
    const first = await start(bytes, id)
    expect(await send(first.id, 0, bytes.subarray(0, 1000))).toMatchObject({ received: 1000 })
    expect((await ask('finishFileUpload', { params: { id: first.id } })).body.code).toBe('upload.notWhole')
    const again = await start(bytes, id)
    expect(again).toMatchObject({ id: first.id, received: 1000 })
    expect(await send(again.id, 0, bytes.subarray(0, 1000))).toMatchObject({ code: 'upload.offset' })
    expect(await send(again.id, 1000, Buffer.alloc(0))).toMatchObject({ code: 'upload.part' })
    expect(await send(again.id, 1000, bytes.subarray(1000))).toMatchObject({ received: bytes.length })
    const done = await ask('finishFileUpload', { params: { id: again.id } })
    expect(done.body).toMatchObject({ algorithm: 'sklearn.DecisionTreeClassifier', file: { bytes: bytes.length } })
    expect((await ask('getFileUpload', { params: { id: again.id } })).status).toBe(404)
  })

  it('of other content than was announced is forgotten', async () => {
    const { id } = await begin()
    const bytes = Buffer.from('something else')
    const { id: uploading } = await start(bytes, id, '0'.repeat(64))
    await send(uploading, 0, bytes)
    expect((await ask('finishFileUpload', { params: { id: uploading } })).body.code).toBe('upload.changed')
    expect((await ask('getFileUpload', { params: { id: uploading } })).status).toBe(404)
  })
})

describe('choices', () => {
  it('of an algorithm that does not fit are refused with both names', async () => {
    const { status, body } = await change(await irises(), { algorithm: 'sklearn.LinearRegression' })
    expect([status, body.code]).toEqual([422, 'experiment.algorithm'])
    expect(String(body['detail'])).toMatch(/sklearn\.LinearRegression .* sklearn\.DecisionTreeClassifier/)
    expect((await change(await irises(), { algorithm: 'sklearn.Oracle' })).body.code).toBe(
      'experiment.unknownAlgorithm',
    )
  })

  it('of fields are refused with all that is wrong, and kept as far as they are not finished', async () => {
    const experiment = await irises()
    const wrong = application(experiment, ['a', 'a', 'c', 'd'])
    const inputs = wrong.inputs.map((input, at) => (at === 2 ? { ...input, type: 'text' as const } : input))
    const { body } = await change(experiment, { application: { ...wrong, inputs } })
    expect(body.findings?.map(({ code, place }) => [code, place?.pointer])).toEqual([
      ['application.fieldTwice', '/application/inputs/1/field'],
      ['application.type', '/application/inputs/2/type'],
    ])
    const part = await change(experiment, { application: application(experiment, ['a', null, null, null]) })
    expect(part.status).toBe(200)
    expect(
      (await ask('tryExperiment', { params: { id: experiment.id }, body: { rows: [{ a: 1 }] } })).body,
    ).toMatchObject({
      code: 'experiment.notReady',
      findings: [{}, {}, {}],
    })
  })

  it('of two people at once: the second is told', async () => {
    const experiment = await irises()
    expect((await change(experiment, { application: application(experiment) })).status).toBe(200)
    const second = await change(experiment, { name: 'Mine' })
    expect([second.status, second.body.code]).toEqual([412, 'object.changed'])
  })

  it('wait for a file', async () => {
    const experiment = await begin()
    const { body } = await change(experiment, { algorithm: 'sklearn.LinearRegression' })
    expect(body.code).toBe('experiment.noFile')
  })
})

describe('rows', () => {
  it("are answered in the application's own fields, in any order, with what is passed through", async () => {
    const { id } = await mapped()
    const { body } = await ask('tryExperiment', { params: { id }, body: { rows: [row] } })
    expect(body).toEqual({
      predictions: [
        {
          prediction: 'setosa',
          probabilities: { setosa: 1, versicolor: 0, virginica: 0 },
          passThrough: { flower: 'a' },
        },
      ],
    })
  })

  it('of a field that nobody knows are refused', async () => {
    const { id } = await mapped()
    const { body } = await ask('tryExperiment', { params: { id }, body: { rows: [{ ...row, colour: 'red' }] } })
    expect(body.code).toBe('rows.unknownColumn')
  })

  it('with expected predictions prove the file, or show where it differs', async () => {
    const { id } = await mapped()
    const proof = async (prediction: string) =>
      (
        await ask('proveExperiment', {
          params: { id },
          body: { rows: [{ ...row, prediction, probability_setosa: 1 }] },
        })
      ).body
    expect(await proof('setosa')).toMatchObject({ proof: { state: 'proven', rows: 1, differing: 0 } })
    expect(await proof('virginica')).toMatchObject({
      proof: { state: 'refuted', differing: 1, differences: ['Row 1: prediction is setosa, expected was virginica.'] },
    })
    const checked = (await ask('checkExperiment', { params: { id } })).body
    expect(checked.findings?.map(({ code }) => code)).toEqual(['experiment.refuted'])
    expect((await ask('proveExperiment', { params: { id }, body: { rows: [row] } })).body.code).toBe('proof.columns')
  })

  it('as a CSV file prove it too', async () => {
    const { id } = await mapped()
    const csv = `${fields.join(',')},flower,note,prediction,probability_setosa\n5.8,4,1.2,0.2,a,x,setosa,1.0\n`
    const answer = await platform.app.inject({
      method: 'POST',
      url: `/api/v1/experiments/${id}/proof`,
      headers: { authorization: `Bearer ${ann().token}`, 'content-type': 'text/csv' },
      payload: csv,
    })
    expect(JSON.parse(answer.body)).toMatchObject({
      proof: { state: 'proven', columns: ['prediction', 'probability_setosa'] },
    })
  })

  it('of a native class are told nothing beside them', async () => {
    const { id } = await mapped()
    const told = await ask('tryExperiment', { params: { id }, body: { rows: [row], parameters: { limit: 1 } } })
    expect(told.body.code).toBe('experiment.nativeParameters')
    for (const parameters of ['{', '[1]']) {
      const { body } = await ask('tryExperiment', { params: { id }, body: { rows: [row] }, query: { parameters } })
      expect(body.code).toBe('experiment.parametersText')
    }
  })

  it('cannot be compared where fields are called as answers are', async () => {
    const experiment = await irises()
    await change(experiment, { application: application(experiment, ['prediction', 'b', 'c', 'd']) })
    const { body } = await ask('proveExperiment', {
      params: { id: experiment.id },
      body: { rows: [{ prediction: 1 }] },
    })
    expect(body.code).toBe('proof.clash')
  })
})

const submitted = async () => {
  const experiment = await mapped()
  return (await ask('submitExperiment', { params: { id: experiment.id }, ifMatch: experiment.version }))
    .body as unknown as Experiment
}
const publish = (experimentId: string, rows?: readonly object[], configuration: object = {}) =>
  ask('releaseExperiment', {
    params: { id: model },
    body: { experimentId, description: 'First', configuration, ...(rows === undefined ? {} : { rows }) },
  })
const published = async (rows?: readonly object[], configuration: object = {}) => {
  const { body } = await publish((await submitted()).id, rows, configuration)
  const { release, job } = body as unknown as { release: ModelRelease; job: Job }
  const ended = await runJob(platform, ann(), job.id)
  const read = async () =>
    (await ask('getModelRelease', { params: { id: release.id } })).body as unknown as ModelRelease
  return { ended, release: await read(), read }
}

describe('a submission', () => {
  it('needs a field for every input, and closes the experiment', async () => {
    const unfinished = await irises()
    const refused = await ask('submitExperiment', { params: { id: unfinished.id }, ifMatch: unfinished.version })
    expect([refused.status, refused.body.findings?.length]).toEqual([422, 4])
    const done = await submitted()
    expect(done).toMatchObject({ state: 'submitted', submittedAt: expect.any(String) })
    expect((await change(done, { application: application(done) })).body.code).toBe('experiment.closed')
    expect((await upload('iris.pkl', 'x', done.id)).body.code).toBe('experiment.closed')
  })
})

describe('a release', () => {
  it('is made of a candidate only', async () => {
    expect((await publish((await mapped()).id)).body.code).toBe('release.notCandidate')
  })

  it('is published after a real run, and the one before stands by', async () => {
    const first = await published([row])
    expect(first.ended).toMatchObject({ state: 'succeeded', result: { rows: 1 } })
    const second = await published()
    expect(second.release).toMatchObject({ state: 'latest', number: (first.release.number ?? 0) + 1 })
    expect(await first.read()).toMatchObject({ state: 'standby' })
    const back = await ask('setLatestRelease', { params: { id: first.release.id } })
    expect(back.body).toMatchObject({ state: 'latest', number: first.release.number })
    expect(await second.read()).toMatchObject({ state: 'standby' })
    const list = (await ask('listModelReleases', { params: { id: model } })).body as unknown as {
      items: ModelRelease[]
    }
    expect(list.items.map(({ id }) => id).slice(0, 2)).toEqual([second.release.id, first.release.id])
  })

  it('whose test run fails is not published', async () => {
    const { ended, release } = await published([{ ...row, 'petal width': 'wide' }])
    expect(ended.state).toBe('failed')
    expect(release).toMatchObject({ state: 'failed', number: null, error: { code: 'rows.cell' } })
    expect((await ask('setLatestRelease', { params: { id: release.id } })).body.code).toBe('release.notPublished')
    const deployed = await ask('createDeployment', { body: { name: 'No', modelReleaseId: release.id } })
    expect(deployed.body.code).toBe('release.notPublished')
  })

  it('whose test run never ends is not published', async () => {
    const { release, job } = (await publish((await submitted()).id, [row])).body as unknown as {
      release: ModelRelease
      job: Job
    }
    const ended = await runJob(platform, ann(), job.id, { publishRelease: publishJob(platform.context, noSessions, 1) })
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'serving.reading' } })
    const read = await ask('getModelRelease', { params: { id: release.id } })
    expect(read.body).toMatchObject({ state: 'failed', number: null, publishedAt: null })
  })

  it('has an answer to every row of its test run', () => {
    expect(() => demandAnswers(2, [{}])).toThrow('The test run gave 1 answers for 2 rows.')
  })

  it('says where made-up rows do not suit the model', async () => {
    const bytes = await fixture('spark-2.4.4/dtc_categorical_pipeline/model.zip')
    const experiment = (await upload('indexed.zip', bytes)).body as unknown as Experiment
    const matched = { ...experiment.application, passThrough: [] }
    const changed = await change(experiment, { application: matched })
    await ask('submitExperiment', { params: { id: experiment.id }, ifMatch: Number(changed.body['version']) })
    const { job } = (await publish(experiment.id)).body as unknown as { job: Job }
    expect((await runJob(platform, ann(), job.id)).error).toMatchObject({ code: 'release.madeUpRows' })
  })

  it('of very many answers is tested with fewer made-up rows', () => {
    const outputs = Array.from({ length: 2 ** 18 }, (_, at) => ({ name: `features:${at}`, kind: 'number' as const }))
    expect(madeUpCount({ rowsPerRequest: 10_000 }, { outputs })).toBe(3)
    expect(madeUpCount({ rowsPerRequest: 2 }, { outputs })).toBe(2)
    expect(madeUpCount({ rowsPerRequest: 10_000 }, null)).toBe(20)
  })

  it('waits for another that is being published', async () => {
    const [one, other] = [await submitted(), await submitted()]
    const first = await publish(one.id)
    const second = await publish(other.id)
    expect([first.status, second.status, second.body.code]).toEqual([202, 409, 'release.another'])
    const { job } = first.body as unknown as { job: Job }
    await ask('cancelJob', { params: { id: job.id } })
    const third = (await publish(other.id)).body as unknown as { job: Job }
    expect(await runJob(platform, ann(), third.job.id)).toMatchObject({ state: 'succeeded' })
  })

  it('answers what its configuration says, and its test run is held to it', async () => {
    const configuration = { probabilities: false, passThrough: [], rowsPerRequest: 1, timeoutSeconds: 5 }
    const { flower: _, ...fewer } = row
    const { ended, release } = await published([fewer], configuration)
    expect(ended.state).toBe('succeeded')
    expect(release).toMatchObject({
      configuration: { ...configuration, outputs: null, updatePolicy: 'automatic' },
      fields: fields.map((name) => ({ name })),
      passThrough: [],
    })
    const many = await published([fewer, fewer], configuration)
    expect(many.release).toMatchObject({ state: 'failed', error: { code: 'release.testRows' } })
  })

  it('is not begun with a configuration that names what the candidate lacks', async () => {
    const { id } = await submitted()
    const { status, body } = await publish(id, [row], { outputs: ['a'], passThrough: ['id'] })
    expect([status, body.code, body.findings?.map(({ code }) => code)]).toEqual([
      422,
      'release.configuration',
      ['publish.noOutputs', 'publish.unknownField'],
    ])
    expect((await publish(id, [row], { rowsPerRequest: 0, updatePolicy: 'never' })).body.code).toBe('request.invalid')
    const { job } = (await publish(id, [row])).body as unknown as { job: Job }
    expect((await runJob(platform, ann(), job.id)).state).toBe('succeeded')
  })

  it('is moved to by deployments that follow, where their clients would not notice', async () => {
    const { database } = platform.context
    const follow = () => followReleases(database, unexpected)
    const first = await published([row])
    const deploy = async (updates: string, person = ann()) =>
      (await ask('createDeployment', { body: { name: updates, modelReleaseId: first.release.id, updates } }, person))
        .body
    const [following, staying] = [await deploy('automatic'), await deploy('manual')]
    const read = async (deployment: Record<string, unknown>) =>
      (await ask('getDeployment', { params: { id: String(deployment['id']) } })).body as unknown as Deployment
    expect(following).toMatchObject({ updates: 'automatic', newerRelease: null })
    const important = { name: 'Guarded', modelReleaseId: first.release.id, updates: 'automatic', importance: 'high' }
    const { body: guarded } = await ask('createDeployment', { body: important })
    const approvals = { low: [], moderate: [], high: ['replace'], critical: [] }
    await ask('changeOrganisationSettings', { body: { approvals } }, platform.people.adam)

    const second = await published([row])
    await follow()
    expect((await read(following)).release.modelId).toBe(second.release.id)
    // Somebody has to approve what is put behind it.
    expect(await read(guarded)).toMatchObject({ release: { modelId: first.release.id }, newerRelease: { changes: [] } })
    expect(await read(staying)).toMatchObject({
      release: { modelId: first.release.id },
      newerRelease: { id: second.release.id, number: second.release.number, changes: [] },
    })

    const waiting = await published([row], { updatePolicy: 'manual' })
    await follow()
    expect(await read(following)).toMatchObject({
      release: { modelId: second.release.id },
      newerRelease: { id: waiting.release.id, changes: [] },
    })
    await ask('setLatestRelease', { params: { id: first.release.id } })
    await follow()
    const led = await read(following)
    expect(led.release.modelId).toBe(first.release.id)

    // What was rolled back from is not followed again.
    const params = { id: led.id }
    await ask('rollBackDeployment', { params, body: {}, ifMatch: led.version })
    await follow()
    expect(await read(following)).toMatchObject({ updates: 'manual', release: { modelId: second.release.id } })
    const { body: history } = await ask('listDeploymentHistory', { params })
    expect((history['items'] as { kind: string; by: unknown }[]).map(({ kind, by }) => [kind, by === null])).toEqual([
      ['rolledBack', false],
      ['followed', true],
      ['followed', true],
      ['deployed', false],
    ])
  })

  it('is not moved to by a deployment whose keeper decides otherwise at the same moment', async () => {
    const { database } = platform.context
    const first = await published([row])
    const body = { name: 'Decides', modelReleaseId: first.release.id, updates: 'automatic' }
    const id = String((await ask('createDeployment', { body })).body['id'])
    await published([row])
    let following = Promise.resolve()
    await database.transaction(async (queries) => {
      await queries.run(sql`update object set version = version + 1 where id = ${id}`)
      await queries.run(sql`update deployment set updates = 'manual' where id = ${id}`)
      following = followReleases(database, unexpected)
      await vi.waitFor(async () => {
        const waiting = await database.rows(sql`
          select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%from object%for update'`)
        expect(waiting).toHaveLength(1)
      }, 30_000)
    })
    await following
    const { body: stays } = await ask('getDeployment', { params: { id } })
    expect(stays).toMatchObject({ updates: 'manual', release: { number: 1, modelId: first.release.id } })
    expect(platform.bugs).toEqual([])
  })

  it('is not moved to by whoever may not deploy the model any more', async () => {
    const { database } = platform.context
    const first = await published([row])
    const body = { name: 'Follows', modelReleaseId: first.release.id, updates: 'automatic' }
    const { body: deployed } = await ask('createDeployment', { body }, platform.people.mia)
    const { body: own } = await ask('getRegisteredModel', { params: { id: model } })
    const seen = (sensitivity: string, version: unknown) =>
      ask('changeRegisteredModel', { params: { id: model }, body: { sensitivity }, ifMatch: Number(version) })
    await seen('private', own['version'])
    await published([row])
    await followReleases(database, unexpected)
    const { body: still } = await ask('getDeployment', { params: { id: String(deployed['id']) } }, platform.people.mia)
    expect(still).toMatchObject({ release: { modelId: first.release.id } })
    const { body: now } = await ask('getRegisteredModel', { params: { id: model } })
    await seen('public', now['version'])
  })

  it('answers a file, in its own configuration', async () => {
    const { release } = await published([row], { probabilities: false })
    const params = { id: release.id }
    const send = async (csv: string, fields: Record<string, string> = {}) =>
      (await ask('predictReleaseFile', { params, fields, files: { 'irises.csv': csv } })).body as unknown as {
        job: Job
        code?: string
      }
    const ended = async (job: Job) =>
      runJob(platform, ann(), job.id, { predictFile: predictJob(platform.context, noSessions) })
    const csv = `note,petal width,petal length,sepal width,sepal length,flower\nx,0.2,1.2,4,5.8,a\ny,2,6,3,7,\n`
    const { job } = await send(csv, { passThrough: 'note,flower' })
    expect(job).toMatchObject({ title: 'Predict irises.csv', subject: { kind: 'registeredModel', id: model } })
    expect(await ended(job)).toMatchObject({ state: 'succeeded', result: { rows: 2 } })
    const answer = await platform.app.inject({
      method: 'GET',
      url: `/api/v1/jobs/${job.id}/result`,
      headers: { authorization: `Bearer ${ann().token}` },
    })
    expect(answer.body).toBe('note,flower,prediction\nx,a,setosa\ny,,virginica\n')
    // What others send is theirs alone, and it is bundled with no model.
    expect((await ask('getJob', { params: { id: job.id } }, platform.people.mia)).status).toBe(404)
    expect((await ask('downloadJob', { params: { id: job.id } })).body.code).toBe('bundle.kind')

    const wrong = await send('petal width\nwide\n')
    expect((await ended(wrong.job)).error).toMatchObject({ code: 'csv.missingColumns' })
    const none = await send(`${csv.split('\n')[0]}\n`)
    expect((await ended(none.job)).error).toMatchObject({ code: 'model.noRows' })
    expect((await send(csv, { parameters: '{"limit": 1}' })).code).toBe('model.parameters')
  })

  it('answers a file with every column that is asked for, where it hands on a field that it reads too', async () => {
    const experiment = await irises()
    const passThrough = [{ field: 'sepal length', type: 'number' }]
    const changed = await change(experiment, { application: { ...application(experiment), passThrough } })
    await ask('submitExperiment', { params: { id: experiment.id }, ifMatch: Number(changed.body['version']) })
    const { release, job } = (await publish(experiment.id)).body as unknown as { release: ModelRelease; job: Job }
    expect((await runJob(platform, ann(), job.id)).state).toBe('succeeded')
    const sent = await ask('predictReleaseFile', {
      params: { id: release.id },
      fields: { passThrough: 'petal width,sepal length' },
      files: { 'irises.csv': 'sepal length,sepal width,petal length,petal width\n5.8,4,1.2,0.2\n' },
    })
    const { job: asked } = sent.body as unknown as { job: Job }
    await runJob(platform, ann(), asked.id, { predictFile: predictJob(platform.context, noSessions) })
    const answer = await platform.app.inject({
      method: 'GET',
      url: `/api/v1/jobs/${asked.id}/result`,
      headers: { authorization: `Bearer ${ann().token}` },
    })
    const [header, first] = answer.body.split('\n')
    expect(header).toMatch(/^petal width,sepal length,prediction,probability_setosa,/)
    expect(first).toMatch(/^0\.2,5\.8,setosa,/)
  })

  it('that was not published answers no file', async () => {
    const { release } = await published([{ ...row, 'petal width': 'wide' }])
    const parts = { params: { id: release.id }, files: { 'irises.csv': 'a\n1\n' } }
    expect((await ask('predictReleaseFile', parts)).body.code).toBe('release.notPublished')
  })

  it('is deployed in place of a model', async () => {
    const { release } = await published()
    const { status, body } = await ask('createDeployment', { body: { name: 'Irises', modelReleaseId: release.id } })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      modelName: 'Irises',
      targetType: 'multiclass',
      target: null,
      release: { modelKind: 'modelRelease', modelId: release.id, registeredModelId: model },
      inputs: [...fields, 'flower'].map((name) => ({ name })),
    })
    const both = await ask('createDeployment', { body: { name: 'Two' } })
    expect(both.body.code).toBe('deployment.oneModel')
    const { body: own } = await ask('getRegisteredModel', { params: { id: model } })
    const refused = await ask('deleteRegisteredModel', { params: { id: model }, ifMatch: Number(own['version']) })
    expect(refused.body.code).toBe('object.inUse')
  })
})

describe('who sees a model', () => {
  const registered = async (sensitivity: string) =>
    String((await ask('createRegisteredModel', { body: { name: 'Seen', sensitivity } })).body['id'])
  const read = async (id: string, person = ann()) => (await ask('getRegisteredModel', { params: { id } }, person)).body
  const set = async (id: string, sensitivity: string, person = ann()) => {
    const ifMatch = Number((await read(id))['version'])
    return ask('changeRegisteredModel', { params: { id }, body: { sensitivity }, ifMatch }, person)
  }

  it('is said by its sensitivity, for the model and what belongs to it', async () => {
    const { mia } = platform.people
    const id = await registered('private')
    const { body: own } = await ask('createExperiment', { params: { id }, body: {} })
    expect((await read(id, mia))['code']).toBe('object.notFound')
    expect((await set(id, 'public')).body).toMatchObject({ sensitivity: 'public' })
    expect(await read(id, mia)).toMatchObject({ sensitivity: 'public' })
    expect((await ask('getExperiment', { params: { id: String(own['id']) } }, mia)).status).toBe(200)
    await set(id, 'private')
    expect((await ask('getExperiment', { params: { id: String(own['id']) } }, mia)).status).toBe(404)
  })

  it('is the same that the dialog of sharing says', async () => {
    const id = await registered('private')
    const { organisation, id: mia } = platform.people.mia
    await ask('share', { params: { id }, body: { grantee: organisation, role: 'consumer' } })
    expect(await read(id)).toMatchObject({ sensitivity: 'public' })
    await ask('unshare', { params: { id }, query: { grantee: organisation } })
    expect(await read(id)).toMatchObject({ sensitivity: 'private' })
    await ask('share', { params: { id }, body: { grantee: mia, role: 'editor' } })
    expect((await set(id, 'public', platform.people.mia)).body.code).toBe('object.forbidden')
  })
})

describe('a defined algorithm', () => {
  const declared = (name: string) => ({ name, type: 'number', role: 'feature', description: `The ${name} in cm` })
  const definition = (part: object = {}) => ({
    inputs: [...fields.slice(0, 2).map(declared), { name: 'flower', type: 'text', role: 'passThrough' }],
    variableInput: { fewerThan: 3 },
    outputs: [{ name: 'prediction', type: 'text' }],
    trainingParameters: [{ name: 'max_depth', type: 'int', min: 1, default: 3 }],
    predictionParameters: [],
    ...part,
  })
  const define = (part: object = {}, nativeAlgorithm = 'sklearn.DecisionTreeClassifier') =>
    ask('createCustomAlgorithm', { body: { name: 'Our irises', nativeAlgorithm, definition: definition(part) } })

  it('names the inputs of a file that has no names, and lets more be added', async () => {
    const { body: algorithm } = await define()
    const { id, version } = await begin()
    const chosen = await ask('changeExperiment', {
      params: { id },
      body: { algorithm: algorithm['id'] },
      ifMatch: version,
    })
    expect(chosen.body).toMatchObject({
      algorithm: algorithm['id'],
      customAlgorithm: { name: 'Our irises' },
      file: null,
    })
    const uploaded = (await upload('iris.pkl', await fixture('sklearn-0.21.3/dtc_iris/model.pkl'), id))
      .body as unknown as Experiment
    expect(uploaded.algorithm).toBe(algorithm['id'])
    expect(uploaded.application).toMatchObject({
      inputs: [
        { input: 'sepal length', field: 'sepal length' },
        { input: 'sepal width', field: 'sepal width' },
        { input: 'x2', field: null },
        { input: 'x3', field: null },
      ],
      passThrough: [{ field: 'flower', type: 'text' }],
    })
    const done = (await change(uploaded, { application: application(uploaded) })).body as unknown as Experiment
    const { body } = await ask('tryExperiment', { params: { id }, body: { rows: [row] } })
    expect(body).toMatchObject({ predictions: [{ prediction: 'setosa', passThrough: { flower: 'a' } }] })
    await ask('submitExperiment', { params: { id }, ifMatch: done.version })
    const begun = (await publish(id, [row])).body as unknown as { release: ModelRelease; job: Job }
    expect(await runJob(platform, ann(), begun.job.id)).toMatchObject({ state: 'succeeded' })
    expect(begun.release.algorithm).toBe('Our irises (sklearn.DecisionTreeClassifier)')
  })

  it('that does not fit the file is refused with all that does not', async () => {
    const { body: few } = await define({ variableInput: null, outputs: [{ name: 'flower', type: 'text' }] })
    const refused = await change(await irises(), { algorithm: few['id'] })
    expect(refused.body.findings?.map(({ code }) => code)).toEqual(['algorithm.furtherInputs', 'algorithm.output'])
    const { body: other } = await define({}, 'sklearn.LinearRegression')
    const { body } = await change(await irises(), { algorithm: other['id'] })
    expect(body.findings?.map(({ message }) => message)).toEqual([
      'The algorithm Our irises (sklearn.LinearRegression) does not fit the file, which holds sklearn.DecisionTreeClassifier.',
    ])
  })

  it('is kept by the experiment as it was when it was chosen', async () => {
    const { body: algorithm } = await define()
    const params = { id: String(algorithm['id']) }
    const used = (await change(await irises(), { algorithm: params.id })).body as unknown as Experiment
    const renamed = await ask('changeCustomAlgorithm', { params, body: { name: 'Theirs' }, ifMatch: 1 })
    expect(renamed.body).toMatchObject({ name: 'Theirs', version: 2 })
    expect((await ask('deleteCustomAlgorithm', { params, ifMatch: 2 })).status).toBe(204)
    const read = (await ask('getExperiment', { params: { id: used.id } })).body
    expect(read).toMatchObject({ customAlgorithm: { name: 'Our irises', version: 1 } })
    const back = await change(read as unknown as Experiment, { algorithm: 'sklearn.DecisionTreeClassifier' })
    expect(back.body).toMatchObject({
      customAlgorithm: null,
      application: { inputs: [{ input: 'x0', field: null }, {}, {}, {}] },
    })
  })

  it('is refused with what is wrong in its definition', async () => {
    expect((await define({}, 'sklearn.Oracle')).body.code).toBe('algorithm.unknownClass')
    const parameters = [{ name: 'threshold', type: 'float' }]
    expect((await define({ predictionParameters: parameters })).body.code).toBe('algorithm.predictionParameters')
    const { body } = await define({ inputs: [{ name: 'a', type: 'number', role: 'label' }] })
    expect([body.code, body.findings?.map(({ code }) => code)]).toEqual(['algorithm.wrong', ['algorithm.noFeature']])
  })

  it('is not there for whom it is not shared with', async () => {
    const { body: algorithm } = await define()
    const { mia } = platform.people
    const mine = await ask('createRegisteredModel', { body: { name: 'Mia’s' } }, mia)
    const { body: own } = await ask('createExperiment', { params: { id: String(mine.body['id']) }, body: {} }, mia)
    const parts = { params: { id: String(own['id']) }, body: { algorithm: algorithm['id'] }, ifMatch: 1 }
    expect((await ask('changeExperiment', parts, mia)).status).toBe(404)
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})

describe('explanations of a release', () => {
  const explain = (id: string, body: object, person = ann()) =>
    ask('explainByRelease', { params: { id }, body }, person)

  it('add up to its scores, by the names of its fields', async () => {
    const { release } = await published()
    const { status, body } = await explain(release.id, { rows: [row, { ...row, 'petal width': 2 }] })
    expect(status).toBe(200)
    const { features, outputs, rows } = body as unknown as ExactExplanations
    expect(features).toEqual(fields)
    expect(outputs.map(({ label }) => label)).toEqual(['setosa', 'versicolor', 'virginica'])
    expect(rows).toHaveLength(2)
    for (const { outputs: found } of rows)
      for (const [output, { score, contributions }] of found.entries())
        expect(contributions.reduce((sum, value) => sum + value, outputs[output]?.base ?? Number.NaN)).toBeCloseTo(
          score,
          12,
        )
    expect(rows[0]?.outputs[0]?.score).toBe(1)
    expect((await explain(release.id, { rows: [{ colour: 'red' }] })).body.code).toBe('rows.unknownColumn')
    expect((await explain(release.id, { rows: [] })).body.code).toBe('request.invalid')
  })

  it('of a linear model are measured from the means of background rows', async () => {
    const file = await readFile(new URL('../../../../scoring/src/explain/fixtures/linear.pkl', import.meta.url))
    const experiment = (await upload('linear.pkl', file)).body as unknown as Experiment
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const inputs = experiment.application.inputs.map((input, at) => ({ ...input, field: names[at] ?? null }))
    const mended = (await change(experiment, { application: { inputs, passThrough: [] } }))
      .body as unknown as Experiment
    const sent = (await ask('submitExperiment', { params: { id: mended.id }, ifMatch: mended.version }))
      .body as unknown as Experiment
    const { body } = await publish(sent.id)
    const { release, job } = body as unknown as { release: ModelRelease; job: Job }
    expect((await runJob(platform, ann(), job.id)).error).toBe(null)
    const of = (value: number) => Object.fromEntries(names.map((name) => [name, value]))
    expect((await explain(release.id, { rows: [of(1)] })).body.code).toBe('explain.means')
    const same = (await explain(release.id, { rows: [of(1)], background: [of(0), of(2)] }))
      .body as unknown as ExactExplanations
    expect(same.rows[0]?.outputs[0]?.contributions).toEqual([0, 0, 0, 0, 0, 0])
    expect(same.rows[0]?.outputs[0]?.score).toBeCloseTo(same.outputs[0]?.base ?? Number.NaN, 12)
  })
})
