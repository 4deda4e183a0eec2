import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

export type DiskLimit = { readonly megabytes: number; readonly entries: number }

/**
 * Calls back once when what a session has written passes the limit: the kernel bounds each file, and nothing bounds how many there are.
 *
 * @param limit asked for each time: each fit may write its own
 * @param uid whose files count, and all where it is not known; what is there at the beginning, as of a session before, does not
 */
export const watchDisk = (
  folders: readonly string[],
  limit: () => DiskLimit,
  uid: number | undefined,
  onExceeded: (limit: DiskLimit) => void,
  everyMs = 500,
): (() => void) => {
  const before = written(folders, uid)
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    const most = limit()
    const { bytes, entries } = await before.then((there) => (there === tooMuch ? nothing : there))
    const found = await written(folders, uid, {
      bytes: most.megabytes * 2 ** 20 + bytes,
      entries: most.entries + entries,
    })
    looking = false
    if (found !== tooMuch || timer === undefined) return
    stop()
    onExceeded(most)
  }
  let timer: NodeJS.Timeout | undefined = setInterval(() => void look(), everyMs).unref()
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  return stop
}

type Written = { readonly bytes: number; readonly entries: number }
const nothing: Written = { bytes: 0, entries: 0 }
const tooMuch: Written = { bytes: Number.POSITIVE_INFINITY, entries: Number.POSITIVE_INFINITY }

/** What folders hold; follows no links, and looks no further than the limit. */
const written = async (
  folders: readonly string[],
  uid: number | undefined,
  most: Written = tooMuch,
): Promise<Written> => {
  let [bytes, entries] = [0, 0]
  const waiting = [...folders]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name)
        const found = await lstat(path)
        if (entry.isDirectory()) waiting.push(path)
        if (uid !== undefined && found.uid !== uid) continue
        entries++
        bytes += found.blocks * 512
        if (bytes > most.bytes || entries > most.entries) return tooMuch
      }
    } catch (error) {
      // What has gone meanwhile takes no room; folders within folders until no path reaches them hide what they like.
      if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') return tooMuch
    }
  }
  return { bytes, entries }
}
