import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './processes.ts'

const prefix = 'ms-run-'

/** A short path of this process's own for sockets and the files of sessions. What killed processes left of theirs is removed. */
export const makeRuntimeFolder = (parent: string = tmpdir()): string => {
  removeAbandoned(parent)
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
  // Sessions run as users of their own.
  chmodSync(folder, 0o755)
  return folder
}

const removeAbandoned = (parent: string): void => {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const folder = join(parent, name)
    if (isOurs(folder)) rmSync(folder, { recursive: true, force: true })
  }
}

/** Anybody may make a folder of such a name where temporary files lie. */
const isOurs = (folder: string): boolean => {
  try {
    const found = lstatSync(folder)
    return found.isDirectory() && found.uid === process.getuid?.()
  } catch {
    // Another process was quicker.
    return false
  }
}
