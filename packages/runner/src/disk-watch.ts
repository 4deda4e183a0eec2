import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

export type DiskLimit = { readonly megabytes: number; readonly entries: number }

/**
 * Calls back once when what a session has written passes the limit: the kernel bounds each file, and nothing bounds how many there are.
 *
 * @param limit asked for each time: each fit may write its own
 * @param uid whose files count; all where it is not known
 */
export const watchDisk = (
  folders: readonly string[],
  limit: () => DiskLimit,
  uid: number | undefined,
  onExceeded: (limit: DiskLimit) => void,
  everyMs = 500,
): (() => void) => {
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    const most = limit()
    const exceeds = await isMore(folders, most, uid)
    looking = false
    if (!exceeds || timer === undefined) return
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

/** Follows no links, and looks no further than the limit. */
const isMore = async (
  folders: readonly string[],
  { megabytes, entries }: DiskLimit,
  uid: number | undefined,
): Promise<boolean> => {
  let [bytes, count] = [0, 0]
  const waiting = [...folders]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name)
        const found = await lstat(path)
        if (entry.isDirectory()) waiting.push(path)
        if (uid !== undefined && found.uid !== uid) continue
        count++
        bytes += found.blocks * 512
        if (bytes > megabytes * 2 ** 20 || count > entries) return true
      }
    } catch (error) {
      // What has gone meanwhile takes no room; folders within folders until no path reaches them hide what they like.
      if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') return true
    }
  }
  return false
}
