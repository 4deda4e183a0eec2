import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { runnerError } from './errors.ts'
import { listenOnce } from './listen-once.ts'
import type { Ending, SessionProcess, SessionRequest } from './place.ts'
import type { Environment } from './types.ts'

type ZygoteMessage =
  | { readonly type: 'missing'; readonly module: string; readonly reason: string }
  | { readonly type: 'ready'; readonly protocol: number; readonly python: string }
  | { readonly type: 'forked'; readonly id: string; readonly pid: number }
  | ({ readonly type: 'exited'; readonly pid: number } & Ending)

const workerPackage = fileURLToPath(new URL('../../../runners/python', import.meta.url))
const startMs = 120_000
/** Of `runners/protocol/PROTOCOL.md`. */
const protocolVersion = 1

/** Threads of numeric libraries are set before those are loaded: a zygote is made for one number of threads. */
const zygoteEnvironment = ({ program, variables }: Environment, threads: number): NodeJS.ProcessEnv => ({
  // Where shared libraries lie is read when a process starts; one that becomes another program starts again.
  ...(program === undefined ? variables : {}),
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
  PYTHONPATH: workerPackage,
  PYTHONHASHSEED: '0',
  OMP_NUM_THREADS: String(threads),
  OPENBLAS_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  LOKY_MAX_CPU_COUNT: String(threads),
  OMP_WAIT_POLICY: 'PASSIVE',
})

/** One process for each environment that has imported its packages and forks sessions. */
export const startZygote = async (environment: Environment, threads: number, runtimeDir: string) => {
  const socketPath = join(runtimeDir, `z${process.pid}-${Math.random().toString(36).slice(2, 8)}`)
  const waiting = new Map<string, (pid: number) => void>()
  const running = new Map<number, (ending: Ending) => void>()
  const early = new Map<number, Ending>()
  let problem = ''

  const { server, connected } = await listenOnce(socketPath)
  const child: ChildProcess = spawn(environment.interpreter, ['-m', 'modelsmith_worker.zygote', socketPath], {
    env: zygoteEnvironment(environment, threads),
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    problem = (problem + text).slice(-4000)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const fail = () =>
    runnerError('environment.start', { name: environment.name, problem: problem.trim() || 'it ended at once' })
  const failed = new Promise<never>((_, reject) => {
    void ended.then(() => reject(fail()))
    child.once('error', (error) => {
      problem = error.message
      reject(fail())
    })
  })
  failed.catch(() => {})
  const startTimer = setTimeout(() => child.kill('SIGKILL'), startMs)

  const socket = await Promise.race([connected, failed])
  server.close()
  rmSync(socketPath, { force: true })
  socket.on('error', () => {})
  const ready = new Promise<string>((resolve) => {
    // An interface repeats its input's errors; the end of the process says what happened.
    const lines = createInterface({ input: socket })
    lines.on('error', () => {})
    lines.on('line', (line) => {
      const message = JSON.parse(line) as ZygoteMessage
      if (message.type === 'ready' && message.protocol !== protocolVersion) {
        problem = `its worker speaks protocol ${message.protocol}; ${protocolVersion} was expected`
        child.kill('SIGKILL')
      } else if (message.type === 'ready') resolve(message.python)
      else if (message.type === 'missing') problem += `${message.module}: ${message.reason}\n`
      else if (message.type === 'forked') {
        waiting.get(message.id)?.(message.pid)
        waiting.delete(message.id)
      } else {
        const listener = running.get(message.pid)
        if (listener === undefined) early.set(message.pid, message)
        else listener(message)
        running.delete(message.pid)
      }
    })
  })
  socket.write(`${JSON.stringify({ preload: environment.preload })}\n`)
  const python = await Promise.race([ready, failed])
  clearTimeout(startTimer)
  void ended.then(() => {
    for (const listener of running.values()) listener({ code: null, signal: 9, cpuSeconds: 0 })
    running.clear()
  })

  return {
    kind: 'fork' as const,
    python,
    ended,
    /** Forks a session. */
    async start(id: string, request: SessionRequest): Promise<SessionProcess> {
      const pid = await Promise.race([
        new Promise<number>((resolve) => {
          waiting.set(id, resolve)
          socket.write(`${JSON.stringify({ ...request, id })}\n`)
        }),
        failed,
      ])
      return {
        pid,
        kill() {
          try {
            process.kill(pid, 'SIGKILL')
          } catch {
            // It has ended by itself.
          }
        },
        onExit(listener) {
          const ending = early.get(pid)
          early.delete(pid)
          if (ending === undefined) running.set(pid, listener)
          else listener(ending)
        },
      }
    },
    async close(): Promise<void> {
      socket.destroy()
      if (child.pid !== undefined && child.exitCode === null) {
        try {
          process.kill(-child.pid, 'SIGKILL')
        } catch {
          // It has ended by itself.
        }
      }
      await ended
    },
  }
}

export type Zygote = Awaited<ReturnType<typeof startZygote>>
