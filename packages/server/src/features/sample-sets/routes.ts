import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { authorise, listObjects, removeObject } from '../../infra/rights/objects.ts'
import type { SampleSets } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listSampleSets'
  | 'createSampleSet'
  | 'getSampleSet'
  | 'changeSampleSet'
  | 'deleteSampleSet'
  | 'previewSampleSet'
  | 'createSampleSetProject'
  | 'previewSplit'

export const sampleSetRoutes = ({ database }: Context, sampleSets: SampleSets): Routes<Operations> => ({
  listSampleSets: async ({ caller, query }) => {
    const page = await listObjects(database, caller, 'sampleSet', query)
    const ids = page.items.map(({ id }) => id)
    const rows = new Map((await store.sampleSetsOf(database, ids)).map((row) => [row.id, row]))
    return {
      items: page.items.map((object) => store.toSampleSet(object, rows.get(object.id) as store.SampleSetRow)),
      nextCursor: page.nextCursor,
    }
  },
  createSampleSet: ({ caller, body }) => sampleSets.create(caller, body),
  getSampleSet: ({ caller, params }) => sampleSets.read(caller, params.id),
  changeSampleSet: ({ caller, params, body, ifMatch }) => sampleSets.change(caller, params.id, body, ifMatch),
  deleteSampleSet: async ({ caller, params, ifMatch }) => {
    await database.transaction(async (queries) =>
      removeObject(queries, await authorise(queries, caller, 'delete', 'sampleSet', params.id), ifMatch),
    )
  },
  previewSampleSet: ({ caller, params }) => sampleSets.preview(caller, params.id),
  createSampleSetProject: ({ caller, params, body, signal }) => sampleSets.project(caller, params.id, body, signal),
  previewSplit: ({ caller, params, body, signal }) => sampleSets.previewSplit(caller, params.id, body, signal),
})
