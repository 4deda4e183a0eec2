import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { constants, copyFile, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

/** Bytes by the SHA-256 of their content. The interface that an S3 store will have. */
export type ObjectStore = {
  putFile(path: string): Promise<StoredBytes>
  putStream(content: Readable): Promise<StoredBytes>
  putBytes(bytes: Uint8Array): Promise<StoredBytes>
  read(key: string): Readable
  /** Puts a copy at a path of this machine, sharing the disk's blocks where it can. */
  copyTo(key: string, path: string): Promise<void>
  /** A path of this machine that holds the content for as long as the object is referenced; not to be written. */
  pathOf(key: string): Promise<string>
  delete(key: string): Promise<void>
}

export type StoredBytes = { readonly key: string; readonly bytes: number }

/** Bytes of a stream after which the disk is looked at again. */
const askEvery = 16 * 2 ** 20

const isKey = (key: string): boolean => /^[0-9a-f]{64}$/.test(key)

/**
 * Objects as files in a folder, fanned out by the first characters of their keys. A file appears whole or not at all.
 * `announce` is told of each before it appears, so that the collector leaves it alone until somebody holds it.
 */
export const openFolderStore = async (
  folder: string,
  announce: (stored: StoredBytes) => Promise<void>,
  /** Whether each object is on the disk when it appears; whoever puts many at once may see to it at the end. */
  {
    durable = true,
    demandRoom = async () => {},
  }: {
    readonly durable?: boolean
    /** Throws where the disk has no room for more. */
    readonly demandRoom?: () => Promise<void>
  } = {},
): Promise<ObjectStore> => {
  await mkdir(join(folder, 'incoming'), { recursive: true, mode: 0o775 })
  const place = (key: string): string => {
    if (!isKey(key)) throw new TypeError(`"${key}" is not an object key.`)
    return join(folder, key.slice(0, 2), key.slice(2, 4), key)
  }

  const adopt = async (incoming: string, { key, bytes }: StoredBytes): Promise<void> => {
    const target = place(key)
    await announce({ key, bytes })
    await mkdir(dirname(target), { recursive: true, mode: 0o775 })
    await rename(incoming, target)
  }

  /** A write that fails leaves nothing behind. */
  const receive = async (write: (target: FileHandle) => Promise<StoredBytes>): Promise<StoredBytes> => {
    await demandRoom()
    const incoming = join(folder, 'incoming', randomUUID())
    try {
      const target = await open(incoming, 'wx', 0o644)
      const stored = await write(target)
        .then(async (written) => {
          if (durable) await target.sync()
          return written
        })
        .finally(() => target.close())
      await adopt(incoming, stored)
      return stored
    } catch (error) {
      await rm(incoming, { force: true })
      throw error
    }
  }

  const putStream = (content: Readable): Promise<StoredBytes> => {
    // A stream may fail before anybody reads it; the loop below is told of it then, the process must not end of it.
    content.on('error', () => {})
    return receive(async (target) => {
      const hash = createHash('sha256')
      let bytes = 0
      let asked = 0
      for await (const chunk of content as AsyncIterable<Buffer>) {
        hash.update(chunk)
        await target.appendFile(chunk)
        bytes += chunk.length
        if (bytes - asked > askEvery) {
          asked = bytes
          await demandRoom()
        }
      }
      return { key: hash.digest('hex'), bytes }
    })
  }

  return {
    putFile: (path) => putStream(createReadStream(path)),
    putStream,
    putBytes: (bytes) =>
      receive(async (target) => {
        await target.appendFile(bytes)
        return { key: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
      }),
    read: (key) => createReadStream(place(key)),
    async copyTo(key, path) {
      await mkdir(dirname(path), { recursive: true })
      await copyFile(place(key), path, constants.COPYFILE_FICLONE)
    },
    async pathOf(key) {
      await stat(place(key))
      return place(key)
    },
    delete: (key) => rm(place(key), { force: true }),
  }
}
