import { readdirSync, readFileSync } from 'node:fs'

/** Linux tells programs ticks of a hundredth of a second on every machine that Node runs on. */
const tickMs = 10

/**
 * Processor time of a process and of all below it, also of those that have ended and were waited for: the kernel adds
 * theirs to the process that waited. Each number is cut to ticks, so small differences want many runs.
 */
export const processorMs = (pid: number): number => {
  const [user = 0, system = 0, waitedUser = 0, waitedSystem = 0] = afterName(pid).slice(11, 15).map(Number)
  const below = childrenOf(pid).map(processorMs)
  return (user + system + waitedUser + waitedSystem) * tickMs + below.reduce((sum, each) => sum + each, 0)
}

/** Fields of `/proc/PID/stat` that follow the program's name, which may hold anything. */
const afterName = (pid: number): readonly string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
