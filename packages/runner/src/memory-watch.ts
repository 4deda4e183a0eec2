import { readdirSync, readFileSync } from 'node:fs'

const pageMb = 4096 / 2 ** 20

/** Calls back once when the resident memory of a process and all below it passes the limit; the stand-in for a control group. */
export const watchMemory = (root: number, limitMb: number, onExceeded: () => void, everyMs = 100): (() => void) => {
  const timer = setInterval(() => {
    if (treeMemoryMb(root, limitMb) <= limitMb) return
    clearInterval(timer)
    onExceeded()
  }, everyMs).unref()
  return () => clearInterval(timer)
}

const treeMemoryMb = (root: number, limitMb: number): number => {
  const tree = treeBelow(root)
  const most = sum(tree.map(privateMb))
  // Memory that forks share is counted once for each of them above; the exact share takes the kernel milliseconds.
  return most <= limitMb ? most : sum(tree.map(proportionalMb))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** What /proc says, without waiting: it is memory, and a few reads are cheaper than a trip to another thread. */
const told = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process has ended, and with it its memory.
    return undefined
  }
}

/** The process and all below it; only their own folders of /proc are read, however many others the machine runs. */
export const treeBelow = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(treeBelow)]

const childrenOf = (pid: number): number[] =>
  threadsOf(pid)
    .flatMap((thread) => told(`/proc/${pid}/task/${thread}/children`)?.split(' ') ?? [])
    .filter((text) => text !== '')
    .map(Number)

const threadsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** Resident memory without what is mapped from files. */
const privateMb = (pid: number): number => {
  const [, resident = '0', shared = '0'] = told(`/proc/${pid}/statm`)?.split(' ') ?? []
  return Math.max(0, Number(resident) - Number(shared)) * pageMb
}

/** Resident memory with each shared page divided among those that share it. */
const proportionalMb = (pid: number): number => {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(told(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]
  return kilobytes === undefined ? privateMb(pid) : Number(kilobytes) / 1024
}
