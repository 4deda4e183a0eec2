import { readdir, readFile } from 'node:fs/promises'

const pageMb = 4096 / 2 ** 20

/** Calls back once when the resident memory of a process and all below it passes the limit; the stand-in for a control group. */
export const watchMemory = (root: number, limitMb: number, onExceeded: () => void, everyMs = 100): (() => void) => {
  let stopped = false
  const look = async () => {
    if (stopped) return
    const used = await treeMemoryMb(root, limitMb).catch(() => 0)
    if (stopped) return
    if (used > limitMb) return onExceeded()
    setTimeout(look, everyMs).unref()
  }
  setTimeout(look, everyMs).unref()
  return () => {
    stopped = true
  }
}

const treeMemoryMb = async (root: number, limitMb: number): Promise<number> => {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (Number.isInteger(pid)) parents.set(pid, await parentOf(pid))
  }
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === root) return true
    return false
  }
  const tree = [...parents.keys()].filter(isBelow)
  const most = sum(await Promise.all(tree.map(privateMb)))
  // Memory that forks share is counted once for each of them above; the exact share takes the kernel milliseconds.
  return most <= limitMb ? most : sum(await Promise.all(tree.map(proportionalMb)))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const parentOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

/** Resident memory without what is mapped from files. */
const privateMb = async (pid: number): Promise<number> => {
  const [, resident = '0', shared = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ')
  return Math.max(0, Number(resident) - Number(shared)) * pageMb
}

/** Resident memory with each shared page divided among those that share it. */
const proportionalMb = async (pid: number): Promise<number> => {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => undefined)
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup ?? '')?.[1]
  return kilobytes === undefined ? privateMb(pid) : Number(kilobytes) / 1024
}
