import { mkdtempSync, mkdirSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Application, PredictionAnswer } from '@modelsmith/api'
import { openModelFile } from '@modelsmith/scoring'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type HowExplained, servingPaths } from '../manifest.ts'
import { explainNatively } from '../native/native-explainer.ts'
import { nativeModel } from '../native/native-model.ts'
import { openHosted } from '../native/hosted.ts'
import { startServing } from '../serve.ts'
import { openExplainer, type RowsExplainer } from './open-explainer.ts'

const limits = { memoryMb: 1024, cpuSeconds: 60, timeoutMs: 60_000 }
const tree = fileURLToPath(new URL('../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl', import.meta.url))
const linear = fileURLToPath(new URL('../../../scoring/src/explain/fixtures/linear.pkl', import.meta.url))

const applicationOf = (fields: readonly string[]): Application => ({
  inputs: fields.map((field, at) => ({ input: `x${at}`, field, type: 'number', default: null, unit: null })),
  passThrough: [],
})
const iris = applicationOf(['sepal length', 'sepal width', 'petal length', 'petal width'])
const letters = ['a', 'b', 'c', 'd', 'e', 'f']
const classes = ['setosa', 'versicolor', 'virginica']
const rows = [
  { 'sepal length': 5.8, 'sepal width': 4, 'petal length': 1.2, 'petal width': 0.2 },
  { 'sepal length': 6.1, 'sepal width': 3, 'petal length': 5.4, 'petal width': 2.3 },
]

let folder: string
let serving: Awaited<ReturnType<typeof startServing>>
/** Explainers that were opened, in their order. */
const opened: RowsExplainer[] = []

const served = (id: string, application: Application, file: string) => ({
  id,
  organisationId: 'o',
  releaseId: `release_${id}`,
  modelId: id,
  folder: id,
  application,
  ...nativeModel(openModelFile(readFileSync(file)), application).outcome,
})
const hows: Record<string, HowExplained> = {
  tree: { library: null },
  linear: { library: null },
  coded: { why: '"Scores" is a file that code runs.', help: 'Leave "explanations" out of the address.' },
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ms-explanations-'))
  for (const [id, file] of Object.entries({ tree, linear, coded: tree, late: tree })) {
    mkdirSync(join(folder, servingPaths.models, id), { recursive: true })
    copyFileSync(file, join(folder, servingPaths.models, id, servingPaths.modelFile))
  }
  const manifest = {
    generation: 1,
    tokens: [],
    callers: {},
    explanations: hows,
    deployments: [
      ...['tree', 'coded', 'late'].map((id) => served(id, iris, tree)),
      served('linear', applicationOf(letters), linear),
    ],
  }
  writeFileSync(join(folder, servingPaths.manifest), JSON.stringify(manifest))
  const trees = openHosted(tree, iris, limits)
  const scorerOf = (own: string, application: Application) =>
    own === 'linear' ? openHosted(linear, application, limits) : trees
  const fileOf = (own: string) => join(folder, servingPaths.models, own, servingPaths.modelFile)
  serving = await startServing({
    folder,
    open: ({ folder: own, application }) => scorerOf(own, application as Application),
    openExplainer: async ({ folder: own, application }) => {
      const explainer = await openExplainer({ path: fileOf(own), application: application as Application }, limits)
      opened.push(explainer)
      return explainer
    },
    listen: { host: '127.0.0.1', port: 0 },
  })
  for (const id of ['tree', 'coded', 'late']) await answering(id, rows)
}, 60_000)

afterAll(async () => {
  await serving.close()
  rmSync(folder, { recursive: true, force: true })
})

const answering = (id: string, given: readonly object[]) =>
  vi.waitFor(async () => expect((await ask(id, '', given)).status).toBe(200), { timeout: 20_000, interval: 100 })

/** Over the private socket, as the server asks for whom it has checked. */
const ask = async (id: string, query: string, given: readonly object[], accept = 'application/json') => {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const call = request(
      {
        socketPath: join(folder, servingPaths.socket),
        method: 'POST',
        path: id.startsWith('/') ? id : `/api/v1/deployments/${id}/predictions${query}`,
        headers: { 'content-type': 'application/json', accept },
      },
      async (answer) =>
        resolve({
          status: answer.statusCode ?? 0,
          type: String(answer.headers['content-type']),
          text: await text(answer),
        }),
    )
    call.once('error', reject)
    call.end(JSON.stringify({ rows: given }))
  })
}
const problemOf = ({ status, text: body }: Awaited<ReturnType<typeof ask>>) => ({
  status,
  ...(JSON.parse(body) as { code: string; detail: string; hint: string }),
})

