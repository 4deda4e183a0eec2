import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Project, TaskUploaded, TrainingRun } from '@modelsmith/api'
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

const modelsmith = (...args: string[]): Promise<{ status: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      HOME: place,
      MODELSMITH_DATA: dataDir,
      MODELSMITH_SERVER: product.address,
      MODELSMITH_TOKEN: product.token,
    }
    execFile(process.execPath, [main, ...args], { env, cwd: place, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })

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

it('brings a failed training here, where it fails at the same line with the same words', async () => {
  mkdirSync(join(place, 'picky'))
  writeFileSync(join(place, 'picky/custom.py'), task)
  writeFileSync(join(place, 'picky/model-metadata.yaml'), metadata)
  const rows = Array.from({ length: 60 }, (_, row) => `${row},${row * 2}\n`).join('')
  writeFileSync(join(place, 'rows.csv'), `size,price\n${rows}`)
  const { client } = product
  const pushed = await modelsmith('push', '--code-dir', 'picky', '--json')
  expect(pushed.status).toBe(0)
  const { task: sent } = JSON.parse(pushed.out) as TaskUploaded
  const uploaded = await modelsmith('datasets', 'upload', '--file', 'rows.csv', '--json')
  const { dataset } = JSON.parse(uploaded.out)
  const version = await until(120_000, async () => {
    const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
    return latest.state === 'ready' ? latest : undefined
  })
  const project: Project = await client.call('createProject', {
    body: {
      name: 'Prices',
      datasetVersionId: version.id,
      target: 'price',
      targetType: 'regression',
      partitioning: { folds: 3 },
    },
  })
  const graph = {
    nodes: [
      { id: 'picky', taskVersion: sent.latest.id, parameters: { depth: 7 }, inputs: [{ from: 'data' as const }] },
    ],
  }
  const { run } = await client.call('train', { params: { id: project.id }, body: { name: 'Picky', graph } })
  const ended: TrainingRun = await until(240_000, async () => {
    const now = await client.call('getTrainingRun', { params: { id: run.id } })
    return now.state === 'failed' || now.state === 'succeeded' ? now : undefined
  })
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
