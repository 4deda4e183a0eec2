import { scoringError } from '../errors.ts'
import { decompressLz4 } from './lz4.ts'

/** An lz4 frame that holds exactly `size` bytes. */
export const unpackLz4 = (bytes: Uint8Array, size: number): Uint8Array => {
  const content = decompressLz4(bytes, size)
  if (content.length === size) return content
  throw scoringError('compression.invalid', { format: 'lz4', reason: 'its length differs', offset: 0 })
}

export { decompressZstd as unpackZstd } from './zstd/zstd.ts'
