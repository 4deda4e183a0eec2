import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { postgresError } from './errors.ts'

/**
 * The processes that run on a database folder. PostgreSQL and all its children have it as their working directory,
 * which no number in a file can tell as surely: process numbers are used again.
 */
const occupants = async (folder: string): Promise<readonly number[]> => {
  const path = await realpath(folder)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  // Processes that end meanwhile, and those of other users, have no readable link; neither is one of ours.
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined)))
  return pids.filter((_, index) => folders[index] === path)
}

/**
 * Waits until nothing runs on a database folder: after `kill -9` of the postmaster its children take a moment to end,
 * and a server whose supervisor died shuts itself down first.
 */
export const waitUntilFree = async (folder: string, limitMs: number): Promise<void> => {
  const deadline = Date.now() + limitMs
  for (;;) {
    const pids = await occupants(folder)
    if (pids.length === 0) return
    if (Date.now() > deadline) throw postgresError('postgres.inUse', { folder, pids })
    await sleep(50)
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Removes the lock file of a server that is gone when its number now belongs to a stranger, the one case in which
 * PostgreSQL would refuse to start for ever. It judges every other stale file itself, so they are left to it.
 * Call only when the folder is free.
 */
export const removeLockOfStranger = async (folder: string): Promise<void> => {
  const path = join(folder, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10)
  if (pid > 0 && isAlive(pid)) await rm(path, { force: true })
}
