import { readFile } from 'node:fs/promises'
import type { Client, Project } from '@modelsmith/api'
import { isRunning, type Ledger } from './ledger.ts'
import { until } from './product.ts'

const penguins = await readFile(new URL('../data/penguins.csv', import.meta.url))

/** Builds what the load needs: a dataset, a project, a trained and deployed model. */
export const prepare = async (client: Client, ledger: Ledger) => {
  const { dataset, job } = await client.upload('uploadDataset', { fields: { name: 'Penguins' }, files: [csvFile()] })
  ledger.note('getDataset', dataset.id)
  await jobDone(client, job.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const project = await client.call('createProject', {
    body: { name: 'Species', datasetVersionId: latest.id, target: 'species', partitioning: { folds: 2 } },
  })
  ledger.note('getProject', project.id)
  const run = await train(client, ledger, project)
  await jobDone(client, run.jobId)
  const { modelId } = await client.call('getTrainingRun', { params: { id: run.id } })
  if (modelId === null) throw new Error('The first training made no model.')
  const deployment = await client.call('createDeployment', { body: { name: 'Penguins', modelId } })
  ledger.note('getDeployment', deployment.id)
  await until(60_000, async () => {
    const { state, problem } = await client.call('getDeployment', { params: { id: deployment.id } })
    if (state === 'failed') throw new Error(`The deployment failed: ${problem}`)
    return state === 'active' ? true : undefined
  })
  return { project, deployment }
}

const csvFile = () => ({ name: 'penguins.csv', data: new Blob([penguins]) })

export const jobDone = (client: Client, id: string, timeoutMs = 180_000) =>
  until(timeoutMs, async () => {
    const job = await client.call('getJob', { params: { id } })
    return isRunning(job) ? undefined : job
  })

const builtin = async (client: Client, name: string): Promise<string> => {
  const { items } = await client.call('listTaskVersionsAvailable')
  const found = items.find(({ id }) => id.startsWith(`builtin:${name}@`))
  if (found === undefined) throw new Error(`The library has no ${name}.`)
  return found.id
}

let trained = 0
const train = async (client: Client, ledger: Ledger, project: Project) => {
  // Another seed each time: an equal step would be taken from the cache and no session would run.
  const parameters = { max_depth: 2 + (trained++ % 20) }
  const { run, job } = await client.call('train', {
    params: { id: project.id },
    body: {
      name: `Forest ${trained}`,
      graph: {
        nodes: [
          {
            id: 'impute',
            taskVersion: await builtin(client, 'impute-numeric'),
            inputs: [{ from: 'data', dataTypes: ['NUM'] }],
          },
          {
            id: 'forest',
            taskVersion: await builtin(client, 'random-forest'),
            inputs: [{ from: 'node', node: 'impute' }],
            parameters,
          },
        ],
      },
    },
  })
  ledger.note('getTrainingRun', run.id)
  ledger.note('getJob', job.id)
  return run
}

type Target = Awaited<ReturnType<typeof prepare>>

/** Uploads, trains and predicts without pause until told to stop; what fails was not acknowledged and is not noted. */
export const keepBusy = (
  client: Client,
  ledger: Ledger,
  { project, deployment }: Target,
  token: string,
  servingAddress: string,
) => {
  let stopped = false
  const failures = new Map<string, number>()
  const repeat = async (name: string, pauseMs: number, action: () => Promise<void>) => {
    while (!stopped) {
      await action().catch(() => failures.set(name, (failures.get(name) ?? 0) + 1))
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const body = JSON.stringify({ rows: [{ bill_length_mm: 40 }] })
  const loops = [
    repeat('predict', 50, async () => {
      const answer = await fetch(servingAddress, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
      })
      if (!answer.ok) throw new Error(String(answer.status))
      await answer.json()
      ledger.noteAnswer(deployment.id)
    }),
    repeat('upload', 700, async () => {
      const { dataset, job } = await client.upload('uploadDataset', { files: [csvFile()] })
      ledger.note('getDataset', dataset.id)
      ledger.note('getJob', job.id)
    }),
    repeat('train', 1500, async () => {
      await train(client, ledger, project)
    }),
  ]
  return {
    failures,
    stop: async () => {
      stopped = true
      await Promise.all(loops)
    },
  }
}
