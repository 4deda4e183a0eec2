import { Readable } from 'node:stream'
import { BatchSink } from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import { mediaTypes } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { authorise, pageOf } from '../../infra/rights/objects.ts'
import { authoriseJob, jobError } from '../jobs/index.ts'
import { namesIn, readParameters } from '../models/index.ts'
import { hiddenOfPrediction } from '../sensitive-columns/index.ts'
import type { Batches } from './begin.ts'
import { batchError } from './errors.ts'
import type { BatchPayload } from './payload.ts'
import { predictionsOf } from './predictions.ts'
import * as store from './store.ts'

export const batchRoutes = (
  { database, objects }: Context,
  batches: Batches,
): Routes<'listBatches' | 'startBatch' | 'startFileBatch' | 'downloadBatch'> => {
  return {
    listBatches: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'deployment', params.id)
      const page = await pageOf(query, (after, limit) => store.listBatches(database, caller, params.id, after, limit))
      return { items: page.items.map(store.toBatch), nextCursor: page.nextCursor }
    },
    startBatch: async ({ caller, params, body }) =>
      batches.begin(caller, await batches.prepare(caller, params.id, body)),
    startFileBatch: async ({ caller, params, upload: { fields, files } }) => {
      const settings = {
        parameters: readParameters(fields['parameters']),
        passThrough: [...new Set(namesIn(fields['passThrough']))],
        logged: fields['logged'] !== 'false',
        sink: readSink(fields['sink']),
      }
      const deployment = await batches.asked(caller, params.id, settings)
      const [file] = files
      if (file === undefined || files.length > 1) throw batchError('batch.noFile', { count: files.length })
      const { key } = await objects.putFile(file.file)
      const source = { kind: 'file', name: file.path } as const
      const rows = { source, sourceKey: key, blocks: false, masked: [] }
      return batches.begin(caller, { deployment, settings, rows })
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
