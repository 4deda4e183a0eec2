import type { IncomingMessage } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import { s3Error } from './errors.ts'
import { type S3Place, wordsOf } from './place.ts'
import { askS3, askText, type Asker, awayOf } from './request.ts'
import { elementsOf, keyIn, textOf } from './xml.ts'

/** An object as it was listed. */
export type ListedObject = { readonly place: S3Place; readonly bytes: number; readonly etag: string }

/** All objects beneath a place, in the order of their keys. */
export async function* listObjects(asker: Asker, { bucket, key }: S3Place): AsyncGenerator<ListedObject> {
  let from = ''
  do {
    const { text } = await askText(asker, {
      method: 'GET',
      place: { bucket, key: '' },
      query: {
        'list-type': '2',
        prefix: key,
        'encoding-type': 'url',
        ...(from === '' ? {} : { 'continuation-token': from }),
      },
    })
    for (const each of elementsOf(text, 'Contents'))
      yield {
        place: { bucket, key: keyIn(each) },
        bytes: Number(textOf(each, 'Size')),
        etag: textOf(each, 'ETag'),
      }
    from = textOf(text, 'IsTruncated') === 'true' ? textOf(text, 'NextContinuationToken') : ''
  } while (from !== '')
}

export type OpenedObject = {
  readonly bytes: number
  readonly content: AsyncGenerator<Buffer>
  readonly close: () => void
}

const pauseMs = 1000
const mostSilentTries = 3

/** An object as it is now, or as it was listed: read on where the connection breaks, and refused where it is another meanwhile. */
export const openObject = async (asker: Asker, place: S3Place, listed?: ListedObject): Promise<OpenedObject> => {
  const ask = (from: number, etag: string | undefined) =>
    askS3(asker, {
      method: 'GET',
      place,
      headers: {
        ...(etag === undefined || etag === '' ? {} : { 'if-match': etag }),
        ...(from === 0 ? {} : { range: `bytes=${from}-` }),
      },
    }).catch((error: unknown) => {
      // What is known to have been there is gone.
      if (etag !== undefined && (error as { code?: string }).code === 's3.noObject')
        throw s3Error('s3.changed', { place: wordsOf(place) })
      throw error
    })
  const first = await ask(0, listed?.etag)
  const bytes = Number(first.headers['content-length'] ?? Number.NaN)
  const etag = listed?.etag ?? first.headers.etag ?? ''
  const isOther = listed !== undefined && listed.bytes !== bytes
  if (isOther || Number.isNaN(bytes)) {
    first.destroy()
    if (isOther) throw s3Error('s3.changed', { place: wordsOf(place) })
    throw s3Error('s3.failed', { place: wordsOf(place), status: 200, reason: 'it does not say how long the object is' })
  }
  async function* content(): AsyncGenerator<Buffer> {
    let read = 0
    let answer: IncomingMessage = first
    for (let silent = 0; read < bytes; ) {
      try {
        for await (const part of answer as AsyncIterable<Buffer>) {
          read += part.length
          silent = 0
          yield part
        }
        if (read >= bytes) return
        throw new Error(`it ended after ${read} of ${bytes} bytes`)
      } catch (error) {
        asker.signal.throwIfAborted()
        if (++silent > mostSilentTries) throw awayOf(asker, error)
      }
      await after(pauseMs, undefined, { signal: asker.signal })
      answer = await ask(read, etag)
      if (answer.statusCode !== 206 && read > 0) {
        answer.destroy()
        throw awayOf(asker, new Error(`it broke off after ${read} of ${bytes} bytes, and gives no part of an object`))
      }
    }
  }
  return { bytes, content: content(), close: () => first.destroy() }
}
