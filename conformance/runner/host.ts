import { readdirSync, readFileSync } from 'node:fs'
import { createRunner, type Environment } from '@modelsmith/runner'

/** A host to be killed: opens a session, prints the process ids of all that it started, and waits. */
const [environment = '', runtimeDir = '', sandbox = 'full'] = process.argv.slice(2)

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
const below = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(below)]
/** Processes of a container are no children of ours, but their command lines name our folder too. */
const named = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => read(`/proc/${name}/cmdline`).includes(runtimeDir))
    .map(Number)

const runner = createRunner({ runtimeDir, sandbox: sandbox as 'full' | 'container' })
await runner.open({
  environment: { ...(JSON.parse(environment) as Environment), preload: [] },
  limits: { memoryMb: 256, cpuSeconds: 60, wallSeconds: 60, processes: 8, fileSizeMb: 1, threads: 1 },
  readable: [],
  writable: [],
})
console.log(JSON.stringify([...new Set(named().flatMap(below))]))
setInterval(() => {}, 1000)
