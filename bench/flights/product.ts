import { readFile } from 'node:fs/promises'
import type { Client } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import { jobEnded } from '../../e2e/support/jobs.ts'

/** What is done with a file, step by step; `after` is told when a step has ended. */
export type Steps = (step: (typeof steps)[number]) => void
export const steps = ['upload and profile', 'project', 'training and charts', 'impact and effects'] as const

/** Known only once a flight has landed, or the target in other words; and a moment. */
const leftOut = ['dep_time', 'dep_delay', 'arr_time', 'arr_delay', 'air_time', 'time_hour', 'late']

/** Gradient boosting on numbers and on categories by their order. */
export const boosting: BlueprintGraph = {
  nodes: [
    { id: 'categories', taskVersion: 'builtin:ordinal@1', inputs: [{ from: 'data', dataTypes: ['CAT'] }] },
    {
      id: 'model',
      taskVersion: 'builtin:gradient-boosting@1',
      inputs: [
        { from: 'data', dataTypes: ['NUM'] },
        { from: 'node', node: 'categories' },
      ],
    },
  ],
}

const ended = async (client: Client, id: string): Promise<void> => {
  const job = await jobEnded(client, id, 3_600_000)
  if (job.error !== null) throw new Error(job.error.message)
}

/** From the upload to the last chart; gives the area under the ROC curve over the folds. */
export const useProduct = async (client: Client, file: string, seed: number, after: Steps): Promise<number> => {
  const data = new Blob([await readFile(file)])
  const { dataset, job: ingest } = await client.upload('uploadDataset', { files: [{ name: 'flights.parquet', data }] })
  await ended(client, ingest.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  after('upload and profile')
  const features = latest.columns.map(({ name }) => name).filter((name) => !leftOut.includes(name))
  const project = await client.call('createProject', {
    body: {
      name: 'Late flights',
      datasetVersionId: latest.id,
      target: 'late',
      positiveClass: 'late',
      features,
      partitioning: { seed },
    },
  })
  after('project')
  const { run, job } = await client.call('train', {
    params: { id: project.id },
    body: { name: 'LightGBM', graph: boosting },
  })
  await ended(client, job.id)
  const { modelId } = await client.call('getTrainingRun', { params: { id: run.id } })
  const id = modelId as string
  await client.call('changeProject', {
    params: { id: project.id },
    body: { holdoutUnlocked: true },
    ifMatch: (await client.call('getProject', { params: { id: project.id } })).version,
  })
  for (const part of ['validation', 'crossValidation', 'holdout'] as const)
    await client.call('getModelInsights', { params: { id }, query: { part } })
  after('training and charts')
  const insights = await client.call('computeFeatureInsights', { params: { id }, body: { seed } })
  await ended(client, insights.job.id)
  await client.call('getFeatureInsights', { params: { id } })
  after('impact and effects')
  const { scores } = await client.call('getModel', { params: { id } })
  return scores.crossValidation['AUC'] as number
}
