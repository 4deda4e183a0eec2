import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Job, Leaderboard, Model, ModelInsights, Project, Task, TrainingRun } from '@modelsmith/api'
import { createRunner, type Environment, installEnvironment, makeRuntimeFolder, type Runner } from '@modelsmith/runner'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { collectObjects } from '../../infra/objects/references.ts'
import { forgetUnusedSteps } from '../../infra/objects/step-cache.ts'
import { jobEndings } from '../../job-endings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { handlersWith } from '../../testing/handlers.ts'
import { addDataset } from '../../testing/world.ts'
import { startJobRunner } from '../jobs/index.ts'
import { evaluateJob, trainJob } from './index.ts'

const platform = withPlatform()
const ask = async <T>(operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) => {
  const answer = await call(platform, person, operation, parts)
  return { ...answer, body: answer.body as unknown as T & { code?: string; detail?: string } }
}
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-all-rows-'))
let runner: Runner
let environment: Environment
let worker: ReturnType<typeof startJobRunner>
let version = ''

/** Writes down which rows it saw, and answers 1 for these. */
const code = `
import json, os
import pandas

def fit(X, y, output_dir, row_weights=None, **kwargs):
    with open(os.path.join(output_dir, "seen.json"), "w") as file:
        json.dump({"rows": sorted(X["size"].tolist()), "weights": None if row_weights is None else len(row_weights)}, file)

def load_model(code_dir):
    with open(os.path.join(code_dir, "seen.json")) as file:
        return set(json.load(file)["rows"])

def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": data["size"].isin(model).astype("float64")})
`

