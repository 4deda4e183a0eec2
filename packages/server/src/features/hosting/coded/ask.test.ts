import type { Application, Dataset, Job, TrainingRun } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { ModelsmithError } from '@modelsmith/table'
import { expect, it, vi } from 'vitest'
import type { Caller } from '../../../infra/http/handler.ts'
import { newId } from '../../../infra/ids.ts'
import { principalOf } from '../../../infra/rights/principal.ts'
import { jobEndings } from '../../../job-endings.ts'
import { call, type CallParts } from '../../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../../testing/platform.ts'
import { addDataset, addModel, libraryGraph, runJob } from '../../../testing/world.ts'
import { findModel, type ModelRow } from '../../models/index.ts'
import { createMasking } from '../../sensitive-columns/index.ts'
import { trainedModel } from '../trained/trained-model.ts'
import { createAsk } from './ask.ts'

const platform = withPlatform()
const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)

/** A model that learnt from rows whose names are sensitive. */
const trained = async (): Promise<string> => {
  const rows = Array.from({ length: 20 }, (_, row) => `${row},SECRET-${row},${row % 2 === 0 ? 'yes' : 'no'}`)
  const { id, latest } = await addDataset(platform, platform.people.ann, `size,name,sold\n${rows.join('\n')}\n`)
  const { version } = (await ask('getDataset', { params: { id } })).body as unknown as Dataset
  await ask('changeDataset', { params: { id }, body: { sensitive: ['name'] }, ifMatch: version })
  const body = { name: 'Sales', datasetVersionId: latest.id, target: 'sold', partitioning: { folds: 2 } }
  const project = String((await ask('createProject', { body })).body['id'])
  const started = await ask('train', { params: { id: project }, body: { name: 'F', graph: libraryGraph } })
  return addModel(platform, (started.body as unknown as { run: TrainingRun }).run)
}

const application: Application = {
  inputs: [{ input: 'size', field: 'size', type: 'integer', default: null, unit: null }],
  passThrough: [],
}

/** What somebody is told whose rows the code of the model fails on. */
const toldTo = async (person: TestPerson, model: string): Promise<unknown> => {
  const { context } = platform
  const { manifest } = (await findModel(context.database, model)) as ModelRow
  const told = createAsk(context, () => jobEndings, createMasking(context))(
    (await principalOf(context.database, person.id)) as Caller,
    {
      experiment: { id: newId('experiment'), name: 'E' },
      by: { trained: model },
      model: trainedModel(manifest, 'F'),
      application,
      rows: { rows: [{ size: 1 }] },
      parameters: {},
    },
    new AbortController().signal,
  ).catch((error: unknown) => error)
  const queued = await vi.waitFor(async () => {
    const { items } = (await ask('listJobs', { query: { active: 'true' } }, person)).body as unknown as { items: Job[] }
    const found = items.find(({ kind }) => kind === 'askModelFile')
    if (found === undefined) throw new Error('It is not there yet.')
    return found.id
  }, 20_000)
  await runJob(platform, person, queued, {
    askModelFile: async () => {
      throw new ModelsmithError({ code: 'task.raised', kind: 'userCode', message: "KeyError: 'SECRET-7'" })
    },
  })
  return told
}

it('masks what a trained model says of its rows, for whoever does not see them', async () => {
  const model = await trained()
  const { ann, mia } = platform.people
  expect(await toldTo(ann, model)).toMatchObject({ code: 'task.raised', message: "KeyError: 'SECRET-7'" })
  expect(await toldTo(mia, model)).toMatchObject({ code: 'task.raised', message: `KeyError: '${mask}'` })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
