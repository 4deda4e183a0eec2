import type { Client, Experiment } from '@modelsmith/api'
import { matchFields } from '@modelsmith/domain'
import { until } from './product.ts'

export type HostedFile = {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What the application calls the inputs, in their order. */
  readonly fields: readonly string[]
  /** A row that the release is asked before it is published. */
  readonly row: Readonly<Record<string, string | number | boolean | null>>
  /** An algorithm that somebody defined, whose code answers; the one of the file otherwise. */
  readonly algorithm?: string
}

/** A model file as a release of a registered model, by its id. */
export const publishFile = async (client: Client, model: string, file: HostedFile): Promise<string> => {
  const experiment = await client.call('createExperiment', { params: { id: model }, body: {} })
  const params = { id: experiment.id }
  const { algorithm } = file
  if (algorithm !== undefined)
    await client.call('changeExperiment', { params, body: { algorithm }, ifMatch: experiment.version })
  const data = new Blob([file.bytes])
  const uploaded = await client.upload('uploadModelFile', { params, files: [{ name: file.name, data }] })
  if (uploaded.model === null) throw new Error('The file was not read.')
  const fields = file.fields.map((name) => ({ name }))
  const application = matchFields(uploaded.model, uploaded.application, fields)
  const changed = await client.call('changeExperiment', {
    params,
    body: { application: { ...application, inputs: [...application.inputs] } as Experiment['application'] },
    ifMatch: uploaded.version,
  })
  await client.call('submitExperiment', { params, ifMatch: changed.version })
  const { release } = await client.call('releaseExperiment', {
    params: { id: model },
    body: { experimentId: experiment.id, rows: [{ ...file.row }] },
  })
  const published = () => client.call('getModelRelease', { params: { id: release.id } })
  await until(60_000, async () => ((await published()).number === null ? undefined : true))
  return release.id
}

/** A release behind a deployment that answers, by its id. */
export const deployRelease = async (client: Client, name: string, modelReleaseId: string): Promise<string> => {
  const { id } = await client.call('createDeployment', { body: { name, modelReleaseId } })
  const state = async () => (await client.call('getDeployment', { params: { id } })).state
  await until(60_000, async () => ((await state()) === 'active' ? true : undefined))
  return id
}
