import { s3Error } from './errors.ts'
import { type S3Place, wordsOf } from './place.ts'
import { askText, type Ask, type Asker } from './request.ts'
import { elementsOf, keyIn, textOf } from './xml.ts'

/** Of which S3 takes 10,000: 78 GiB. */
const partBytes = 8 * 2 ** 20

export type Writing = {
  readonly place: S3Place
  readonly type: string
  /** Said before an upload in parts is begun, and what it is called once it is. */
  readonly note: (upload: string | null) => Promise<void>
}

/**
 * Writes an object that appears when it is whole; memory holds a few parts of it. What fits one part is put at once. An upload that fails is
 * taken back; one that a kill left is known by what was noted.
 */
export const writeObject = async (
  asker: Asker,
  { place, type, note }: Writing,
  content: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const parts = inParts(content)
  const [first, second] = [await parts.next(), await parts.next()]
  const head = first.value ?? new Uint8Array()
  if (second.done === true) {
    await askText(asker, { method: 'PUT', place, headers: { 'content-type': type }, body: head })
    return
  }
  await note(null)
  const upload = await beginUpload(asker, place, type)
  try {
    await note(upload)
    const etags = [await putPart(asker, place, upload, 1, head), await putPart(asker, place, upload, 2, second.value)]
    for await (const part of parts) etags.push(await putPart(asker, place, upload, etags.length + 1, part))
    await completeUpload(asker, place, upload, etags)
  } catch (error) {
    // Another attempt sees to what is left where this cannot.
    await abortUpload({ ...asker, signal: AbortSignal.timeout(patienceMs) }, place, upload).catch(() => {})
    throw error
  }
}

const patienceMs = 2000

async function* inParts(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let part = Buffer.alloc(partBytes)
  let filled = 0
  for await (const bytes of content)
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(partBytes - filled, bytes.length - at)
      part.set(bytes.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled < partBytes) continue
      yield part
      part = Buffer.alloc(partBytes)
      filled = 0
    }
  if (filled > 0) yield part.subarray(0, filled)
}

/** An upload in parts that is begun and not ended; nobody sees an object of it. */
export const beginUpload = async (asker: Asker, place: S3Place, type: string): Promise<string> => {
  const ask: Ask = { method: 'POST', place, query: { uploads: '' }, headers: { 'content-type': type } }
  return textOf((await askText(asker, ask)).text, 'UploadId')
}

const putPart = async (asker: Asker, place: S3Place, upload: string, number: number, body: Uint8Array) => {
  const query = { partNumber: String(number), uploadId: upload }
  return String((await askText(asker, { method: 'PUT', place, query, body })).headers.etag)
}

const completeUpload = async (
  asker: Asker,
  place: S3Place,
  upload: string,
  etags: readonly string[],
): Promise<void> => {
  const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  const { text } = await askText(asker, { method: 'POST', place, query: { uploadId: upload }, body })
  // The status is sent before it is known whether it succeeds.
  const reason = textOf(text, 'Message')
  if (/<Error>/.test(text)) throw s3Error('s3.failed', { place: wordsOf(place), status: 200, reason })
}

/** Takes back an upload; one that is not there was completed or taken back already. */
export const abortUpload = async (asker: Asker, place: S3Place, upload: string): Promise<void> => {
  try {
    await askText(asker, { method: 'DELETE', place, query: { uploadId: upload } })
  } catch (error) {
    const { status, reason } = (error as { values?: { status?: number; reason?: string } }).values ?? {}
    if (status !== 404 || reason?.startsWith('NoSuchUpload') !== true) throw error
  }
}

/** Uploads to a place that are not ended. */
export const uploadsTo = async (asker: Asker, { bucket, key }: S3Place): Promise<string[]> => {
  const query = { uploads: '', prefix: key, 'encoding-type': 'url' }
  const { text } = await askText(asker, { method: 'GET', place: { bucket, key: '' }, query })
  return elementsOf(text, 'Upload')
    .filter((each) => keyIn(each) === key)
    .map((each) => textOf(each, 'UploadId'))
}
