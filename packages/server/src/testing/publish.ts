import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Experiment, Job, ModelRelease, Operation } from '@modelsmith/api'
import type { Application } from '@modelsmith/domain'
import { expect } from 'vitest'
import { call, type CallParts } from './call.ts'
import type { Platform, TestPerson } from './platform.ts'
import { runJob } from './world.ts'

const fixtures = join(import.meta.dirname, '../../../../fixtures/sklearn-0.21.3')

export const irisFields = ['sepal length', 'sepal width', 'petal length', 'petal width'] as const

/** A release of a model file of irises in a registered model, by its id. */
export const publishIris = async (
  platform: Platform,
  person: TestPerson,
  model: string,
  fixture: string,
  passThrough: Application['passThrough'] = [],
): Promise<string> => {
  const ask = (operation: Operation, parts: CallParts) => call(platform, person, operation, parts)
  const { id } = (await ask('createExperiment', { params: { id: model }, body: {} })).body as unknown as Experiment
  const files = { 'model.pkl': await readFile(join(fixtures, fixture, 'model.pkl')) }
  const read = (await ask('uploadModelFile', { params: { id }, files })).body as unknown as Experiment
  const inputs = read.application.inputs.map((input, at) => ({ ...input, field: irisFields[at] ?? null }))
  const application = { inputs, passThrough }
  const changed = await ask('changeExperiment', { params: { id }, body: { application }, ifMatch: read.version })
  await ask('submitExperiment', { params: { id }, ifMatch: Number(changed.body['version']) })
  const made = await ask('releaseExperiment', { params: { id: model }, body: { experimentId: id } })
  const { release, job } = made.body as unknown as { release: ModelRelease; job: Job }
  expect((await runJob(platform, person, job.id)).error).toBe(null)
  return release.id
}
