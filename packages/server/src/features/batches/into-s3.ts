import type { Batch } from '@modelsmith/api'
import { mediaTypes } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { abortUpload, type Asker, beginUpload, type S3Place, uploadsTo, writeObject } from '../../infra/s3/index.ts'
import type { JobPorts } from '../jobs/index.ts'
import { predictionsOf } from './predictions.ts'
import { openS3 } from './s3.ts'
import * as store from './store.ts'

type Sink = Extract<Batch['sink'], { kind: 's3' }>
type Ports = Pick<JobPorts, 'job' | 'signal' | 'progress' | 'log' | 'write'>

/** Writes the predictions as an object, which appears when it is whole. The same rows give the same bytes: it may be done twice. */
export const intoS3 = async (context: Context, ports: Ports, sink: Sink): Promise<void> => {
  const { database, objects } = context
  const { job, signal, progress, log } = ports
  const { asker, place } = await openS3(context, sink, job, signal)
  const { format = 'csv' } = sink
  const chunks = await store.chunksOf(database, job.id)
  const attempt = async () => {
    await takeBack(context, ports, asker, place)
    progress(null, `Writing ${sink.url}`)
    await writeObject(
      asker,
      { place, type: mediaTypes[format], note: noteFor(ports, asker, place) },
      predictionsOf(objects, chunks, format),
    )
  }
  await attempt().catch((error: unknown) => {
    // The answer to its completion was lost, so that the second time it was asked for nothing was left to complete.
    if (!isGone(error)) throw error
    return attempt()
  })
  log.add({ source: 'platform', node: null, text: `The predictions are in ${sink.url}.` })
}

const isGone = (error: unknown): boolean =>
  (error as { values?: { reason?: string } }).values?.reason?.startsWith('NoSuchUpload') === true

/** That the place can be written, before there are predictions: an upload is begun, and taken back. */
export const rehearseIntoS3 = async (context: Context, ports: Ports, sink: Sink): Promise<void> => {
  const { job, signal } = ports
  const { asker, place } = await openS3(context, sink, job, signal)
  await takeBack(context, ports, asker, place)
  const note = noteFor(ports, asker, place)
  await note(null)
  const upload = await beginUpload(asker, place, mediaTypes[sink.format ?? 'csv'])
  await note(upload)
  await takeBack(context, ports, asker, place)
}

/** Before an upload has a name, those of others are looked up: one that is there after a kill, and is none of them, is ours. */
const noteFor =
  ({ job, write }: Ports, asker: Asker, place: S3Place) =>
  async (upload: string | null): Promise<void> => {
    // Whoever may write need not be one who may list.
    const others = upload === null ? await uploadsTo(asker, place).catch(() => null) : null
    await write((queries) => store.setUpload(queries, { job_id: job.id, upload, others }))
  }

/** What an earlier attempt left. */
const takeBack = async ({ database }: Context, { job, write }: Ports, asker: Asker, place: S3Place): Promise<void> => {
  const left = await store.uploadOf(database, job.id)
  if (left === undefined) return
  await abortLeft(database, asker, place, left)
  await write((queries) => store.deleteUpload(queries, job.id))
}

const abortLeft = async (
  queries: Queries,
  asker: Asker,
  place: S3Place,
  { upload, others }: store.Upload,
): Promise<void> => {
  if (upload !== null) return abortUpload(asker, place, upload)
  if (others === null) return
  // Another batch may write there meanwhile.
  const known = new Set([...others, ...(await store.uploadNames(queries))])
  for (const each of await uploadsTo(asker, place)) if (!known.has(each)) await abortUpload(asker, place, each)
}

const patienceMs = 60_000

/** Takes back what batches left that ended without it, such as one whose worker was killed too often. */
export const takeBackUploads = async (
  context: Context,
  signal: AbortSignal,
  logBug: (error: unknown) => void,
): Promise<void> => {
  const { database } = context
  for (const { owner_id, sink, ...left } of await store.uploadsLeft(database)) {
    try {
      const { asker, place } = await openS3(
        context,
        sink,
        { owner_id },
        AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      )
      await abortLeft(database, asker, place, left)
      await store.deleteUpload(database, left.job_id)
    } catch (error) {
      // It is tried again for some days.
      if ((await store.deleteOldUpload(database, left.job_id)) > 0) logBug(error)
    }
  }
}
