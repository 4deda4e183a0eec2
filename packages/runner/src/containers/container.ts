import { spawn } from 'node:child_process'
import { chownSync, closeSync, openSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listenOnce } from '../listen-once.ts'
import type { Ending, Place, SessionProcess, SessionRequest } from '../place.ts'
import type { Environment } from '../types.ts'
import { type ContainerSpec, type Mount, runArguments } from './arguments.ts'
import { lastLine, runToEnd } from './command.ts'
import type { Engine } from './engine.ts'
import { machineFolders, machineImage } from './machine-image.ts'

const runners = fileURLToPath(new URL('../../../../runners', import.meta.url))
/** Where a container finds the worker, whatever image it is of. */
export const workerPlace = '/opt/modelsmith/worker'
export const workerMounts: readonly Mount[] = ['python', 'r'].map((language) => ({
  from: join(runners, language),
  to: `${workerPlace}/${language}`,
  writable: false,
}))

/** Of `modelsmith_worker.contained`. */
const outOfMemory = 99
/** Of engines: they could not start the container; its program cannot be run; is not there. */
const engineFailed = 125
const programFailed: ReadonlySet<number> = new Set([engineFailed, 126, 127])
const startMs = 120_000
/** A container whose init does not end with its lifeline is ended by the engine. */
const graceMs = 2000

/** Runs a container until it ends; the end of its process, or the engine's words where it never began. */
export type RunContainer = (spec: ContainerSpec) => { readonly ended: Promise<Ending>; readonly kill: () => void }

export const runContainer =
  (engine: Engine): RunContainer =>
  (spec) => {
    const child = spawn(engine.program, runArguments(engine, spec), {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
    })
    let over = false
    const ended = new Promise<Ending>((resolve) => {
      const end = (code: number | null, problem?: string) => {
        over = true
        resolve({
          code: code === outOfMemory ? 137 : code,
          signal: null,
          cpuSeconds: 0,
          ...(code === outOfMemory ? { outOfMemory: true } : {}),
          ...(problem === undefined ? {} : { problem }),
        })
      }
      child.once('error', (error) => end(engineFailed, error.message))
      child.once('close', (code) => {
        const status = code ?? engineFailed
        end(status, programFailed.has(status) || isTraceback(said) ? lastLine(said) || `status ${status}` : undefined)
      })
    })
    const kill = async (): Promise<void> => {
      // Before it is there an engine knows nothing of it.
      for (let tries = 0; !over && tries < 20; tries++) {
        await runToEnd(engine.program, [...engine.options, 'kill', spec.name], { timeoutMs: 20_000 })
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 500).unref())])
      }
      if (!over) child.kill('SIGKILL')
    }
    return { ended, kill: () => void kill() }
  }

/** Prints of the code go elsewhere: what an interpreter says here is that it could not even begin. */
const isTraceback = (said: string): boolean => /^(Traceback|\S*Error:|.*No module named)/m.test(said)

/** A container for each session of the environment, which is an image or the machine's own system. */
export const containerPlace = (
  run: RunContainer,
  environment: Environment,
  threads: number,
  rootless: boolean,
): Place => ({
  kind: 'container',
  async start(id, request): Promise<SessionProcess> {
    const folder = dirname(request.control)
    const lifeline = await listenOnce(join(folder, 'l'))
    prepare(folder, request, environment, rootless)
    const { ended, kill } = run(specOf(id, folder, request, environment, threads))
    let line: Socket | undefined
    let killed = false
    const end = () => {
      killed = true
      line?.destroy()
      setTimeout(kill, line === undefined ? 0 : graceMs).unref()
    }
    void lifeline.connected.then((socket) => {
      line = socket.on('error', () => {})
      clearTimeout(slow)
      if (killed) socket.destroy()
    })
    let late = false
    const slow = setTimeout(() => {
      late = true
      end()
    }, startMs)
    void ended.then(() => {
      clearTimeout(slow)
      lifeline.server.close()
      line?.destroy()
    })
    return {
      kill: end,
      onExit: (listener) => {
        void ended.then((ending) =>
          listener(late ? { ...ending, problem: `it did not start within ${startMs / 1000} s` } : ending),
        )
      },
    }
  },
})

