import type { Dataset, Deployment } from '@modelsmith/api'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { descendants } from '../../e2e/support/processes.ts'
import { describeFiles } from './files.ts'
import { describeLanguages } from './languages.ts'
import { type Actions, actionsOn, type Files, startSmall } from './platform.ts'
import { describePredictions, moodyTask } from './predictions.ts'
import { describeRequests } from './requests.ts'
import { describeTargets } from './targets.ts'
import { describeTaskFolders } from './task-folders.ts'
import { describeUserCode, type Projects } from './user-code.ts'

const rows = Array.from({ length: 60 }, (_, row) =>
  [
    row % 7 === 0 ? '' : row,
    row % 3 === 0 ? 'red' : 'blue',
    1,
    '',
    `note ${row} of a long day`,
    row * 1.5,
    row % 2 === 0 ? 'no' : 'yes',
  ].join(','),
)
const sales = `size,colour,same,gone,note,amount,sold\n${rows.join('\n')}\n`

const goodTask = {
  'custom.py':
    'import joblib\n\ndef fit(X, y, output_dir):\n    joblib.dump(y.mean(), output_dir + "/model.joblib")\n\ndef predict(data, model):\n    return [model] * len(data)\n',
  'model-metadata.yaml': 'name: Mean\ntargetType: regression\n',
}

// Two jobs run at a time: a case may wait for others that are stopped only when their time is up.
vi.setConfig({ testTimeout: 240_000 })

let product: Awaited<ReturnType<typeof startSmall>>
let actions: Actions
let dataset: Dataset
let projects: Projects
let deployment: Deployment
let moody: Deployment
let begun: { processes: string[]; output: string }

const lastingProcesses = async (): Promise<string[]> =>
  (await descendants(product.pid))
    .filter(({ command }) => command.includes('/entry/'))
    .map(({ pid, command }) => `${pid} ${command}`)

/** Answers through Python code in a session of the prediction process. */
const ask = () => actions.client.call('predict', { params: { id: deployment.id }, body: { rows: [{ size: 3 }] } })

beforeAll(async () => {
  product = await startSmall()
  actions = actionsOn(product)
  dataset = (await actions.uploadDataset(sales)).dataset
  const create = (target: string) =>
    actions.client.call('createProject', {
      body: {
        name: target,
        datasetVersionId: dataset.latest.id,
        target,
        partitioning: { folds: 2 },
        features: ['size', 'colour', 'same'],
      },
    })
  projects = { regression: await create('amount'), binary: await create('sold') }
  const deploy = async (node: string, files: Files) => {
    const { id } = await actions.uploadTask(files)
    const { run } = await actions.train(projects.regression, [
      { id: node, taskVersion: id, inputs: [{ from: 'data' }] },
    ])
    return actions.deploy(run.modelId ?? '')
  }
  deployment = await deploy('mean', goodTask)
  moody = await deploy('mood', moodyTask)
  await ask()
  begun = { processes: await lastingProcesses(), output: product.output() }
}, 300_000)

afterAll(async () => {
  await product?.remove()
}, 60_000)

// Whatever a case did, the platform goes on: this throws when it does not answer.
afterEach(async () => {
  await ask()
})

describeFiles(() => actions)
describeTargets(
  () => actions,
  () => dataset,
)
describeTaskFolders(() => actions)
describeUserCode(
  () => actions,
  () => projects,
)

describeLanguages(
  () => actions,
  () => projects,
)
describePredictions(
  () => actions,
  () => moody,
)
describeRequests(
  () => actions,
  () => projects.binary,
)

describe('afterwards', () => {
  it('the same processes run as before, none has said that it failed, and no session is left', async () => {
    expect(await lastingProcesses()).toEqual(begun.processes)
    expect(product.output()).toBe(begun.output)
    const all = await descendants(product.pid)
    const workers = all.filter(({ command }) => command.includes('/entry/worker.ts'))
    const zygotes = all.filter(({ parent }) => workers.some(({ pid }) => pid === parent))
    expect(all.filter(({ parent }) => zygotes.some(({ pid }) => pid === parent))).toEqual([])
  })
})
