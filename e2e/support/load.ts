import { readFile } from 'node:fs/promises'
import type { Blueprint, Client, Deployment, Job, Project } from '@modelsmith/api'
import { isRunning, type Ledger } from './ledger.ts'
import { until } from './product.ts'

const penguins = await readFile(new URL('../data/penguins.csv', import.meta.url))
const csvFile = () => ({ name: 'penguins.csv', data: new Blob([penguins]) })

/** Builds what the load needs: a dataset, a project, a trained and deployed model. */
export const prepare = async (client: Client, ledger: Ledger) => {
  const { dataset, job } = await client.upload('uploadDataset', { fields: { name: 'Penguins' }, files: [csvFile()] })
  ledger.dataset(dataset.id)
  await jobDone(client, job.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const project = await client.call('createProject', {
    body: { name: 'Species', datasetVersionId: latest.id, target: 'species', partitioning: { folds: 2 } },
  })
  ledger.project(project.id)
  const train = await trainings(client, ledger, project)
  const run = await train()
  await jobDone(client, run.jobId)
  const { modelId } = await client.call('getTrainingRun', { params: { id: run.id } })
  if (modelId === null) throw new Error('The first training made no model.')
  const deployment = await client.call('createDeployment', { body: { name: 'Penguins', modelId } })
  ledger.deployment(deployment.id)
  await until(60_000, async () => {
    const { state, problem } = await client.call('getDeployment', { params: { id: deployment.id } })
    if (state === 'failed') throw new Error(`The deployment failed: ${problem}`)
    return state === 'active' ? true : undefined
  })
  return { train, deployment }
}

const jobDone = (client: Client, id: string): Promise<Job> =>
  until(180_000, async () => {
    const job = await client.call('getJob', { params: { id } })
    return isRunning(job) ? undefined : job
  })

type Node = Blueprint['graph']['nodes'][number]

/** A function that starts another training at each call; no two are equal, so that no step comes from the cache. */
const trainings = async (client: Client, ledger: Ledger, project: Project) => {
  const { items } = await client.call('listTaskVersionsAvailable')
  const builtIn = (name: string): string => {
    const found = items.find(({ id }) => id.startsWith(`builtin:${name}@`))
    if (found === undefined) throw new Error(`The library has no ${name}.`)
    return found.id
  }
  const impute: Node = {
    id: 'impute',
    taskVersion: builtIn('impute-numeric'),
    inputs: [{ from: 'data', dataTypes: ['NUM'] }],
  }
  const forest: Node = {
    id: 'forest',
    taskVersion: builtIn('random-forest'),
    inputs: [{ from: 'node', node: 'impute' }],
  }
  let trees = 20
  return async () => {
    const graph = { nodes: [impute, { ...forest, parameters: { n_estimators: trees } }] }
    const { run, job } = await client.call('train', {
      params: { id: project.id },
      body: { name: `Forest of ${trees++} trees`, graph },
    })
    ledger.run(run.id)
    ledger.job(job.id)
    return run
  }
}

type Target = { readonly train: () => Promise<unknown>; readonly deployment: Deployment }

/**
 * Uploads, trains and predicts without pause until it is stopped. What fails was not acknowledged, is not in the ledger,
 * and is counted.
 */
export const keepBusy = (client: Client, ledger: Ledger, { train, deployment }: Target, token: string) => {
  let stopped = false
  const refused = new Map<string, number>()
  const repeat = async (name: string, pauseMs: number, action: () => Promise<unknown>) => {
    while (!stopped) {
      await action().catch(() => refused.set(name, (refused.get(name) ?? 0) + 1))
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const request = {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ rows: [{ bill_length_mm: 40 }] }),
  }
  const loops = [
    repeat('predict', 50, async () => {
      const answer = await fetch(deployment.address, request)
      if (!answer.ok) throw new Error(String(answer.status))
      await answer.json()
      ledger.answer(deployment.id)
    }),
    repeat('upload', 700, async () => {
      const { dataset, job } = await client.upload('uploadDataset', { files: [csvFile()] })
      ledger.dataset(dataset.id)
      ledger.job(job.id)
    }),
    repeat('train', 1500, train),
    repeat('read', 1500, async () => {
      const { items } = await client.call('listModels', { query: { limit: 10 } })
      for (const { id } of items) ledger.model(id)
    }),
  ]
  return {
    refused,
    stop: async () => {
      stopped = true
      await Promise.all(loops)
    },
  }
}
