import { readdir } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../infra/context.ts'
import { json, sql } from '../../infra/database/database.ts'
import { placesOf } from '../../infra/settings.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, noSessions, type World } from '../../testing/world.ts'
import type { JobPorts } from '../jobs/index.ts'
import { withModel } from './open-model.ts'
import { predictJob } from './predict-job.ts'
import { findModel, type ModelRow } from './store.ts'

const platform = withPlatform()
let world: World

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
  const { database, objects } = platform.context
  const manifest = { version: 1, inputs: [], target: 'sold', targetType: 'binary', classes: [], seed: 1, nodes: [] }
  const stored = await objects.putBytes(Buffer.from(JSON.stringify(manifest)))
  await database.run(
    sql`update model set files = ${json([{ path: 'model.json', ...stored }])} where id = ${world.model}`,
  )
})

/** A job that is cancelled while the files of its model are brought. */
const cancelled = (payload: object) => {
  const controller = new AbortController()
  const { objects } = platform.context
  const context: Context = {
    ...platform.context,
    objects: {
      ...objects,
      copyTo: async (...parts) => {
        await objects.copyTo(...parts)
        controller.abort()
      },
    },
  }
  const job = { id: world.job, payload, organisation_id: platform.people.ann.organisation }
  const ports = { job, signal: controller.signal, progress: () => {}, log: { add: () => {} } } as unknown as JobPorts
  return { context, ports, supplies: { ...noSessions, sandboxed: true } }
}

const leftInWork = () => readdir(placesOf(platform.context.settings).work)

describe('a job that is cancelled while its model is loaded', () => {
  it('does not use the model, and leaves no folder', async () => {
    const { context, ports, supplies } = cancelled({})
    const model = (await findModel(context.database, world.model)) as ModelRow
    let used = 0
    const using = withModel(context, supplies, model, ports, async () => used++)
    await expect(using).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(used).toBe(0)
    expect(await leftInWork()).toEqual([])
  })

  it('predicts no file', async () => {
    const { context, ports, supplies } = cancelled({
      model: world.model,
      sourceKey: 'none',
      blocks: false,
      passThrough: [],
    })
    const predicting = predictJob(context, supplies)(ports)
    await expect(predicting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    expect(await leftInWork()).toEqual([])
  })
})
