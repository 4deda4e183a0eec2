import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import type { MultipartFile, MultipartValue } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { ModelsmithError } from '@modelsmith/table'
import { infraError } from '../errors.ts'
import type { Upload, UploadedFile } from './handler.ts'

const fieldBytes = 100_000

/** Writes the files of a multipart body to disk, one after another, hashed on the way; `remove` takes them away. */
export const readUpload = async (
  request: FastifyRequest,
  folder: string,
  limitMb: number,
  demandRoom: () => Promise<void>,
): Promise<{ upload: Upload; remove: () => Promise<void> }> => {
  if (!request.isMultipart()) {
    throw infraError('request.mediaType', {
      found: request.headers['content-type'] ?? 'nothing',
      expected: 'multipart/form-data',
    })
  }
  const place = join(folder, randomUUID())
  await mkdir(place, { recursive: true })
  const remove = () => rm(place, { recursive: true, force: true })
  const fields: Record<string, string> = {}
  const files: UploadedFile[] = []
  const paths: string[] = []
  try {
    for await (const part of request.parts({
      limits: { fileSize: limitMb * 2 ** 20, files: 20_000, fields: 20_100, parts: 40_100, fieldSize: fieldBytes },
    })) {
      if (part.type === 'file') {
        await demandRoom()
        files.push(await writeFile(part, join(place, String(files.length)), paths.shift(), limitMb))
      } else if (part.fieldname === 'path') paths.push(textOf(part))
      else fields[part.fieldname] = textOf(part)
    }
  } catch (error) {
    await remove()
    await readRest(request.raw)
    if (isOfTheClient(error)) throw infraError('request.unreadable', { reason: error.message }, { cause: error })
    throw error
  }
  return { upload: { fields, files }, remove }
}

/** As long as the rest of a body is read, and no longer. */
const restMs = 10_000

/** Only a body that was read to its end lets its sender hear why it was refused. */
const readRest = async (body: IncomingMessage): Promise<void> => {
  body.unpipe()
  body.resume()
  await finished(body, { signal: AbortSignal.timeout(restMs), writable: false }).catch(() => {})
}

const textOf = (part: MultipartValue): string => String(part.value)

const writeFile = async (
  part: MultipartFile,
  file: string,
  path: string | undefined,
  limitMb: number,
): Promise<UploadedFile> => {
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(part.file, count, createWriteStream(file, { mode: 0o644 }))
  if (part.file.truncated) throw infraError('request.tooLarge', { limitMb })
  return { path: path ?? part.filename, file, bytes, sha256: hash.digest('hex') }
}

/** What the disk refuses names a system call; the rest is a wrong form, or a client that went away in the middle of it. */
const isOfTheClient = (error: unknown): error is Error =>
  error instanceof Error && !(error instanceof ModelsmithError) && !('syscall' in error)