beforeAll(async () => {
  const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
  environment = await installEnvironment({ name: 'python-core', dataDir, forEveryone: true })
  await symlink(join(dataDir, 'environments'), join(platform.context.settings.dataDir, 'environments'))
  runner = createRunner({ runtimeDir: makeRuntimeFolder() })
  const rows = Array.from({ length: 60 }, (_, row) => `${row},${row % 3 === 0 ? row : 0},${1 + (row % 2)}`)
  version = (await addDataset(platform, platform.people.ann, `size,amount,weight\n${rows.join('\n')}\n`)).latest.id
  const supplies = { runner, sandboxed: true }
  worker = startJobRunner({
    database: platform.context.database,
    worker: 'test',
    handlers: handlersWith({
      trainBlueprint: trainJob(platform.context, supplies),
      evaluateModels: evaluateJob(platform.context, supplies),
    }),
    endings: jobEndings,
    logBug: (error) => platform.bugs.push(error),
  })
}, 480_000)
afterAll(async () => {
  await worker?.stop()
  await runner?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Started = { readonly run: TrainingRun; readonly job: Job }

const projectOf = async (more: object): Promise<Project> => {
  const body = { name: 'Amounts', datasetVersionId: version, target: 'amount', partitioning: { folds: 2 }, ...more }
  const { status, body: made } = await ask<Project>('createProject', { body })
  expect([status, made]).toEqual([201, expect.anything()])
  return made
}

const taskOf = async (targetType: string): Promise<string> => {
  const files = {
    'custom.py': code,
    'model-metadata.yaml': `name: Seen\ntargetType: ${targetType}\nenvironment: python-core\n`,
  }
  const { body } = await ask<{ task: Task }>('uploadTask', { files })
  return body.task.latest.id
}

const graphOf = (taskVersion: string) => ({
  nodes: [{ id: 'seen', taskVersion, inputs: [{ from: 'data' as const, columns: ['size'] }] }],
})

const ended = async ({ run: { id, jobId } }: Started): Promise<TrainingRun> => {
  await vi.waitFor(
    async () => expect((await ask<Job>('getJob', { params: { id: jobId } })).body.endedAt).not.toBe(null),
    { timeout: 60_000 },
  )
  const run = (await ask<TrainingRun>('getTrainingRun', { params: { id } })).body
  expect(run.error).toBe(null)
  return run
}

const trained = async (project: string, taskVersion: string, how: object = {}): Promise<TrainingRun> => {
  const body = { name: 'Seen', graph: graphOf(taskVersion), ...how }
  return ended((await ask<Started>('train', { params: { id: project }, body })).body)
}

const again = async (model: string | null): Promise<TrainingRun> => {
  const { status, body } = await ask<Started>('retrain', { params: { id: model ?? '' } })
  expect([status, body]).toEqual([202, expect.anything()])
  return ended(body)
}

const modelOf = async ({ modelId }: TrainingRun): Promise<Model> =>
  (await ask<Model>('getModel', { params: { id: modelId ?? '' } })).body

type Seen = { readonly rows: readonly number[]; readonly weights: number | null }

const seenBy = async ({ modelId }: TrainingRun): Promise<Seen> => {
  const { database, objects } = platform.context
  const row = await database.first<{ files: { path: string; key: string }[] }>(
    sql`select files from model where id = ${modelId}`,
  )
  const file = row?.files.find(({ path }) => path === 'artifacts/seen/seen.json')
  return JSON.parse(await readFile(await objects.pathOf(file?.key ?? ''), 'utf8')) as Seen
}

it('makes another model of the same folds, whose last fit has the holdout too and which nothing measures there', async () => {
  const task = await taskOf('regression')
  const project = await projectOf({})
  const first = await trained(project.id, task)
  expect((await seenBy(first)).rows).toHaveLength(48)
  const run = await again(first.modelId)
  expect(run).toMatchObject({
    blueprintName: 'Seen on all rows',
    retrainedFrom: { id: first.modelId, name: 'Seen' },
    sampleSize: 1,
    graph: first.graph,
  })
  expect((await seenBy(run)).rows).toEqual(Array.from({ length: 60 }, (_, row) => row))
  // Only the last fit is run: the folds are known.
  expect(run.steps.filter(({ state }) => state === 'done').map(({ part, hook }) => `${part} ${hook}`)).toEqual([
    'all rows fit',
    'all rows predict',
  ])

  const [before, after] = [await modelOf(first), await modelOf(run)]
  expect(after).toMatchObject({ name: 'Seen on all rows', retrainedFrom: { id: before.id, name: 'Seen' } })
  expect(before.retrainedFrom).toBe(null)
  const { holdout: _, ...measured } = before.scores
  expect(after.scores).toEqual({ ...measured, holdout: null })

  // The holdout is locked, and stays so; where it is unlocked it measures the first model, and never this one.
  const holdoutOf = (id: string) =>
    ask<ModelInsights>('getModelInsights', { params: { id }, query: { part: 'holdout' } })
  expect((await holdoutOf(before.id)).body.code).toBe('model.holdoutLocked')
  expect((await holdoutOf(after.id)).body.code).toBe('model.holdoutLearned')
  const now = (await ask<Project>('getProject', { params: { id: project.id } })).body
  expect(now.holdoutUnlocked).toBe(false)
  await ask('changeProject', { params: { id: project.id }, body: { holdoutUnlocked: true }, ifMatch: now.version })
  expect((await modelOf(first)).scores.holdout).not.toBe(null)
  expect((await modelOf(run)).scores.holdout).toBe(null)
  expect((await holdoutOf(after.id)).body.code).toBe('model.holdoutLearned')
  for (const part of ['validation', 'crossValidation'])
    expect((await ask('getModelInsights', { params: { id: after.id }, query: { part } })).body).toEqual({
      ...(await ask('getModelInsights', { params: { id: before.id }, query: { part } })).body,
      modelId: after.id,
    })
  // Of two with the same scores the one that the scores are of comes first.
  const { entries } = (await ask<Leaderboard>('getLeaderboard', { params: { id: project.id } })).body
  expect(entries.map((entry) => [entry.run.modelId, entry.scores?.holdout === null])).toEqual([
    [before.id, false],
    [after.id, true],
  ])

  // It is deployed as any other, and not trained on all rows once more.
  const deployed = await ask('createDeployment', { body: { name: 'Seen', modelId: after.id } })
  expect(deployed.status).toBe(201)
  const once = await ask('retrain', { params: { id: after.id } })
  expect([once.status, once.body.code, once.body.detail]).toEqual([
    409,
    'project.allRows',
    'The model "Seen on all rows" has learned from all rows already.',
  ])

  const bundle = await ask('downloadTrainingRun', { params: { id: run.id } })
  writeFileSync(join(folder, 'run.tar'), bundle.bytes)
  execFileSync('tar', ['-xf', 'run.tar', 'run.json'], { cwd: folder })
  expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toMatchObject({
    onAllRows: true,
    predictions: { holdout: null, learned: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
}, 120_000)

it('keeps what the fits of the folds wrote, apart from the model, for as long as the model is there', async () => {
  const { database, objects } = platform.context
  const task = await taskOf('regression')
  // Other folds than in the other tests, whose models would hold the same files.
  const project = await projectOf({ partitioning: { folds: 2, seed: 7 } })
  const run = await trained(project.id, task)
  const whole = await again(run.modelId)
  const model = await modelOf(run)
  const fileOf = ({ fold, node, path }: Model['foldArtifacts'][number]) => [fold, node, path]
  expect(model.foldArtifacts.map(fileOf)).toEqual([
    [1, 'seen', 'seen.json'],
    [2, 'seen', 'seen.json'],
  ])
  // Those of a model on all rows are the same, which the engine did not fit again.
  expect((await modelOf(whole)).foldArtifacts).toEqual(model.foldArtifacts)
  const taken = (id: string, query: Record<string, string | number>) =>
    ask<Seen>('downloadArtifact', { params: { id }, query: { node: 'seen', path: 'seen.json', ...query } })
  const [one, two, all] = await Promise.all([{ fold: 1 }, { fold: 2 }, {}].map((query) => taken(model.id, query)))
  expect(one?.headers['content-disposition']).toContain('fold-1-seen.json')
  expect([...(one?.body.rows ?? []), ...(two?.body.rows ?? [])].toSorted((a, b) => a - b)).toEqual(all?.body.rows)
  for (const [query, status, code, detail] of [
    [{ fold: 3 }, 404, 'model.noArtifact', 'Node "seen" has no artifact "seen.json" of fold 3.'],
    [
      { fold: 1, path: '../seen.json' },
      404,
      'model.noArtifact',
      'Node "seen" has no artifact "../seen.json" of fold 1.',
    ],
    [{ fold: 0 }, 422, 'request.invalid', undefined],
    [{ fold: 'one' }, 422, 'request.invalid', undefined],
  ] as const) {
    const { status: answered, body } = await taken(model.id, query)
    expect([answered, body.code, ...(detail === undefined ? [] : [body.detail])]).toEqual(
      [status, code, detail].filter((each) => each !== undefined),
    )
  }

  // The steps are forgotten when nothing has used them; the models hold their own.
  const collected = async () => {
    await forgetUnusedSteps(database, 0)
    return collectObjects(database, objects, 0)
  }
  await database.run(sql`update step_result set used_at = now() - interval '1 day'`)
  await collected()
  expect((await taken(model.id, { fold: 1 })).body).toEqual(one?.body)
  const { version: seen } = (await ask<Project>('getProject', { params: { id: project.id } })).body
  expect((await ask('deleteProject', { params: { id: project.id }, ifMatch: seen })).status).toBe(204)
  expect((await taken(model.id, { fold: 1 })).body.code).toBe('object.notFound')
  await collected()
  for (const { sha256 } of model.foldArtifacts) await expect(objects.pathOf(sha256)).rejects.toThrow('ENOENT')
}, 120_000)

it('gives all of a model as one zip, which is the same every time and loads as it says', async () => {
  const { database } = platform.context
  const task = await taskOf('regression')
  const project = await projectOf({ partitioning: { folds: 2, seed: 8 } })
  const run = await trained(project.id, task)
  const id = run.modelId ?? ''
  const archive = (query: Record<string, string | boolean> = {}, person = platform.people.ann) =>
    ask('downloadArtifacts', { params: { id }, query: query as never }, person)
  const [whole, again, plain] = [await archive({ folds: true }), await archive({ folds: true }), await archive()]
  expect(whole.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-length': String(whole.bytes.length),
    'content-disposition': `attachment; filename*=UTF-8''${id}.zip`,
  })
  expect(again.bytes.equals(whole.bytes)).toBe(true)
  const unpacked = (name: string, bytes: Uint8Array): string => {
    const place = join(folder, name)
    writeFileSync(`${place}.zip`, bytes)
    execFileSync('python3', ['-m', 'zipfile', '-e', `${place}.zip`, place])
    return place
  }
  const filesIn = (place: string): string[] =>
    readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(place, join(entry.parentPath, entry.name)))
      .sort()
  const files = [
    'README.md',
    'artifacts/seen/seen.json',
    'blueprint.yaml',
    'code/seen/custom.py',
    'code/seen/model-metadata.yaml',
    'environments/python-core.txt',
    'model.json',
  ]
  const place = unpacked('whole', whole.bytes)
  expect(filesIn(place)).toEqual(
    [...files, 'folds/1/artifacts/seen/seen.json', 'folds/2/artifacts/seen/seen.json'].toSorted(),
  )
  expect(filesIn(unpacked('plain', plain.bytes))).toEqual(files)
  const text = (path: string) => readFileSync(join(place, path), 'utf8')
  expect(text('environments/python-core.txt')).toMatch(
    /^# python-core, Python 3\.\d+\n[\s\S]*numpy==[\s\S]*--hash=sha256:/,
  )
  expect(JSON.parse(text('folds/1/artifacts/seen/seen.json'))).toEqual(
    (await ask<Seen>('downloadArtifact', { params: { id }, query: { node: 'seen', path: 'seen.json', fold: 1 } })).body,
  )
  const imported = await ask<{ graph: unknown }>('importBlueprint', { body: { yaml: text('blueprint.yaml') } })
  expect([imported.status, imported.body.graph]).toEqual([201, run.graph])

  // What the text tells one to do in Python, with the environment of the lock.
  expect(text('README.md')).toContain('| `seen` | Seen | `environments/python-core.txt` |')
  const lines = text('README.md').split('\n')
  const snippet = lines.slice(
    lines.indexOf('    import sys'),
    lines.findIndex((line) => line.includes('load_model(')) + 1,
  )
  const program = [...snippet.map((line) => line.trim()), 'print(sorted(model))'].join('\n')
  const printed = execFileSync(environment.interpreter, ['-c', program], { cwd: place }).toString()
  expect(JSON.parse(printed)).toEqual((await seenBy(run)).rows)

  expect((await archive({ folds: 'some' })).status).toBe(422)
  expect((await archive({}, platform.people.bob)).body.code).toBe('object.notFound')
  // Whoever may only execute a task in it gets nothing of the model at all, and is told why.
  const share = { grantee: platform.people.mia.id, role: 'consumer' }
  expect((await ask('share', { params: { id: project.id }, body: share })).status).toBeLessThan(300)
  const refused = await archive({}, platform.people.mia)
  expect([refused.status, refused.body.code]).toEqual([403, 'object.executeOnly'])
  expect(refused.body.detail).toContain('Seen')
  // Of a model of before there are no folds to give.
  await database.run(sql`update model set fold_files = '[]' where id = ${id}`)
  expect((await archive({ folds: true })).body.code).toBe('model.noFolds')
  expect((await archive()).bytes.equals(plain.bytes)).toBe(true)
}, 120_000)

it('leaves out what the project left out, and takes what a sample did not', async () => {
  const task = await taskOf('regression')
  const project = await projectOf({ weights: 'weight', downsampling: { kept: 0.5 } })
  const first = await trained(project.id, task, { sampleSize: 0.5 })
  const { training, holdout } = project.rows
  expect((await seenBy(first)).rows).toHaveLength(training / 2)
  const run = await again(first.modelId)
  expect(run.sampleSize).toBe(0.5)
  const seen = await seenBy(run)
  expect([seen.rows.length, seen.weights]).toEqual([training + holdout, training + holdout])
  expect(training + holdout).toBe(40)
  expect((await modelOf(run)).scores.crossValidation).toEqual((await modelOf(first)).scores.crossValidation)
}, 120_000)

it('is of use without a holdout where a sample was trained on, and refused where all rows were', async () => {
  const task = await taskOf('anomaly')
  const anomalies = { target: undefined, targetType: 'anomaly', partitioning: { folds: 2, holdout: 0 } }
  const project = await projectOf(anomalies)
  const whole = await trained(project.id, task)
  const refused = await ask('retrain', { params: { id: whole.modelId ?? '' } })
  expect([refused.body.code, refused.body.detail]).toEqual([
    'project.allRows',
    'The model "Seen" has learned from all rows already: the project holds none out.',
  ])
  const few = await trained(project.id, task, { sampleSize: 0.1 })
  expect((await seenBy(few)).rows).toHaveLength(6)
  const run = await again(few.modelId)
  expect((await seenBy(run)).rows).toHaveLength(60)
  expect((await modelOf(run)).scores).toEqual({
    validation: {},
    crossValidation: {},
    crossValidationSpread: {},
    holdout: null,
  })
}, 120_000)

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
