import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs'
import { sep } from 'node:path'
import { runnerError } from './errors.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/**
 * Opens a file that user code has written, for reading. The code may still run and put a link or a pipe in its place at any moment,
 * or in the place of a folder above it: what was opened must be a file, and the kernel must say that it lies in the folder, whose
 * path has no links. Returns the descriptor.
 */
export const openInside = (folder: string, path: string): number => {
  const descriptor = openWithoutLink(folder, path)
  const isFile = fstatSync(descriptor).isFile()
  if (isFile && readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder + sep)) return descriptor
  closeSync(descriptor)
  throw runnerError('task.link', { path: path.slice(folder.length + 1) })
}

const openWithoutLink = (folder: string, path: string): number => {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error
    throw runnerError('task.link', { path: path.slice(folder.length + 1) }, { cause: error })
  }
}
