import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { cliError } from '../../errors.ts'

const block = 512
const mostFiles = 100_000
const mostRecordBytes = 2 ** 20

const wrong = (reason: string) => cliError('cli.archive', { reason })

/** Bytes of a stream, so many at a time. */
const reader = (chunks: AsyncIterable<Uint8Array>) => {
  const source = chunks[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  /** Up to `most` bytes; none at the end. */
  const some = async (most: number): Promise<Uint8Array> => {
    while (rest.length === 0) {
      const { done, value } = await source.next()
      if (done === true) return rest
      rest = value
    }
    const taken = rest.subarray(0, most)
    rest = rest.subarray(taken.length)
    return taken
  }
  const exactly = async (length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; ) {
      const part = await some(length - at)
      if (part.length === 0) throw wrong('it is cut short')
      bytes.set(part, at)
      at += part.length
    }
    return bytes
  }
  return { some, exactly }
}

type Header = { readonly path: string; readonly size: number; readonly type: string }

const headerOf = (bytes: Uint8Array): Header | undefined => {
  if (bytes.every((byte) => byte === 0)) return undefined
  const text = (from: number, length: number) =>
    Buffer.from(bytes.subarray(from, from + length))
      .toString('latin1')
      .split('\0')[0] ?? ''
  const sum = bytes.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  if (Number.parseInt(text(148, 8), 8) !== sum) throw wrong('a checksum differs')
  const size = Number.parseInt(text(124, 12), 8)
  if (!Number.isSafeInteger(size) || size < 0) throw wrong('a size is no number')
  return { path: text(0, 100), size, type: text(156, 1) || '0' }
}

const recordsOf = (bytes: Uint8Array): ReadonlyMap<string, string> => {
  const records = new Map<string, string>()
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(Buffer.from(bytes.subarray(at, space)).toString('latin1'))
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > bytes.length)
      throw wrong('a record is damaged')
    const [key = '', ...value] = Buffer.from(bytes.subarray(space + 1, at + length - 1))
      .toString()
      .split('=')
    records.set(key, value.join('='))
    at += length
  }
  return records
}

/** The places within the folder alone, and nothing that leads out of it. */
const demandPath = (path: string): void => {
  const parts = path.split('/')
  const isInside =
    path !== '' &&
    !path.includes('\0') &&
    !path.includes('\\') &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..')
  if (!isInside) throw wrong(`"${path.slice(0, 100)}" lies outside of it`)
}

/** Puts the plain files of a tar archive into an empty folder as they come. Links and devices are refused. */
export const untar = async (
  chunks: AsyncIterable<Uint8Array>,
  folder: string,
  onBytes: (bytes: number) => void,
): Promise<void> => {
  const { some, exactly } = reader(chunks)
  let records: ReadonlyMap<string, string> = new Map()
  for (let files = 0; ; ) {
    const header = headerOf(await exactly(block))
    if (header === undefined) return
    const padding = (block - (header.size % block)) % block
    if (header.type === 'x') {
      if (header.size > mostRecordBytes) throw wrong('a record is too long')
      records = recordsOf(await exactly(header.size))
      await exactly(padding)
      continue
    }
    if (header.type !== '0') throw wrong('it holds something that is no file')
    if (++files > mostFiles) throw wrong(`it has more than ${mostFiles.toLocaleString('en')} files`)
    const path = records.get('path') ?? header.path
    const size = Number(records.get('size') ?? header.size)
    records = new Map()
    if (!Number.isSafeInteger(size) || size < 0) throw wrong('a size is no number')
    demandPath(path)
    const place = join(folder, path)
    await mkdir(dirname(place), { recursive: true })
    const target = createWriteStream(place, { flags: 'wx' })
    const failed = new Promise<never>((_, reject) => target.once('error', reject))
    failed.catch(() => {})
    for (let left = size; left > 0; ) {
      const part = await some(left)
      if (part.length === 0) throw wrong('it is cut short')
      left -= part.length
      onBytes(part.length)
      if (!target.write(part))
        await Promise.race([new Promise<void>((resolve) => target.once('drain', () => resolve())), failed])
    }
    target.end()
    await finished(target)
    await exactly((block - (size % block)) % block)
  }
}