it('tells with each prediction the features that made it, as they are explained by themselves', async () => {
  const { status, text: body } = await ask('tree', '?explanations=2', rows)
  expect(status).toBe(200)
  const { predictions } = JSON.parse(body) as PredictionAnswer
  const alone = explainNatively(openModelFile(readFileSync(tree), { withCover: true }), iris, { rows, background: [] })
  for (const [row, { explanations = [], probabilities, prediction }] of predictions.entries()) {
    expect(explanations[0]?.label).toBe(prediction)
    expect(explanations.map(({ label }) => label).toSorted()).toEqual(classes)
    for (const { label, base, prediction: own, score, contributions, others } of explanations) {
      expect(own).toBe(probabilities?.[label ?? ''])
      expect(score).toBe(null)
      expect(contributions).toHaveLength(2)
      const sum = contributions.reduce((total, { contribution }) => total + contribution, base + others)
      expect(sum).toBeCloseTo(own, 12)
      const at = classes.indexOf(label ?? '')
      for (const { feature, contribution } of contributions)
        expect(contribution).toBe(alone.rows[row]?.outputs[at]?.contributions[alone.features.indexOf(feature)])
    }
  }
})

it('tells all features, and nothing where nothing was asked for', async () => {
  const all = JSON.parse((await ask('tree', '?explanations=all', rows)).text) as PredictionAnswer
  expect(all.predictions[1]?.explanations?.[0]).toMatchObject({ label: 'virginica', others: 0 })
  expect(all.predictions[1]?.explanations?.[0]?.contributions).toHaveLength(4)
  const none = JSON.parse((await ask('tree', '', rows)).text) as PredictionAnswer
  expect(none.predictions.map((each) => Object.keys(each))).toEqual(rows.map(() => ['prediction', 'probabilities']))
})

it('has them in columns of a table: of the most probable class', async () => {
  const { text: csv, type } = await ask('tree', '?explanations=1', rows, 'text/csv')
  expect(type).toBe('text/csv; charset=utf-8')
  const [head, first] = csv.split('\n')
  expect(head).toBe(
    'prediction,probability_setosa,probability_versicolor,probability_virginica,explained_class,explained_base,explained_score,feature_1,contribution_1,contribution_others',
  )
  const [, , , , label, base, score, feature, one, others] = first?.split(',') ?? []
  expect([label, feature]).toEqual(['setosa', 'petal width'])
  expect(Number(base) + Number(one) + Number(others)).toBeCloseTo(Number(score), 12)
  const all = await ask('tree', '?explanations=all', rows, 'application/json;layout=columns')
  expect(Object.keys((JSON.parse(all.text) as { columns: object }).columns).slice(-4)).toEqual(
    iris.inputs.map(({ field }) => `contribution_${field}`),
  )
})

it('refuses what nobody can read, too many rows, and other protocols', async () => {
  for (const wish of ['0', '-1', 'some', '10000', '1.5', ''])
    expect(problemOf(await ask('tree', `?explanations=${wish}`, rows))).toMatchObject({
      status: 422,
      code: 'serving.explanations',
      detail: `"explanations" is "${wish}"; a whole number of contributions from 1 to 9999, or "all", was expected.`,
    })
  const many = Array.from({ length: 101 }, () => rows[0] ?? {})
  expect(problemOf(await ask('tree', '?explanations=3', many))).toMatchObject({
    status: 413,
    code: 'serving.explainedRows',
    detail: 'Explanations of 101 rows were asked for; one request has at most 100 with explanations.',
  })
  for (const path of ['/api/v1/deployments/tree/invocations', '/v2/models/tree/infer'])
    expect(problemOf(await ask(`${path}?explanations=3`, '', rows))).toMatchObject({
      status: 422,
      code: 'serving.unexplained',
    })
})

it('says why a deployment cannot explain, and what to do', async () => {
  expect(problemOf(await ask('coded', '?explanations=3', rows))).toMatchObject({
    status: 422,
    code: 'serving.unexplained',
    detail: 'Predictions cannot be explained with the request: "Scores" is a file that code runs.',
    hint: 'Leave "explanations" out of the address.',
  })
  expect(problemOf(await ask('late', '?explanations=3', rows)).detail).toContain('has not been brought yet')
  const row = Object.fromEntries(letters.map((name) => [name, 1]))
  await answering('linear', [row])
  expect(problemOf(await ask('linear', '?explanations=3', [row]))).toMatchObject({
    code: 'serving.unexplained',
    detail: expect.stringContaining('needs 6 finite means'),
    hint: expect.stringContaining('open the request by its id'),
  })
})

it('answers many that ask at once each their own, and opens another explainer when one has died', async () => {
  const mixed = await Promise.all(
    Array.from({ length: 10 }, (_, at) => ask('tree', '?explanations=all', [rows[at % 2] ?? {}])),
  )
  const firsts = mixed.map(({ text: body }) => (JSON.parse(body) as PredictionAnswer).predictions[0])
  expect(firsts.map((each) => each?.explanations?.[0]?.label)).toEqual(firsts.map((each) => each?.prediction))
  const before = opened.length
  opened.at(-1)?.close()
  await expect(opened.at(-1)?.ended).rejects.toThrow('Reading the model file')
  expect((await ask('tree', '?explanations=1', rows)).status).toBe(200)
  expect(opened.length).toBe(before + 1)
})