/** Sockets and files that the session's own user must be able to use. */
const prepare = (folder: string, request: SessionRequest, environment: Environment, rootless: boolean): void => {
  const { uid } = request
  closeSync(openSync(request.words, 'a', 0o600))
  const own = ['c', '1', '2', 'l'].map((name) => join(folder, name))
  if (uid !== undefined) for (const file of [...own, request.words]) chownSync(file, uid, uid)
  const number = uid ?? process.getuid?.() ?? 0
  writeFileSync(join(folder, 'passwd'), `root:x:0:0:root:/root:/bin/sh\nuser:x:${number}:${number}:user:/tmp:/bin/sh\n`)
  writeFileSync(join(folder, 'group'), `root:x:0:\nuser:x:${number}:\n`)
  writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n::1 localhost\n')
  // It holds the variables of the session, and secrets may be among them.
  const spec = join(folder, 'spec.json')
  const described = {
    ...request,
    lifeline: join(folder, 'l'),
    bare: environment.bare === true,
    // Whose processes the kernel counts: a user of its own, or one who runs others on this machine too.
    ownUser: uid !== undefined || rootless,
  }
  writeFileSync(spec, JSON.stringify(described), { mode: 0o600 })
  if (uid !== undefined) chownSync(spec, uid, uid)
}

const specOf = (
  id: string,
  folder: string,
  request: SessionRequest,
  environment: Environment,
  threads: number,
): ContainerSpec => {
  const readable = [folder, ...request.readable].map((path): Mount => ({ from: path, to: path, writable: false }))
  const writable = [request.words, ...request.writable].map((path): Mount => ({ from: path, to: path, writable: true }))
  const names = ['passwd', 'group', ...(request.network === 'public' ? [] : ['hosts'])].map(
    (name): Mount => ({ from: join(folder, name), to: `/etc/${name}`, writable: false }),
  )
  const system =
    environment.image === undefined
      ? machineFolders().map((path): Mount => ({ from: path, to: path, writable: false }))
      : []
  const uid = request.uid ?? process.getuid?.() ?? 0
  return {
    name: `modelsmith-${process.pid}-${id}`,
    image: environment.image ?? machineImage,
    command: [environment.interpreter, '-m', 'modelsmith_worker.contained', join(folder, 'spec.json')],
    // A folder is mounted before what lies below it, and each place once.
    mounts: [
      ...new Map(
        [...system, ...workerMounts, ...names, ...readable, ...writable].map((mount) => [mount.to, mount]),
      ).values(),
    ],
    limits: request.limits,
    tmpMb: request.tmpMb,
    user: { uid, gid: request.uid ?? process.getgid?.() ?? 0 },
    network: request.network,
    variables: {
      ...(environment.program === undefined ? environment.variables : {}),
      PYTHONPATH: `${workerPlace}/python`,
      PYTHONHASHSEED: '0',
      PYTHONDONTWRITEBYTECODE: '1',
      LANG: 'C.UTF-8',
      ...Object.fromEntries(['OMP', 'OPENBLAS', 'MKL'].map((library) => [`${library}_NUM_THREADS`, String(threads)])),
      LOKY_MAX_CPU_COUNT: String(threads),
      OMP_WAIT_POLICY: 'PASSIVE',
    },
    without: new Set(request.without ?? []),
  }
}

/** Ends what host processes that were killed have left running. */
export const removeAbandonedContainers = async (engine: Engine, isAlive: (pid: number) => boolean): Promise<void> => {
  const { stdout } = await runToEnd(engine.program, [
    ...engine.options,
    'ps',
    '--all',
    '--filter',
    'label=modelsmith.host',
    '--format',
    '{{.Names}}',
  ])
  const abandoned = stdout.split('\n').filter((name) => {
    const pid = /^modelsmith-(\d+)-/.exec(name)?.[1]
    return pid !== undefined && !isAlive(Number(pid))
  })
  if (abandoned.length > 0) await runToEnd(engine.program, [...engine.options, 'rm', '--force', ...abandoned])
}
