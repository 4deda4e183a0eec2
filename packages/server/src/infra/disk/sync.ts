import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Waits until what was written to the file system of a folder is on its disk: once for many files, each of which would wait by itself. */
export const syncDisk = async (folder: string): Promise<void> => {
  await promisify(execFile)('sync', ['--file-system', folder])
}
