import { expandedLimit, type Limits } from '../limits.ts'
import { decompressBzip2 } from './bzip2.ts'
import { inflateGzip, inflateZlib } from './deflate.ts'
import { decompressLz4 } from './lz4.ts'
import { decompressLzmaAlone } from './lzma.ts'
import { decompressXz } from './xz.ts'

export type Compression = 'zlib' | 'gzip' | 'bzip2' | 'lzma' | 'xz' | 'lz4'

/** The compression that joblib knows by these first bytes. */
export const detectCompression = (bytes: Uint8Array): Compression | undefined => {
  const begins = (...magic: readonly number[]): boolean => magic.every((byte, index) => bytes[index] === byte)
  if (begins(0x1f, 0x8b)) return 'gzip'
  if (begins(0x42, 0x5a, 0x68)) return 'bzip2'
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz'
  // The second form asks for the largest dictionary; as a pickle it would be an unknown opcode.
  if (begins(0x5d, 0x00, 0x00) || begins(0x5d, 0xff, 0xff)) return 'lzma'
  if (begins(0x04, 0x22, 0x4d, 0x18)) return 'lz4'
  // Deflate with a window of 32 KiB; the two header bytes are a multiple of 31.
  if (begins(0x78) && (0x7800 + (bytes[1] ?? 0)) % 31 === 0) return 'zlib'
  return undefined
}

/** The whole content; its size is limited while it grows, by the file's own size too. */
export const decompress = (bytes: Uint8Array, compression: Compression, limits: Limits): Uint8Array => {
  const limit = expandedLimit(limits, bytes.length)
  switch (compression) {
    case 'zlib':
      return inflateZlib(bytes, limit)
    case 'gzip':
      return inflateGzip(bytes, limit)
    case 'bzip2':
      return decompressBzip2(bytes, limit)
    case 'lzma':
      return decompressLzmaAlone(bytes, limit, limits.dictionaryBytes)
    case 'xz':
      return decompressXz(bytes, limit, limits.dictionaryBytes)
    case 'lz4':
      return decompressLz4(bytes, limit)
  }
}
