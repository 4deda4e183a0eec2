import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client, Experiment } from '@modelsmith/api'
import { matchFields } from '@modelsmith/domain'
import { until } from './product.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/sklearn-0.21.3')
export const irisFields = ['sepal length', 'sepal width', 'petal length', 'petal width'] as const

export const irisRow = (...values: readonly (number | null)[]) =>
  Object.fromEntries(irisFields.map((name, at) => [name, values[at] ?? null]))

/** A model file as a release of a registered model, by its id. */
export const publishIrises = async (client: Client, model: string, fixture = 'dtc_iris'): Promise<string> => {
  const experiment = await client.call('createExperiment', { params: { id: model }, body: {} })
  const params = { id: experiment.id }
  const data = new Blob([await readFile(join(fixtures, fixture, 'model.pkl'))])
  const uploaded = await client.upload('uploadModelFile', { params, files: [{ name: 'model.pkl', data }] })
  if (uploaded.model === null) throw new Error('The file was not read.')
  const application = matchFields(
    uploaded.model,
    uploaded.application,
    irisFields.map((name) => ({ name })),
  )
  const changed = await client.call('changeExperiment', {
    params,
    body: { application: { ...application, inputs: [...application.inputs] } as Experiment['application'] },
    ifMatch: uploaded.version,
  })
  await client.call('submitExperiment', { params, ifMatch: changed.version })
  const { release } = await client.call('releaseExperiment', {
    params: { id: model },
    body: { experimentId: experiment.id, rows: [irisRow(5, 3, 1, 0.2)] },
  })
  const published = () => client.call('getModelRelease', { params: { id: release.id } })
  await until(60_000, async () => ((await published()).number === null ? undefined : true))
  return release.id
}

/** A model file behind a deployment that answers. */
export const hostIrises = async (client: Client): Promise<string> => {
  const { id } = await client.call('createRegisteredModel', { body: { name: 'Irises' } })
  const modelReleaseId = await publishIrises(client, id)
  const deployed = await client.call('createDeployment', { body: { name: 'Irises', modelReleaseId } })
  const state = async () => (await client.call('getDeployment', { params: { id: deployed.id } })).state
  await until(60_000, async () => ((await state()) === 'active' ? true : undefined))
  return deployed.id
}
