import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ServingStatus, servingPaths } from '../manifest.ts'

/** Whether it is written: the disk may be full, and what is not written now is written when there is room. */
export const writeStatusFile = (folder: string, status: ServingStatus): boolean => {
  const file = join(folder, servingPaths.status)
  try {
    writeFileSync(`${file}.new`, JSON.stringify(status))
    renameSync(`${file}.new`, file)
    return true
  } catch (error) {
    if (!isOfTheDisk(error)) throw error
    return false
  }
}

const isOfTheDisk = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS'].includes(String(error.code))
