import { crc32 } from '../compression/checksums.ts'
import { scoringError } from '../errors.ts'
import type { Folder } from './folder.ts'

/** Compares every file with the checksums beside it, where there are any. */
export const verifyFolder = (folder: Folder): void => {
  for (const { name, read, checksums } of folder.values())
    if (checksums !== undefined) verifyChecksums(name, read(), checksums.read())
}

const headerBytes = 8
/** Hadoop's chunks are of 512 bytes unless somebody configures them; more than this is none of its. */
const mostChunkBytes = 2 ** 24

/**
 * Compares a file with the checksums that Hadoop wrote beside it: `crc` and a zero, how many bytes a chunk has, and a CRC-32 of
 * each chunk, all from the highest byte on. Throws where they are of another content.
 */
const verifyChecksums = (path: string, content: Uint8Array, sums: Uint8Array): void => {
  const refuse = (reason: string) => scoringError('spark.checksum', { path, reason })
  const view = new DataView(sums.buffer, sums.byteOffset, sums.byteLength)
  if (sums.length < headerBytes || view.getUint32(0) !== 0x63726300) throw refuse('they are not checksums of Hadoop’s')
  const chunk = view.getUint32(4)
  const chunks = Math.ceil(content.length / chunk)
  if (!(chunk > 0 && chunk <= mostChunkBytes && sums.length === headerBytes + 4 * chunks))
    throw refuse('they are for a file of another length')
  for (let index = 0; index < chunks; index++)
    if (crc32(content.subarray(index * chunk, (index + 1) * chunk)) !== view.getUint32(headerBytes + 4 * index))
      throw refuse(
        `bytes ${index * chunk} to ${Math.min((index + 1) * chunk, content.length) - 1} are not what was saved`,
      )
}
