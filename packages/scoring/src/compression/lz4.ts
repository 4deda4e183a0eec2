import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import { xxHash32 } from './checksums.ts'
import { Output } from './output.ts'

/** An lz4 frame (LZ4 frame format 1.6). */
export const decompressLz4 = (bytes: Uint8Array, limit: number): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fail = (reason: string, offset: number) =>
    scoringError('compression.invalid', { format: 'lz4', reason, offset })
  const need = (offset: number, length: number): void => {
    if (offset + length > bytes.length) throw fail('it is cut short', bytes.length)
  }
  need(0, 7)
  const flags = bytes[4] as number
  if (flags >> 6 !== 1) throw fail(`version ${flags >> 6} is unknown`, 4)
  if ((flags & 1) !== 0) throw scoringError('compression.unsupported', { format: 'lz4', feature: 'a dictionary' })
  const blockChecksums = (flags & 0x10) !== 0
  const contentChecksum = (flags & 4) !== 0
  let position = 6
  let contentSize: bigint | undefined
  if ((flags & 8) !== 0) {
    need(position, 8)
    contentSize = view.getBigUint64(position, true)
    position += 8
    if (contentSize > BigInt(limit))
      throw limitReached('bytes after decompression', limit, { found: Number(contentSize), offset: 6 })
  }
  need(position, 1)
  if (((xxHash32(bytes.subarray(4, position)) >>> 8) & 0xff) !== bytes[position])
    throw fail('the checksum of its header differs', position)
  position++

  const output = new Output(contentSize === undefined ? bytes.length * 4 : Number(contentSize), limit)
  for (;;) {
    need(position, 4)
    const word = view.getUint32(position, true)
    position += 4
    if (word === 0) break
    const size = word & 0x7fffffff
    need(position, size)
    const block = bytes.subarray(position, position + size)
    if (word >>> 31 === 1) output.append(block)
    else decompressBlock(block, output, (reason) => fail(reason, position))
    position += size
    if (blockChecksums) {
      need(position, 4)
      if (xxHash32(block) !== view.getUint32(position, true)) throw fail('the checksum of a block differs', position)
      position += 4
    }
  }
  const content = output.finish()
  if (contentSize !== undefined && contentSize !== BigInt(content.length)) throw fail('its length differs', position)
  if (contentChecksum) {
    need(position, 4)
    if (xxHash32(content) !== view.getUint32(position, true)) throw fail('its checksum differs', position)
    position += 4
  }
  if (position !== bytes.length) throw fail('other bytes follow', position)
  return content
}

/** A block by itself, which says nothing of its size; it must be `size` bytes. */
export const decompressLz4Block = (block: Uint8Array, size: number): Uint8Array => {
  const output = new Output(size, size)
  const fail = (reason: string) => scoringError('compression.invalid', { format: 'lz4', reason, offset: 0 })
  decompressBlock(block, output, fail)
  if (output.length !== size) throw fail('it holds less than it should')
  return output.finish()
}

/** Blocks as Hadoop frames them: before each how much it holds and how long it is, from the highest byte on. */
export const decompressHadoopLz4 = (bytes: Uint8Array, size: number): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out = new Uint8Array(size)
  const fail = (reason: string, offset: number) =>
    scoringError('compression.invalid', { format: 'lz4', reason, offset })
  let length = 0
  for (let position = 0; position < bytes.length; ) {
    if (position + 8 > bytes.length) throw fail('it is cut short', position)
    const [held, packed] = [view.getUint32(position), view.getUint32(position + 4)]
    const from = position + 8
    if (from + packed > bytes.length || length + held > size) throw fail('a block is cut short, or too large', position)
    out.set(decompressLz4Block(bytes.subarray(from, from + packed), held), length)
    length += held
    position = from + packed
  }
  if (length !== size) throw fail('it holds less than it should', bytes.length)
  return out
}

const decompressBlock = (block: Uint8Array, output: Output, fail: (reason: string) => Error): void => {
  let position = 0
  const longLength = (start: number): number => {
    let length = start
    for (;;) {
      const byte = block[position++]
      if (byte === undefined) throw fail('a block is cut short')
      length += byte
      if (byte !== 255) return length
    }
  }
  for (;;) {
    const token = block[position++]
    if (token === undefined) throw fail('a block is cut short')
    const literals = token >> 4 === 15 ? longLength(15) : token >> 4
    if (position + literals > block.length) throw fail('a block is cut short')
    output.append(block.subarray(position, position + literals))
    position += literals
    if (position === block.length) return
    if (position + 2 > block.length) throw fail('a block is cut short')
    const distance = (block[position] as number) | ((block[position + 1] as number) << 8)
    position += 2
    const count = ((token & 15) === 15 ? longLength(15) : token & 15) + 4
    if (distance === 0 || distance > output.length) throw fail('a match points before the beginning')
    output.copyBack(distance, count)
  }
}
