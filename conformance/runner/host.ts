import { readFileSync } from 'node:fs'
import { createRunner, type Environment } from '@modelsmith/runner'

/** A host to be killed: opens a session, prints the process ids of all that is below it, and waits. */
const [environment = '', runtimeDir = ''] = process.argv.slice(2)

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
const below = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...below(child)])

const runner = createRunner({ runtimeDir })
await runner.open({
  environment: { ...(JSON.parse(environment) as Environment), preload: [] },
  limits: { memoryMb: 256, cpuSeconds: 60, wallSeconds: 60, processes: 8, fileSizeMb: 1, threads: 1 },
  readable: [],
  writable: [],
})
console.log(JSON.stringify(below(process.pid)))
setInterval(() => {}, 1000)
