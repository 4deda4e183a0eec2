import { Readable } from 'node:stream'
import type { Context } from '../../infra/context.ts'
import { hold } from '../../infra/objects/references.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { authorise, authoriseUse, listObjects } from '../../infra/rights/objects.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import type { Datasets } from '../datasets/index.ts'
import { modelError } from './errors.ts'
import * as store from './store.ts'

type Operations =
  | 'listModels'
  | 'getModel'
  | 'getModelInsights'
  | 'downloadArtifact'
  | 'predictDataset'
  | 'predictFile'
  | 'outOfFoldPredictions'

export const modelRoutes = ({ database, objects }: Context, datasets: Datasets): Routes<Operations> => {
  const read = async (caller: Caller, id: string, action: 'view' | 'run' = 'view') => {
    const object = await authorise(database, caller, action, 'model', id)
    return { object, row: (await store.findModel(database, id)) as store.ModelRow }
  }

  const startPrediction = async (
    caller: Caller,
    model: string,
    name: string,
    payload: { sourceKey: string; blocks: boolean; passThrough: readonly string[] },
    dataset?: string,
  ) => {
    const id = await database.transaction(async (queries) => {
      await authoriseUse(queries, caller, 'run', 'model', model)
      if (dataset !== undefined) await authoriseUse(queries, caller, 'view', 'dataset', dataset)
      const job = await queueJob(queries, {
        kind: 'predictFile',
        title: `Predict ${name}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'model', id: model },
        payload: { model, ...payload },
      })
      await hold(queries, job, [{ key: payload.sourceKey }])
      return job
    })
    return { job: toJob((await findJob(database, id)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) }
  }

  return {
    listModels: async ({ caller, query }) => {
      const page = await listObjects(database, caller, 'model', query)
      const rows = new Map(
        (
          await store.modelsOf(
            database,
            page.items.map(({ id }) => id),
          )
        ).map((row) => [row.id, row]),
      )
      return {
        items: page.items.map((object) => store.toModel(object, rows.get(object.id) as store.ModelRow)),
        nextCursor: page.nextCursor,
      }
    },
    getModel: async ({ caller, params }) => {
      const { object, row } = await read(caller, params.id)
      return store.toModel(object, row)
    },
    getModelInsights: async ({ caller, params, query }) => {
      const { row } = await read(caller, params.id)
      const part = query.part ?? 'crossValidation'
      if (part === 'holdout' && !row.holdout_unlocked) throw modelError('model.holdoutLocked', {})
      const none = { roc: null, confusion: null, residuals: null, lift: null }
      return { modelId: row.id, ...none, ...row.insights[part] }
    },
    downloadArtifact: async ({ caller, params, query }) => {
      const { row } = await read(caller, params.id)
      const artifact = store.artifactsOf(row).find(({ node, path }) => node === query.node && path === query.path)
      if (artifact === undefined) throw modelError('model.noArtifact', { node: query.node, path: query.path })
      return {
        stream: objects.read(artifact.key),
        type: artifact.mediaType,
        fileName: artifact.path.split('/').at(-1) ?? artifact.path,
      }
    },
    predictDataset: async ({ caller, params, body }) => {
      await read(caller, params.id, 'run')
      const version = await datasets.ready(caller, body.datasetVersionId)
      const payload = { sourceKey: version.blocks_key, blocks: true, passThrough: body.passThrough ?? [] }
      return startPrediction(caller, params.id, version.file_name, payload, version.dataset_id)
    },
    predictFile: async ({ caller, params, upload }) => {
      await read(caller, params.id, 'run')
      const [file] = upload.files
      if (file === undefined || upload.files.length > 1)
        throw modelError('model.noFile', { count: upload.files.length })
      const stored = await objects.putFile(file.file)
      const passThrough = (upload.fields['passThrough'] ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
      return startPrediction(caller, params.id, file.path, { sourceKey: stored.key, blocks: false, passThrough })
    },
    outOfFoldPredictions: async ({ caller, params }) => {
      const { row } = await read(caller, params.id)
      return {
        stream: Readable.from(objects.read(row.out_of_fold_key)),
        type: 'text/csv; charset=utf-8',
        fileName: 'out-of-fold.csv',
      }
    },
  }
}
