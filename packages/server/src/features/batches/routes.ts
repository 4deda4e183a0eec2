import { Readable } from 'node:stream'
import { type BatchCreate, BatchSink, type JobStarted } from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import { mediaTypes } from '@modelsmith/serving'
import type { Static } from 'typebox'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { hold } from '../../infra/objects/references.ts'
import { authorise, authoriseCreate, authoriseUse, pageOf } from '../../infra/rights/objects.ts'
import type { Datasets } from '../datasets/index.ts'
import { type DeploymentRow, findDeployment, servedId } from '../deployments/index.ts'
import { releasedFiles, runsUploadedFiles } from '../hosting/index.ts'
import { authoriseJob, findJob, jobError, queueJob, toJob } from '../jobs/index.ts'
import { demandParameters, namesIn, readParameters } from '../models/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { hiddenOf, hiddenOfPrediction } from '../sensitive-columns/index.ts'
import { demandAnswering } from './answering.ts'
import { batchError } from './errors.ts'
import type { BatchPayload } from './payload.ts'
import { predictionsOf } from './predictions.ts'
import * as store from './store.ts'

type Rows = Pick<BatchPayload, 'source' | 'sourceKey' | 'blocks' | 'dataset' | 'masked'>
type Asked = Omit<Static<typeof BatchCreate>, 'source'>

export const batchRoutes = (
  { database, objects }: Context,
  datasets: Datasets,
): Routes<'listBatches' | 'startBatch' | 'startFileBatch' | 'downloadBatch'> => {
  /** The deployment, where the caller may ask it, and ask this of it. */
  const asked = async (caller: Caller, id: string, { sink, parameters = {} }: Asked) => {
    const { name } = await authorise(database, caller, 'predict', 'deployment', id)
    if (sink?.kind === 'dataset') authoriseCreate(caller, 'dataset')
    const row = (await findDeployment(database, id)) as DeploymentRow
    const { hosted, manifest } = row
    demandParameters(manifest?.nodes ?? [{ id: 'model', predictionParameters: parametersOf(row) }], parameters)
    if (hosted !== null && runsUploadedFiles(hosted)) await demandModelFilesRun(database, caller.organisation)
    return { name, row }
  }

  const start = async (
    caller: Caller,
    { name, row }: Awaited<ReturnType<typeof asked>>,
    rows: Rows,
    { sink = { kind: 'file' }, passThrough = [], parameters = {}, logged = true }: Asked,
  ): Promise<Static<typeof JobStarted>> => {
    const { id, hosted } = row
    const payload: BatchPayload = {
      ...(row.model_id === null ? { release: servedId(row) } : { model: servedId(row) }),
      deployment: id,
      deploymentRelease: row.release_id,
      association: row.association_column,
      workspace: caller.workspace,
      sink,
      passThrough,
      parameters,
      logged,
      ...rows,
    }
    const files = hosted === null ? (row.files ?? []) : releasedFiles(hosted)
    const job = await database.transaction(async (queries) => {
      await authoriseUse(queries, caller, 'predict', 'deployment', id)
      await demandAnswering(queries, id)
      for (const each of [sink, rows.source])
        if (each.kind === 'postgres') await demandDatabase(queries, caller, each.credentialId)
      if (rows.dataset !== undefined) await authoriseUse(queries, caller, 'use', 'dataset', rows.dataset)
      const queued = await queueJob(queries, {
        kind: 'scoreBatch',
        title: `Batch of ${name}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'deployment', id },
        payload,
      })
      await store.insertBatch(queries, queued, id)
      await hold(queries, queued, [...(rows.sourceKey === undefined ? [] : [{ key: rows.sourceKey }]), ...files])
      return queued
    })
    return { job: toJob((await findJob(database, job)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) }
  }

  return {
    listBatches: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'deployment', params.id)
      const page = await pageOf(query, (after, limit) => store.listBatches(database, caller, params.id, after, limit))
      return { items: page.items.map(store.toBatch), nextCursor: page.nextCursor }
    },
    startBatch: async ({ caller, params, body: { source, ...settings } }) => {
      const deployment = await asked(caller, params.id, settings)
      if (source.kind === 'postgres') return start(caller, deployment, { source, blocks: true, masked: [] }, settings)
      const version = await datasets.ready(caller, source.datasetVersionId, 'use')
      const masked = [...(await hiddenOf(database, caller, [version.dataset_id]))]
      const named = { ...source, name: version.file_name }
      const rows = { source: named, sourceKey: version.blocks_key, blocks: true, dataset: version.dataset_id, masked }
      return start(caller, deployment, rows, settings)
    },
    startFileBatch: async ({ caller, params, upload: { fields, files } }) => {
      const settings = {
        parameters: readParameters(fields['parameters']),
        passThrough: [...new Set(namesIn(fields['passThrough']))],
        logged: fields['logged'] !== 'false',
        sink: readSink(fields['sink']),
      }
      const deployment = await asked(caller, params.id, settings)
      const [file] = files
      if (file === undefined || files.length > 1) throw batchError('batch.noFile', { count: files.length })
      const { key } = await objects.putFile(file.file)
      const source = { kind: 'file', name: file.path } as const
      return start(caller, deployment, { source, sourceKey: key, blocks: false, masked: [] }, settings)
    },
    downloadBatch: async ({ caller, params: { id }, query: { format = 'csv' } }) => {
      const job = await authoriseJob(database, caller, 'download', id)
      if (job.kind !== 'scoreBatch') throw jobError('job.noResult', { id })
      const { sink } = job.payload as BatchPayload
      if (job.state !== 'succeeded' || sink.kind !== 'file')
        throw batchError('batch.noPredictions', { state: job.state })
      const hidden = await hiddenOfPrediction(database, caller, id)
      return {
        stream: Readable.from(predictionsOf(objects, await store.chunksOf(database, id), format, hidden)),
        type: format === 'csv' ? `${mediaTypes.csv}; charset=utf-8` : mediaTypes[format],
        fileName: `predictions.${format}`,
      }
    },
  }
}

/** Whoever may let a credential reach a task may let it reach a batch. */
const demandDatabase = async (queries: Queries, caller: Caller, id: string): Promise<void> => {
  await authoriseUse(queries, caller, 'share', 'credential', id)
  const type = await store.credentialType(queries, id)
  if (type !== undefined && type !== 'database') throw batchError('batch.credentialType', { type })
}

const parametersOf = ({ hosted }: DeploymentRow) => (hosted?.trained ?? hosted?.coded)?.parameters ?? []

const readSink = (text: string | undefined): BatchSink => {
  if (text === undefined || text === '') return { kind: 'file' }
  try {
    const value: unknown = JSON.parse(text)
    const findings = check(BatchSink, value)
    if (findings.length === 0) return value as BatchSink
    throw batchError('batch.sinkText', {}, { findings })
  } catch (error) {
    if (error instanceof SyntaxError) throw batchError('batch.sinkText', {})
    throw error
  }
}
