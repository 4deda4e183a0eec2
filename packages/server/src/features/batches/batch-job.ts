import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { maskTable } from '@modelsmith/domain'
import { answerSchema, answerTable, loggedRows, openSegments, servingPaths } from '@modelsmith/serving'
import {
  beside,
  type ColumnSchema,
  concatTables,
  encodeBlocksWhole,
  ModelsmithError,
  selectColumns,
  sliceRows,
  type Table,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import { placesOf } from '../../infra/settings.ts'
import type { OpenedForFile } from '../hosting/index.ts'
import { type JobDone, type JobEndings, type JobHandler, type JobPorts, whileOpen } from '../jobs/index.ts'
import { openForRows } from '../models/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { demandAnswering } from './answering.ts'
import { batchError } from './errors.ts'
import { fetchObjects } from './fetch-objects.ts'
import { fetchQuery } from './fetch-query.ts'
import { intoDataset } from './into-dataset.ts'
import { intoPostgres, rehearseInto } from './into-postgres.ts'
import { intoS3, rehearseIntoS3 } from './into-s3.ts'
import type { BatchPayload } from './payload.ts'
import { openFiles } from './rows-of-files.ts'
import { openFetched, openSource, type RowSource } from './rows-of-source.ts'
import { loggableOf } from './sensitive-rows.ts'
import * as store from './store.ts'

/**
 * Scores the rows of a source chunk by chunk: memory holds one chunk, whatever the number of rows. All rows are checked before the first is
 * scored. Each chunk is kept with the note that it is scored: a job that is killed, or begun anew, goes on behind it.
 */
export const batchJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { database, settings } = context
    const { job, signal, progress } = ports
    const payload = job.payload as BatchPayload
    const folder = join(placesOf(settings).work, `batch-${randomUUID()}`)
    await mkdir(folder, { recursive: true, mode: 0o755 })
    try {
      await demandAnswering(database, payload.deployment)
      await fetchRows(context, ports, payload.source, folder)
      progress(null, 'Loading the model')
      const model = await openForRows(context, supplies, payload, join(folder, 'model'), ports, { credentials: false })
      await whileOpen(model, signal, async () => {
        const { inputs, handedOn = [] } = model
        // What a release passes through by itself comes once.
        const passThrough = payload.passThrough.filter((name) => !handedOn.includes(name))
        const source = await openRows(context, job, { ...payload, passThrough, inputs })
        try {
          await rehearse(context, ports, model, passThrough)
          const total = (await store.totalOf(database, job.id)) ?? (await check(source, ports))
          await scoreAll(context, ports, { model, source, total, passThrough })
        } finally {
          await source.close()
        }
      })
      return await deliver(context, ports, folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

/** What lies elsewhere is brought here first, once. */
const fetchRows = async (
  context: Context,
  ports: JobPorts,
  source: BatchPayload['source'],
  folder: string,
): Promise<void> => {
  if ((source.kind !== 'postgres' && source.kind !== 's3') || (await store.isFetched(context.database, ports.job.id)))
    return
  if (source.kind === 'postgres') await fetchQuery(context, ports, source)
  else await fetchObjects(context, ports, source, folder)
}

const openRows = async (
  { database, objects }: Context,
  { id }: JobPorts['job'],
  wanted: Parameters<typeof openFetched>[1] & Pick<BatchPayload, 'source' | 'sourceKey' | 'blocks'>,
): Promise<RowSource> => {
  const { source, sourceKey, blocks } = wanted
  if (sourceKey !== undefined) return openSource(await objects.pathOf(sourceKey), blocks, wanted)
  const fetched = await store.fetchedOf(database, id)
  const paths = await Promise.all(fetched.map(({ key }) => objects.pathOf(key)))
  if (source.kind !== 's3') return openFetched(paths, wanted)
  const files = fetched.map((each, at) => ({ name: each.name ?? '', blocks: each.blocks, path: paths[at] as string }))
  return openFiles(files, wanted)
}

/** That predictions can be brought where they are asked for: what they will be called is known of most models. */
const rehearse = async (
  context: Context,
  ports: JobPorts,
  { inputs, outcome, handedOn = [] }: OpenedForFile,
  passThrough: readonly string[],
): Promise<void> => {
  const { sink } = ports.job.payload as BatchPayload
  const ofRows = (name: string): ColumnSchema => inputs.find((each) => each.name === name) ?? { name, type: 'text' }
  const answers = [...handedOn.map(ofRows), ...answerSchema(outcome)]
  demandDistinct(passThrough, answers)
  if (sink.kind === 's3') await rehearseIntoS3(context, ports, sink)
  if (sink.kind === 'postgres') await rehearseInto(context, ports, sink, [...passThrough.map(ofRows), ...answers])
}

/** That every row can be scored; how many there are. */
const check = async (source: RowSource, { job, signal, progress, write }: JobPorts): Promise<number> => {
  let rows = 0
  for await (const chunk of source.chunks(0)) {
    signal.throwIfAborted()
    rows += chunk.rows
    progress(null, `Checking the rows: ${rows.toLocaleString('en')}`)
  }
  if (rows === 0) throw batchError('batch.noRows', {})
  await write((queries) => store.setTotal(queries, job.id, rows))
  return rows
}

type Scoring = {
  readonly model: OpenedForFile
  readonly source: RowSource
  readonly total: number
  readonly passThrough: readonly string[]
}

const scoreAll = async (
  { database, objects, settings }: Context,
  { job, signal, progress, log, write }: JobPorts,
  { model, source, total, passThrough }: Scoring,
): Promise<void> => {
  const { deployment, deploymentRelease, masked, logged, association, parameters } = job.payload as BatchPayload
  const names = model.inputs.map(({ name }) => name)
  const hidden = new Set(masked)
  const loggable = await loggableOf(database, { job, log }, names)
  const writeSegment = logged ? await openSegments(join(placesOf(settings).serving, servingPaths.log)) : undefined
  const done = await store.chunksOf(database, job.id)
  let number = done.length
  let scored = done.reduce((sum, { rows }) => sum + rows, 0)
  const tell = () => progress(scored / total, `${scored.toLocaleString('en')} of ${total.toLocaleString('en')} rows`)
  tell()
  for await (const chunk of source.chunks(number)) {
    signal.throwIfAborted()
    const rows = selectColumns(chunk, names)
    const started = performance.now()
    // Named by its place: whoever counts it after a kill counts it once.
    const entry = (errorCode: string | null) => ({
      requestId: `${job.id}-${number}`,
      deploymentId: deployment,
      releaseId: deploymentRelease,
      at: new Date().toISOString(),
      rows: rows.rows,
      latencyMs: performance.now() - started,
      status: errorCode === null ? ('ok' as const) : ('error' as const),
      errorCode,
    })
    const answered = await predict(model, rows, parameters).catch(async (error: unknown) => {
      if (!signal.aborted && error instanceof ModelsmithError) await writeSegment?.(entry(error.code), undefined)
      throw error
    })
    const ids = source.hasIds && association !== null && loggable.ids ? selectColumns(chunk, [association]) : undefined
    // Nothing is kept that is not logged.
    await writeSegment?.(entry(null), loggable.rows ? loggedRows({ rows, ids }, answered, model.outcome) : undefined)
    const answers = answerTable(answered, model.outcome)
    demandDistinct(passThrough, answers.schema.columns)
    const scores = passThrough.length === 0 ? answers : beside([selectColumns(chunk, passThrough), answers])
    // A release hands on columns in its answers.
    const stored = await objects.putBytes(encodeBlocksWhole(maskTable(scores, hidden)))
    await write(async (queries) => {
      await demandAnswering(queries, deployment)
      await store.insertChunk(queries, job.id, { number, rows: rows.rows, key: stored.key })
      await hold(queries, job.id, [stored])
    })
    number++
    scored += rows.rows
    tell()
  }
}

const predict = async (
  { predict: ask, batchRows }: OpenedForFile,
  rows: Table,
  parameters: BatchPayload['parameters'],
): Promise<Table> => {
  if (rows.rows <= batchRows) return ask(rows, parameters)
  const answers: Table[] = []
  for (let start = 0; start < rows.rows; start += batchRows)
    answers.push(await ask(sliceRows(rows, start, Math.min(start + batchRows, rows.rows)), parameters))
  return concatTables(answers)
}

const demandDistinct = (passThrough: readonly string[], answers: readonly ColumnSchema[]): void => {
  const names = answers.map(({ name }) => name).filter((name) => passThrough.includes(name))
  if (names.length > 0) throw batchError('batch.columnTwice', { names })
}

/** Brings the predictions where they were asked for; what was needed on the way there is let go. */
const deliver = async (context: Context, ports: JobPorts, folder: string): Promise<JobDone> => {
  const { job, progress } = ports
  const { sink } = job.payload as BatchPayload
  const chunks = await store.chunksOf(context.database, job.id)
  const rows = chunks.reduce((sum, each) => sum + each.rows, 0)
  if (sink.kind === 'file')
    return {
      result: { rows, file: `/api/v1/jobs/${job.id}/predictions` },
      keep: async (queries) => {
        await letGo(queries, [job.id])
        await store.deleteFetched(queries, job.id)
        await hold(queries, job.id, chunks)
      },
    }
  if (sink.kind === 'postgres') {
    await intoPostgres(context, ports, sink)
    return { result: { rows, table: sink.table }, keep: (queries) => forget(queries, job.id) }
  }
  if (sink.kind === 's3') {
    await intoS3(context, ports, sink)
    return {
      result: { rows, object: sink.url },
      keep: async (queries) => {
        await store.deleteUpload(queries, job.id)
        await forget(queries, job.id)
      },
    }
  }
  progress(null, 'Making the dataset')
  const dataset = await intoDataset(context, job, {
    chunks,
    name: sink.name,
    file: join(folder, 'predictions.parquet'),
  })
  return {
    result: { rows, datasetId: dataset.id },
    keep: async (queries) => {
      await forget(queries, job.id)
      await dataset.keep(queries)
    },
  }
}

/** What was scored so far is of no use to anybody. */
export const batchEnded: JobEndings['scoreBatch'] = (queries, { id }) => forget(queries, id)

const forget = async (queries: Parameters<typeof letGo>[0], job: string): Promise<void> => {
  await store.deleteChunks(queries, job)
  await store.deleteFetched(queries, job)
  await letGo(queries, [job])
}
