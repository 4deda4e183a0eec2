import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './processes.ts'

/** A control group of one session: the kernel itself bounds memory and number of processes. */
export type ControlGroup = {
  readonly add: (pid: number) => void
  /** Has the kernel killed something in it for want of memory? */
  readonly outOfMemory: () => boolean
  readonly remove: () => void
}

const base = '/sys/fs/cgroup'
const name = (id: string): string => `modelsmith-${process.pid}-${id}`

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const removeTries = 40
const removeEveryMs = 50

/** A group can be removed when the kernel has reaped its last process, which may be a little later. */
const removeAll = (folders: readonly string[], tries = removeTries): void => {
  const busy = folders.filter((folder) => {
    try {
      rmdirSync(folder)
      return false
    } catch {
      return existsSync(folder)
    }
  })
  if (busy.length > 0 && tries > 1) setTimeout(() => removeAll(busy, tries - 1), removeEveryMs).unref()
}

/** Removes the groups of host processes that were killed before they could. */
export const removeAbandonedGroups = (): void => {
  for (const parent of [base, join(base, 'memory'), join(base, 'pids')]) {
    if (!existsSync(parent)) continue
    const abandoned = readdirSync(parent).filter((folder) => {
      const pid = /^modelsmith-(\d+)-/.exec(folder)?.[1]
      return pid !== undefined && !isAlive(Number(pid))
    })
    removeAll(
      abandoned.map((folder) => join(parent, folder)),
      1,
    )
  }
}

const versionOne = (id: string, memoryMb: number | undefined, processes: number | undefined): ControlGroup => {
  const memory = join(base, 'memory', name(id))
  const pids = join(base, 'pids', name(id))
  mkdirSync(memory)
  mkdirSync(pids)
  if (memoryMb !== undefined) writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryMb * 2 ** 20))
  if (processes !== undefined) writeFileSync(join(pids, 'pids.max'), String(processes))
  return {
    add: (pid) => {
      for (const folder of [memory, pids]) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    },
    outOfMemory: () => /oom_kill [1-9]/.test(readText(join(memory, 'memory.oom_control'))),
    remove: () => removeAll([memory, pids]),
  }
}

const versionTwo = (id: string, memoryMb: number | undefined, processes: number | undefined): ControlGroup => {
  const folder = join(base, name(id))
  mkdirSync(folder)
  if (memoryMb !== undefined) writeFileSync(join(folder, 'memory.max'), String(memoryMb * 2 ** 20))
  if (processes !== undefined) writeFileSync(join(folder, 'pids.max'), String(processes))
  return {
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    outOfMemory: () => /oom_kill [1-9]/.test(readText(join(folder, 'memory.events'))),
    remove: () => removeAll([folder]),
  }
}

/** Makes a group where this process may; `undefined` where the host must watch memory itself. */
export const makeControlGroup = (
  id: string,
  memoryMb: number | undefined,
  processes: number | undefined,
): ControlGroup | undefined => {
  try {
    if (existsSync(join(base, 'memory', 'cgroup.procs'))) return versionOne(id, memoryMb, processes)
    if (existsSync(join(base, 'cgroup.controllers'))) return versionTwo(id, memoryMb, processes)
  } catch {
    // Not ours to make.
  }
  return undefined
}
