import { readFileSync } from 'node:fs'
import { descendants } from '../../e2e/support/processes.ts'

const everyMs = 250

const proportionalMb = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    // It has ended since it was listed.
    return 0
  }
}

/** Looks at the memory of a process and all below it until it is stopped, which gives the largest sum in MB. */
export const watchMemory = (root: number): (() => Promise<number>) => {
  let most = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const pids = [root, ...(await descendants(root)).map(({ pid }) => pid)]
      most = Math.max(
        most,
        pids.reduce((sum, pid) => sum + proportionalMb(pid), 0),
      )
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()
  return async () => {
    isOver = true
    await watching
    return most
  }
}
