import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Project, Task, TaskUploaded, TrainingRun } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataDir, environmentsWith } from './support/environments.ts'
import { type Product, startProduct, until } from './support/product.ts'

const main = join(import.meta.dirname, '../packages/cli/src/main.ts')
let product: Product
let place: string

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'ms-pull-'))
  product = await startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-ml') })
}, 600_000)
afterAll(async () => {
  await product?.remove()
  rmSync(place, { recursive: true, force: true })
})

type Outcome = { status: number; out: string; err: string }

const modelsmithWith = (settings: Readonly<Record<string, string>>, args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { ...process.env, HOME: place, ...settings }
    execFile(process.execPath, [main, ...args], { env, cwd: place, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })
const modelsmith = (...args: string[]): Promise<Outcome> =>
  modelsmithWith(
    { MODELSMITH_DATA: dataDir, MODELSMITH_SERVER: product.address, MODELSMITH_TOKEN: product.token },
    args,
  )

const task = `import os, pickle, random
import pandas


def fit(X, y, output_dir, parameters, **kwargs):
    print("seen", len(X), parameters["depth"], random.random())
    with open(os.path.join(output_dir, "model.pkl"), "wb") as file:
        pickle.dump({"mean": float(y.mean())}, file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "model.pkl"), "rb") as file:
        return pickle.load(file)


def predict(data, model, **kwargs):
    if (data["size"] > 55).any():
        raise ValueError("no size above 55, but %s" % data["size"].max())
    return pandas.DataFrame({"Predictions": [model["mean"]] * len(data)})
`
const metadata = `name: Picky
targetType: regression
hyperparameters: [{name: depth, type: int, min: 1, max: 9, default: 2}]
`

const push = async (name: string, code: string, about: string): Promise<Task> => {
  mkdirSync(join(place, name))
  writeFileSync(join(place, name, 'custom.py'), code)
  writeFileSync(join(place, name, 'model-metadata.yaml'), about)
  const pushed = await modelsmith('push', '--code-dir', name, '--json')
  expect(pushed.status).toBe(0)
  return (JSON.parse(pushed.out) as TaskUploaded).task
}

let project: Promise<Project> | undefined
const openProject = async (): Promise<Project> => {
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 7 === 0 ? '' : row},${row * 2}\n`).join('')
  writeFileSync(join(place, 'rows.csv'), `size,price\n${rows}`)
  const uploaded = await modelsmith('datasets', 'upload', '--file', 'rows.csv', '--json')
  const { dataset } = JSON.parse(uploaded.out)
  const version = await until(120_000, async () => {
    const { latest } = await product.client.call('getDataset', { params: { id: dataset.id } })
    return latest.state === 'ready' ? latest : undefined
  })
  return product.client.call('createProject', {
    body: {
      name: 'Prices',
      datasetVersionId: version.id,
      target: 'price',
      targetType: 'regression',
      partitioning: { folds: 3 },
    },
  })
}

const train = async (name: string, graph: BlueprintGraph): Promise<TrainingRun> => {
  project ??= openProject()
  const { id } = await project
  return (await product.client.call('train', { params: { id }, body: { name, graph } })).run
}

const endOf = (run: TrainingRun): Promise<TrainingRun> =>
  until(240_000, async () => {
    const now = await product.client.call('getTrainingRun', { params: { id: run.id } })
    return now.state === 'failed' || now.state === 'succeeded' ? now : undefined
  })

it('brings a failed training here, where it fails at the same line with the same words', async () => {
  const sent = await push('picky', task, metadata)
  const graph = {
    nodes: [
      { id: 'picky', taskVersion: sent.latest.id, parameters: { depth: 7 }, inputs: [{ from: 'data' as const }] },
    ],
  }
  const run = await train('Picky', graph)
  const ended = await endOf(run)
  expect(ended.error).toMatchObject({ place: { file: 'custom.py', line: 18 } })

  const pulled = await modelsmith('pull-run', run.id, '--json')
  expect(pulled.err).toContain(`failed: ${ended.error?.message}`)
  const answer = JSON.parse(pulled.out)
  expect(answer.error).toMatchObject({ code: ended.error?.code, place: ended.error?.place })
  expect(answer.onServer).toEqual(JSON.parse(JSON.stringify(ended.error)))
  expect(pulled.err).toMatch(/\[picky\] seen \d+ 7 0\.\d+/)
  expect(readdirSync(join(place, run.id)).sort()).toEqual(['data.cols', 'partition.bin', 'run.json', 'tasks'])
  expect([answer.same, pulled.status]).toEqual([true, 0])

  const words = await modelsmith('pull-run', run.jobId, '--output', 'again')
  expect(words.out).toMatch(/custom\.py, line 18.*no size above 55/s)
  const again = await modelsmith('pull-run', run.id)
  expect([again.status, again.err]).toEqual([2, expect.stringContaining('the folder holds other things')])
  cpSync(join(place, 'picky'), join(place, 'nothing'), { recursive: true })
  expect((await modelsmith('pull-run', 'trainingRun_00000000000000000000000000')).status).toBe(1)
})

const chance = `import os
import joblib, numpy


def fit(X, y, output_dir, **kwargs):
    joblib.dump(int.from_bytes(os.urandom(4), "little"), os.path.join(output_dir, "seed.joblib"))


def predict(data, model, **kwargs):
    return numpy.random.RandomState(model).normal(size=len(data))
`

it('trains what a bundle holds again without its server, to the same bits, and says it where they are not', async () => {
  const library = (name: string) => `builtin:${name}@1`
  const after = (node: string) => [{ from: 'node' as const, node }]
  const forest = train('Forest', {
    nodes: [
      { id: 'impute', taskVersion: library('impute-numeric'), inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
      { id: 'forest', taskVersion: library('random-forest'), inputs: after('impute') },
    ],
  })
  const boosting = train('Boosting', {
    nodes: [
      { id: 'boosting', taskVersion: library('gradient-boosting'), inputs: [{ from: 'data', dataTypes: ['NUM'] }] },
    ],
  })
  const sent = await push('chance', chance, 'name: Chance\ntargetType: regression\n')
  const lots = train('Chance', { nodes: [{ id: 'lots', taskVersion: sent.latest.id, inputs: [{ from: 'data' }] }] })
  const runs = await Promise.all([forest, boosting, lots])
  const { modelId } = await endOf(await forest)
  const retrained = await modelsmith('models', 'retrain', modelId ?? '', '--json')
  expect(retrained.status).toBe(0)
  expect(retrained.err).toContain('fit done')
  runs.push((JSON.parse(retrained.out) as { run: TrainingRun }).run)

  // The archive of a model is a folder that the command scores with.
  const taken = await modelsmith('models', 'download', modelId ?? '', '--folds', '--output', 'all.zip')
  expect(taken.status).toBe(0)
  execFileSync('python3', ['-m', 'zipfile', '-e', 'all.zip', 'all'], { cwd: place })
  const scored = await modelsmith('score', '--code-dir', 'all', '--input', 'rows.csv', '--output', 'scored.csv')
  expect(scored.status).toBe(0)
  expect(readFileSync(join(place, 'scored.csv'), 'utf8').trim().split('\n')).toHaveLength(61)
  for (const run of runs) {
    expect(await endOf(run)).toMatchObject({ state: 'succeeded', error: null })
    const bundle = await product.client.download('downloadTrainingRun', { params: { id: run.id } })
    writeFileSync(join(place, `${run.id}.tar`), await bundle.bytes())
  }

  const empty = join(place, 'empty')
  mkdirSync(empty)
  symlinkSync(join(dataDir, 'environments'), join(empty, 'environments'))
  const bundles = runs.map(({ id }) => `${id}.tar`)
  const made = await modelsmithWith({ MODELSMITH_DATA: empty }, [
    'reproduce',
    ...bundles,
    '--parallelism',
    '3',
    '--json',
  ])
  const outcomes = made.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const same = { same: true, differing: 0, rows: 48 }
  expect(outcomes).toMatchObject([
    { name: 'Forest', same: true, comparison: { outOfFold: same, holdout: { same: true, rows: 12 } } },
    { name: 'Boosting', same: true, comparison: { outOfFold: same, holdout: { same: true, rows: 12 } } },
    { same: false, error: null, comparison: { outOfFold: { differing: 48 }, holdout: { same: false } } },
    {
      name: 'Forest on all rows',
      same: true,
      comparison: { outOfFold: same, holdout: null, learned: { same: true } },
    },
  ])
  expect(made.status).toBe(1)
})
