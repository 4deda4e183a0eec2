import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Code } from './code.ts'

export type ChildSpec = {
  readonly name: string
  readonly code: Code
  /** File in the server's folder of entry points. */
  readonly entry: string
  readonly env: NodeJS.ProcessEnv
  /** Node keeps there what it has compiled, which is most of the work of a start. */
  readonly compiledFolder: string
  /** Whom it runs as, when this process is root. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
}

const delays = { firstMs: 200, mostMs: 10_000, steadyMs: 60_000 } as const

/** Keeps a child process running: started again when it ends, sooner if it had run well. */
export const supervise = (spec: ChildSpec, say: (line: string) => void) => {
  const entry = join(spec.code.root, 'packages/server/src/entry', spec.entry)
  let stopping = false
  let child: ChildProcess | undefined
  let onReady: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    onReady = resolve
  })

  const runOnce = (): Promise<string> =>
    new Promise((resolve) => {
      const started = spawn(spec.code.node, ['--disable-warning=ExperimentalWarning', entry], {
        cwd: spec.code.root,
        env: { ...spec.env, NODE_COMPILE_CACHE: spec.compiledFolder },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        ...spec.user,
      })
      child = started
      started.on('message', (message) => {
        if (typeof message === 'object' && message !== null && 'ready' in message) onReady()
      })
      started.once('error', (error) => resolve(error.message))
      started.once('exit', (code, signal) => resolve(signal ?? `status ${code}`))
    })

  const keep = async (): Promise<void> => {
    let delay: number = delays.firstMs
    while (!stopping) {
      const began = Date.now()
      const how = await runOnce()
      if (stopping) return
      if (Date.now() - began > delays.steadyMs) delay = delays.firstMs
      say(`${spec.name} ended (${how}); starting it again`)
      await after(delay)
      delay = Math.min(delay * 2, delays.mostMs)
    }
  }
  const running = keep()

  return {
    ready,
    async stop(): Promise<void> {
      stopping = true
      const current = child
      if (current !== undefined && current.exitCode === null && current.signalCode === null) {
        current.kill('SIGTERM')
        const slow = setTimeout(() => current.kill('SIGKILL'), 12_000)
        await new Promise((resolve) => current.once('exit', resolve))
        clearTimeout(slow)
      }
      await running
    },
  }
}

export type Supervised = ReturnType<typeof supervise>
