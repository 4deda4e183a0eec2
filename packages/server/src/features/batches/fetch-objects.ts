import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ingest } from '@modelsmith/query'
import type { Context } from '../../infra/context.ts'
import { hold, letGoOf } from '../../infra/objects/references.ts'
import type { StoredBytes } from '../../infra/objects/store.ts'
import { type Asker, type ListedObject, listObjects, openObject, type S3Place, wordsOf } from '../../infra/s3/index.ts'
import type { JobPorts } from '../jobs/index.ts'
import { batchError } from './errors.ts'
import { inFile } from './rows-of-files.ts'
import { type At, openS3 } from './s3.ts'
import * as store from './store.ts'

type Ports = Pick<JobPorts, 'job' | 'signal' | 'progress' | 'write'>
const mostObjects = 10_000

/** Brings the files of a place in S3 as they are now; begun anew where it was broken off. What was listed and is another when it is read, is refused. */
export const fetchObjects = async (context: Context, ports: Ports, at: At, folder: string): Promise<void> => {
  const { job, signal, progress, write } = ports
  const { asker, place } = await openS3(context, at, job, signal)
  await write(async (queries) => {
    await letGoOf(queries, job.id, await store.fetchedOf(queries, job.id))
    await store.deleteFetched(queries, job.id)
  })
  const isFolder = place.key === '' || place.key.endsWith('/')
  const listed = isFolder ? await filesBeneath(context, asker, place) : undefined
  const places = listed?.map((each) => each.place) ?? [place]
  for (const [number, each] of places.entries()) {
    progress(null, `Reading ${wordsOf(each)}${places.length === 1 ? '' : ` (${number + 1} of ${places.length})`}`)
    const stored = await fetchOne(context, asker, each, listed?.[number])
    const file = await readable(context, ports, { stored, name: wordsOf(each), folder })
    await write(async (queries) => {
      await store.insertFetched(queries, job.id, { number, rows: 0, ...file, name: wordsOf(each) })
      await hold(queries, job.id, [file])
    })
  }
  await write((queries) => store.setFetched(queries, job.id))
}

type Limits = { readonly settings: Pick<Context['settings'], 'uploadMb'> }

const demandSize = ({ settings: { uploadMb } }: Limits, place: S3Place, bytes: number): void => {
  if (bytes > uploadMb * 2 ** 20)
    throw batchError('batch.objectsTooLarge', { place: wordsOf(place), bytes, mostMb: uploadMb })
}

/** Those that hold rows, as far as a batch may read so many. */
export const filesBeneath = async (context: Limits, asker: Asker, place: S3Place): Promise<readonly ListedObject[]> => {
  const found: ListedObject[] = []
  let bytes = 0
  for await (const each of listObjects(asker, place)) {
    const name = each.place.key.split('/').at(-1) ?? ''
    // Whoever writes in parts leaves marks beside them, and consoles leave empty objects for folders.
    if (each.bytes === 0 || /^[_.]/.test(name)) continue
    found.push(each)
    bytes += each.bytes
    if (found.length > mostObjects)
      throw batchError('batch.tooManyObjects', { place: wordsOf(place), most: mostObjects })
    demandSize(context, place, bytes)
  }
  if (found.length === 0) throw batchError('batch.noObjects', { place: wordsOf(place) })
  return found
}

const fetchOne = async (
  context: Context,
  asker: Asker,
  place: S3Place,
  listed: ListedObject | undefined,
): Promise<StoredBytes> => {
  const { bytes, content, close } = await openObject(asker, place, listed)
  try {
    demandSize(context, place, bytes)
    return await context.objects.putStream(Readable.from(content))
  } finally {
    close()
  }
}

type Fetched = { readonly stored: StoredBytes; readonly name: string; readonly folder: string }

/** CSV as it is; Parquet, which others made and packed, is opened where it cannot take the memory of all. */
const readable = async (
  { objects, settings }: Context,
  { signal }: Ports,
  { stored, name, folder }: Fetched,
): Promise<StoredBytes & { readonly blocks: boolean }> => {
  const path = await objects.pathOf(stored.key)
  const head = await headOf(path)
  if (head.startsWith('1f8b')) throw batchError('batch.packed', { place: name })
  if (head !== parquetHead) return { ...stored, blocks: false }
  const blocksFile = join(folder, `${randomUUID()}.cols`)
  const options = { memoryMb: settings.ingestMemoryMb, signal }
  await inFile(name, () => ingest({ source: path, format: 'parquet', blocksFile }, options))
  return { ...(await objects.putFile(blocksFile)), blocks: true }
}

const parquetHead = Buffer.from('PAR1').toString('hex')

const headOf = async (path: string): Promise<string> => {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.subarray(0, bytesRead).toString('hex')
  } finally {
    await file.close()
  }
}
