import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './processes.ts'

const lookEveryMs = 200

const tryTake = (file: string): Promise<boolean> =>
  writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

/** The file of a process that has ended is moved away: only one of those who wait can do so. */
const removeAbandoned = async (file: string): Promise<void> => {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''))
  if (holder === 0 || isAlive(holder)) return
  const moved = `${file}.${process.pid}`
  await rename(file, moved).then(
    () => rm(moved),
    () => {},
  )
}

/** Runs the work while no other caller, in this process or another, holds the file. */
export const whileHolding = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  while (!(await tryTake(file))) {
    await removeAbandoned(file)
    await delay(lookEveryMs)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
