import { unzipSync, zipSync } from 'fflate'
import { taskError } from './errors.ts'

export type TaskFile = { readonly path: string; readonly bytes: Uint8Array }

const limits = { entries: 10_000, expandedBytes: 512 * 2 ** 20 } as const

/** The files of a zip, under limits on their number and expanded size. Paths are judged by the rules for task folders. */
export const readArchive = (bytes: Uint8Array): TaskFile[] => {
  let entries = 0
  let expanded = 0
  const tooLarge = (reason: string) => taskError('task.archive', { reason })
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (++entries > limits.entries) throw tooLarge(`it has more than ${limits.entries} entries`)
        expanded += originalSize
        if (expanded > limits.expandedBytes)
          throw tooLarge(`it expands to more than ${limits.expandedBytes / 2 ** 20} MB`)
        return !name.endsWith('/')
      },
    })
    return Object.entries(files).map(([path, content]) => ({ path, bytes: content }))
  } catch (error) {
    if (error instanceof Error && error.name === 'ModelsmithError') throw error
    throw taskError('task.archive', { reason: error instanceof Error ? error.message : String(error) })
  }
}

export const writeArchive = (files: readonly TaskFile[]): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])), { mtime: new Date('2000-01-01') })
