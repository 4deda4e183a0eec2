import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'

/** A file of an archive: its bytes are asked for twice when they are written, for their checksum and for themselves. */
export type ZipEntry = {
  readonly path: string
  readonly size: number
  readonly read: () => Readable | Uint8Array | AsyncIterable<Uint8Array>
}

const inUtf8 = 0x0800
/** 1980-01-01, the first day that the format knows. */
const noDate = 0x0021
const plainFile = 0o100644
const most32 = 0xffff_ffff
const most16 = 0xffff

type Written = { readonly name: Buffer; readonly size: number; readonly crc: number; readonly offset: number }

/**
 * A zip archive (APPNOTE 6.3.10) of plain files, piece by piece: nothing of it is held. Files are stored as they are: equal entries give
 * equal bytes on every machine, which no compression promises. What is beyond 4 GiB or 65,535 files is told in the records of zip64.
 * A file that is not as long as was said ends the stream with an error.
 */
export async function* zip(entries: Iterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const written: Written[] = []
  let offset = 0
  for (const { path, size, read } of entries) {
    const file = { name: Buffer.from(path), size, crc: await checksumOf({ path, size, read }), offset }
    const header = localHeader(file)
    yield header
    for await (const part of piecesOf(read())) yield part
    written.push(file)
    offset += header.length + size
  }
  let directory = 0
  for (const file of written) {
    const record = directoryRecord(file)
    yield record
    directory += record.length
  }
  yield end(written.length, directory, offset)
}

/** How long the archive of these is. */
export const zipBytes = (entries: Iterable<ZipEntry>): number => {
  let [offset, directory, count] = [0, 0, 0]
  for (const { path, size } of entries) {
    const file = { name: Buffer.from(path), size, crc: 0, offset }
    offset += localHeader(file).length + size
    directory += directoryRecord(file).length
    count++
  }
  return offset + directory + end(count, directory, offset).length
}

const piecesOf = (content: ReturnType<ZipEntry['read']>): Iterable<Uint8Array> | AsyncIterable<Uint8Array> =>
  content instanceof Uint8Array ? [content] : (content as AsyncIterable<Uint8Array>)

const checksumOf = async ({ path, size, read }: ZipEntry): Promise<number> => {
  let [crc, found] = [0, 0]
  for await (const part of piecesOf(read())) {
    crc = crc32(part, crc)
    found += part.length
  }
  if (found !== size) throw new RangeError(`"${path}" has ${found} bytes; ${size} were expected.`)
  return crc
}

/** The extra field of zip64, of the values that are too large for their own places. */
const extra = (values: readonly number[]): Buffer => {
  if (values.length === 0) return Buffer.alloc(0)
  const bytes = Buffer.alloc(4 + 8 * values.length)
  bytes.writeUInt16LE(1, 0)
  bytes.writeUInt16LE(8 * values.length, 2)
  values.forEach((value, at) => bytes.writeBigUInt64LE(BigInt(value), 4 + 8 * at))
  return bytes
}

const versionFor = (isLarge: boolean): number => (isLarge ? 45 : 20)

const localHeader = ({ name, size, crc }: Omit<Written, 'offset'>): Buffer => {
  const isLarge = size >= most32
  const more = extra(isLarge ? [size, size] : [])
  const bytes = Buffer.alloc(30)
  bytes.write('PK\x03\x04', 'latin1')
  bytes.writeUInt16LE(versionFor(isLarge), 4)
  bytes.writeUInt16LE(inUtf8, 6)
  bytes.writeUInt16LE(noDate, 12)
  bytes.writeUInt32LE(crc, 14)
  bytes.writeUInt32LE(isLarge ? most32 : size, 18)
  bytes.writeUInt32LE(isLarge ? most32 : size, 22)
  bytes.writeUInt16LE(name.length, 26)
  bytes.writeUInt16LE(more.length, 28)
  return Buffer.concat([bytes, name, more])
}

const directoryRecord = ({ name, size, crc, offset }: Written): Buffer => {
  const [isLarge, isFar] = [size >= most32, offset >= most32]
  const more = extra([...(isLarge ? [size, size] : []), ...(isFar ? [offset] : [])])
  const bytes = Buffer.alloc(46)
  bytes.write('PK\x01\x02', 'latin1')
  // Made on Unix, so that the mode of the file is read.
  bytes.writeUInt16LE(0x0300 | versionFor(isLarge || isFar), 4)
  bytes.writeUInt16LE(versionFor(isLarge || isFar), 6)
  bytes.writeUInt16LE(inUtf8, 8)
  bytes.writeUInt16LE(noDate, 14)
  bytes.writeUInt32LE(crc, 16)
  bytes.writeUInt32LE(isLarge ? most32 : size, 20)
  bytes.writeUInt32LE(isLarge ? most32 : size, 24)
  bytes.writeUInt16LE(name.length, 28)
  bytes.writeUInt16LE(more.length, 30)
  bytes.writeUInt32LE(plainFile * 2 ** 16, 38)
  bytes.writeUInt32LE(isFar ? most32 : offset, 42)
  return Buffer.concat([bytes, name, more])
}

const end = (count: number, directory: number, offset: number): Buffer => {
  const bytes = Buffer.alloc(22)
  bytes.write('PK\x05\x06', 'latin1')
  bytes.writeUInt16LE(Math.min(count, most16), 8)
  bytes.writeUInt16LE(Math.min(count, most16), 10)
  bytes.writeUInt32LE(Math.min(directory, most32), 12)
  bytes.writeUInt32LE(Math.min(offset, most32), 16)
  if (count < most16 && directory < most32 && offset < most32) return bytes
  const large = Buffer.alloc(76)
  large.write('PK\x06\x06', 'latin1')
  large.writeBigUInt64LE(44n, 4)
  large.writeUInt16LE(0x0300 | versionFor(true), 12)
  large.writeUInt16LE(versionFor(true), 14)
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, directory],
    [48, offset],
  ] as const)
    large.writeBigUInt64LE(BigInt(value), at)
  large.write('PK\x06\x07', 56, 'latin1')
  large.writeBigUInt64LE(BigInt(offset + directory), 64)
  large.writeUInt32LE(1, 72)
  return Buffer.concat([large, bytes])
}
