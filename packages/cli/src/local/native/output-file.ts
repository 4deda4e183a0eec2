import { open, rename, rm } from 'node:fs/promises'
import { cliError } from '../../errors.ts'

/** Where lines go: a file that is there only when all of it is, or standard output. */
export type OutputFile = {
  readonly write: (bytes: Uint8Array) => Promise<void>
  readonly finish: () => Promise<void>
  /** Leaves nothing behind. */
  readonly discard: () => Promise<void>
}

export const openOutput = async (path: string | undefined): Promise<OutputFile> => {
  if (path === undefined) {
    const write = (bytes: Uint8Array) =>
      new Promise<void>((done, reject) =>
        process.stdout.write(bytes, (error) => (error === null || error === undefined ? done() : reject(error))),
      )
    return { write, finish: async () => {}, discard: async () => {} }
  }
  const unfinished = `${path}.${process.pid}.part`
  const file = await open(unfinished, 'w').catch((error: NodeJS.ErrnoException) => {
    throw cliError('cli.usage', { problem: `--output ${path}: ${error.message}` })
  })
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
    },
    finish: async () => {
      await file.close()
      await rename(unfinished, path)
    },
    discard: async () => {
      await file.close().catch(() => {})
      await rm(unfinished, { force: true })
    },
  }
}
