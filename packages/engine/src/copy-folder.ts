import { closeSync, constants } from 'node:fs'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openInside } from '@modelsmith/runner'

/**
 * Copies the files of a folder that user code may still write to, and nothing that its links point at. `cp` would do neither, and
 * looks at every path three times: steps have many small folders.
 */
export const copyFolder = (from: string, to: string): Promise<void> => copyPart(from, from, to)

const copyPart = async (root: string, from: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyPart(root, source, target)
    else if (entry.isFile()) await copyOpened(openInside(root, source), target)
  }
}

/** By its descriptor a file is the one that was opened, whatever lies at its path by now. */
const copyOpened = async (descriptor: number, target: string): Promise<void> => {
  try {
    await copyFile(`/proc/self/fd/${descriptor}`, target, constants.COPYFILE_FICLONE)
  } finally {
    closeSync(descriptor)
  }
}
