import { type FileHandle, open } from 'node:fs/promises'
import {
  createTranscoder,
  type CsvDialect,
  defaultCsvLimits,
  lastRecordEnd,
  ModelsmithError,
  sniffCsv,
} from '@modelsmith/table'
import { cliError } from '../../errors.ts'

/** What a file is read by at a time: enough rows to hide what a piece costs, few enough to stay in the caches. */
export const pieceBytes = 2 ** 19
const sampleBytes = 65_536

/** A CSV file cut into whole records. */
export type InputFile = {
  readonly bytes: number
  readonly dialect: CsvDialect
  /** The beginning, in UTF-8. */
  readonly start: Uint8Array
  readonly isShort: boolean
  /** Fills a buffer with whole records from where the last call ended; the buffer may be another, larger one. No length: the end. */
  readonly next: (buffer: ArrayBuffer) => Promise<{ readonly buffer: ArrayBuffer; readonly length: number }>
  readonly skip: (bytes: number) => void
  readonly close: () => Promise<void>
}

export const openInput = async (path: string): Promise<InputFile> => {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw cliError('cli.file', { path, reason: error.code === 'ENOENT' ? 'there is no such file' : error.message })
  })
  try {
    const { size } = await file.stat()
    const sample = new Uint8Array(Math.min(sampleBytes, Math.max(size, 1)))
    const { bytesRead } = await file.read(sample, 0, sample.length, 0)
    const dialect = sniffCsv(sample.subarray(0, bytesRead))
    return { bytes: size, dialect, ...(await readerOf(file, dialect, path)), close: () => file.close() }
  } catch (error) {
    await file.close()
    if (!(error instanceof ModelsmithError)) throw error
    throw cliError('cli.input', { path, problem: error.message }, { findings: error.findings, cause: error })
  }
}

const readerOf = async (file: FileHandle, { encoding }: CsvDialect, path: string) => {
  const transcode = createTranscoder(encoding)
  let rest: Uint8Array = new Uint8Array(0)
  let at = 0
  let ended = false
  const scratch = new Uint8Array(pieceBytes)

  /** More bytes, into `rest`. */
  const more = async (): Promise<void> => {
    const { bytesRead } = await file.read(scratch, 0, scratch.length, at)
    at += bytesRead
    ended = bytesRead === 0
    const read = transcode(scratch.subarray(0, bytesRead), ended)
    const joined = new Uint8Array(rest.length + read.length)
    joined.set(rest)
    joined.set(read, rest.length)
    rest = joined
  }
  await more()
  const start = rest
  const isShort = start.length < pieceBytes / 2

  const next: InputFile['next'] = async (given) => {
    let buffer = given
    let filled = 0
    for (;;) {
      if (filled + rest.length > buffer.byteLength) buffer = larger(buffer, filled, filled + rest.length)
      let bytes = new Uint8Array(buffer)
      bytes.set(rest, filled)
      filled += rest.length
      rest = new Uint8Array(0)
      // UTF-8 is read into its place; other encodings are changed on the way.
      if (encoding === 'utf-8' && at > 0) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, at)
        at += bytesRead
        filled += bytesRead
        ended = bytesRead === 0 && filled < bytes.length
      } else if (!ended) {
        await more()
        if (filled + rest.length > buffer.byteLength) buffer = larger(buffer, filled, filled + rest.length)
        bytes = new Uint8Array(buffer)
        bytes.set(rest, filled)
        filled += rest.length
        rest = new Uint8Array(0)
      }
      if (ended) return { buffer, length: filled }
      // A Buffer finds a byte many times faster than a plain array does.
      const end = lastRecordEnd(Buffer.from(buffer, 0, filled), filled)
      if (end > 0) {
        rest = bytes.slice(end, filled)
        return { buffer, length: end }
      }
      if (filled < buffer.byteLength) continue
      if (filled > defaultCsvLimits.maxRecordBytes)
        throw cliError('cli.input', {
          path,
          problem: `a record is longer than ${defaultCsvLimits.maxRecordBytes / 2 ** 20} MB.`,
        })
      buffer = larger(buffer, filled, buffer.byteLength * 2)
    }
  }
  return { start, isShort, next, skip: (bytes: number) => void (rest = rest.slice(bytes)) }
}

const larger = (buffer: ArrayBuffer, used: number, size: number): ArrayBuffer => {
  const next = new ArrayBuffer(size)
  new Uint8Array(next).set(new Uint8Array(buffer, 0, used))
  return next
}
