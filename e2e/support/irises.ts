import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@modelsmith/api'
import { deployRelease, publishFile } from './hosted.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/sklearn-0.21.3')
export const irisFields = ['sepal length', 'sepal width', 'petal length', 'petal width'] as const

export const irisRow = (...values: readonly (number | null)[]) =>
  Object.fromEntries(irisFields.map((name, at) => [name, values[at] ?? null]))

/** A model of irises as a release of a registered model, by its id. */
export const publishIrises = async (client: Client, model: string, fixture = 'dtc_iris'): Promise<string> => {
  const bytes = Uint8Array.from(await readFile(join(fixtures, fixture, 'model.pkl')))
  return publishFile(client, model, { name: 'model.pkl', bytes, fields: irisFields, row: irisRow(5, 3, 1, 0.2) })
}

/** A model file behind a deployment that answers. */
export const hostIrises = async (client: Client): Promise<string> => {
  const { id } = await client.call('createRegisteredModel', { body: { name: 'Irises' } })
  return deployRelease(client, 'Irises', await publishIrises(client, id))
}
