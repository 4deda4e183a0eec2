import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { runnerError } from '../errors.ts'
import type { Ending } from '../place.ts'
import type { ContainerSpec } from './arguments.ts'
import type { RunContainer } from './container.ts'
import { workerMounts } from './container.ts'
import { type ContainerHost, localContainers } from './host.ts'
import { machineFolders } from './machine-image.ts'

/**
 * Containers for a process that may not ask an engine itself: whoever may starts them, on a unix socket that only that process can
 * open. One connection is one container: it begins with the container as a line of JSON, its end ends the container, and the last
 * line says how that ended.
 */
type Request = Omit<ContainerSpec, 'without'> | { readonly ask: 'facts' }
type Answer = { readonly facts: Omit<Awaited<ReturnType<ContainerHost>>, 'run'> } | { readonly ending: Ending }

export type BrokerSettings = {
  /** Folder for the sockets of brokers; anyone of them will do. */
  readonly folder: string
  /** Who may ask. */
  readonly user: { readonly uid: number; readonly gid: number }
  /** Images of this name only. */
  readonly images: string
  /** What the one who asks may show to a container, beside what belongs to it. */
  readonly mayShow: readonly string[]
}

/** Starts containers for another process of this machine, within these bounds; returns how to stop. */
export const startBroker = (settings: BrokerSettings): (() => void) => {
  const { folder, user } = settings
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const path = join(folder, `${process.pid}`)
  rmSync(path, { force: true })
  const server: Server = createServer((socket) => serve(socket, settings))
  server.on('error', () => {})
  server.listen(path, () => {
    chmodSync(path, 0o600)
    chownSync(path, user.uid, user.gid)
  })
  return () => {
    server.close()
    rmSync(path, { force: true })
  }
}

const serve = (socket: Socket, settings: BrokerSettings): void => {
  socket.on('error', () => {})
  const answer = (message: Answer) => socket.end(`${JSON.stringify(message)}\n`)
  const refuse = (problem: string) => answer({ ending: { code: 125, signal: null, cpuSeconds: 0, problem } })
  createInterface({ input: socket })
    .on('error', () => {})
    .once('line', async (line) => {
      try {
        const request = JSON.parse(line) as Request
        const { run, ...facts } = await localContainers()
        if ('ask' in request) return answer({ facts })
        const problem = problemOf(request, settings)
        if (problem !== undefined) return refuse(problem)
        const { ended, kill } = run({ ...request, user: settings.user, without: new Set() })
        socket.once('close', kill)
        const ending = await ended
        socket.off('close', kill)
        answer({ ending })
      } catch (error) {
        refuse(error instanceof Error ? error.message : String(error))
      }
    })
}

/** Why a container is not started. What it may do besides is not the one's to choose who asks. */
const problemOf = (
  request: Omit<ContainerSpec, 'without'>,
  { images, mayShow, user }: BrokerSettings,
): string | undefined => {
  if (!request.image.startsWith(`${images}:`)) return `the image ${request.image} is none of an environment`
  const always = new Set([...workerMounts.map(({ from }) => from), ...machineFolders()])
  const allowed = mayShow.filter(existsSync).map((folder) => realpathSync(folder))
  const isAllowed = (path: string) => {
    if (always.has(path)) return true
    if (!existsSync(path)) return false
    const real = realpathSync(path)
    return statSync(real).uid === user.uid || allowed.some((folder) => real === folder || real.startsWith(folder + sep))
  }
  const outside = request.mounts.find(({ from, writable }) => !isAllowed(from) || (writable && always.has(from)))
  return outside === undefined ? undefined : `${outside.from} is not this process's to show`
}

/** Containers of a broker that answers. */
export const brokeredContainers =
  (folder: string): ContainerHost =>
  async () => {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(folder, name)
      const { answered } = ask(path, { ask: 'facts' })
      const answer = await answered
      if (answer !== undefined && 'facts' in answer) return { ...answer.facts, run: runBy(path) }
    }
    throw runnerError('container.noEngine', { tried: 'no worker starts containers for this process' })
  }

const ask = (path: string, request: Request) => {
  const socket = connect(path)
  const answered = new Promise<Answer | undefined>((resolve) => {
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
    createInterface({ input: socket })
      .on('error', () => {})
      .once('line', (line) => resolve(JSON.parse(line) as Answer))
  })
  socket.write(`${JSON.stringify(request)}\n`)
  return { socket, answered }
}

const runBy =
  (path: string): RunContainer =>
  ({ without: _, ...spec }) => {
    const { socket, answered } = ask(path, spec)
    const ended = answered.then(
      (answer): Ending =>
        answer !== undefined && 'ending' in answer ? answer.ending : { code: 137, signal: null, cpuSeconds: 0 },
    )
    return { ended, kill: () => socket.destroy() }
  }
