import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

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

const removeAll = (folders: readonly string[]): void => {
  for (const folder of folders) {
    try {
      rmdirSync(folder)
    } catch {
      // Processes are still ending; the next session's sweep or the restart removes it.
    }
  }
}

const versionOne = (id: string, memoryMb: number, processes: number): ControlGroup => {
  const memory = join(base, 'memory', name(id))
  const pids = join(base, 'pids', name(id))
  mkdirSync(memory)
  mkdirSync(pids)
  writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryMb * 2 ** 20))
  writeFileSync(join(pids, 'pids.max'), String(processes))
  return {
    add: (pid) => {
      for (const folder of [memory, pids]) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    },
    outOfMemory: () => /oom_kill [1-9]/.test(readText(join(memory, 'memory.oom_control'))),
    remove: () => removeAll([memory, pids]),
  }
}

const versionTwo = (id: string, memoryMb: number, processes: number): ControlGroup => {
  const folder = join(base, name(id))
  mkdirSync(folder)
  writeFileSync(join(folder, 'memory.max'), String(memoryMb * 2 ** 20))
  writeFileSync(join(folder, 'pids.max'), String(processes))
  return {
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    outOfMemory: () => /oom_kill [1-9]/.test(readText(join(folder, 'memory.events'))),
    remove: () => removeAll([folder]),
  }
}

/** Makes a group where this process may; `undefined` where the host must watch memory itself. */
export const makeControlGroup = (id: string, memoryMb: number, processes: number): ControlGroup | undefined => {
  try {
    if (existsSync(join(base, 'memory', 'cgroup.procs'))) return versionOne(id, memoryMb, processes)
    if (existsSync(join(base, 'cgroup.controllers'))) return versionTwo(id, memoryMb, processes)
  } catch {
    // Not ours to make.
  }
  return undefined
}
