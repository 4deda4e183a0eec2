import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runnerError } from '../errors.ts'
import { lastLine, runToEnd } from './command.ts'
import { treeBelow } from '../memory-watch.ts'
import { type Engine, freeBytes } from './engine.ts'

export type BuildLimits = {
  readonly seconds: number
  /** Of the disk on which images lie: that a build may take, and that must stay free. */
  readonly diskMb: number
  readonly reserveMb: number
  readonly memoryMb: number
}

export type BuildSpec = {
  /** Folder with a `Dockerfile`. */
  readonly context: string
  /** Name of the image. */
  readonly tag: string
  readonly limits: BuildLimits
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

const mega = 2 ** 20
const lookEveryMs = 1000
/** An engine may clear up after a step; then it is asked to stop, and then ended. */
const stepMs = 3000
const graceMs = 10_000
const keptLines = 20

/** Builds an image; the identity of its content. Throws `container.build…` with the last lines of the log. */
export const buildImage = async (engine: Engine, spec: BuildSpec): Promise<string> => {
  const { context, tag, limits, signal, onLine } = spec
  const folder = await mkdtemp(join(tmpdir(), 'ms-build-'))
  const idFile = join(folder, 'id')
  const last: string[] = []
  let stopped: ReturnType<typeof runnerError> | undefined
  const child = spawn(engine.program, buildArguments(engine, { context, tag, idFile, memoryMb: limits.memoryMb }), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, BUILDKIT_PROGRESS: 'plain' },
  })
  const stop = (reason: ReturnType<typeof runnerError>) => {
    if (stopped !== undefined) return
    stopped = reason
    // A step that ends makes the engine clear up by itself; asked to end, Podman would leave the step running.
    for (const pid of child.pid === undefined ? [] : treeBelow(child.pid).slice(1)) end(pid, 'SIGKILL')
    setTimeout(() => end(child.pid, 'SIGTERM'), stepMs).unref()
    setTimeout(() => end(child.pid, 'SIGKILL'), graceMs).unref()
  }
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line)
      if (last.length > keptLines) last.shift()
      onLine(line)
    })
  const onAbort = () => stop(runnerError('container.buildCancelled', {}))
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  const slow = setTimeout(
    () => stop(runnerError('container.buildTime', { minutes: Math.round(limits.seconds / 6) / 10 })),
    limits.seconds * 1000,
  )
  const before = freeBytes(engine)
  const look = () => {
    const free = freeBytes(engine)
    if (before === undefined || free === undefined) return
    if (before - free > limits.diskMb * mega) stop(runnerError('container.buildDisk', { limitMb: limits.diskMb }))
    else if (free < limits.reserveMb * mega)
      stop(runnerError('container.diskFull', { freeMb: Math.round(free / mega) }))
  }
  look()
  const watch = setInterval(look, lookEveryMs)
  try {
    const code = await new Promise<number>((resolve) => {
      child.once('error', (error) => {
        last.push(error.message)
        resolve(127)
      })
      child.once('close', (status) => resolve(status ?? 1))
    })
    if (stopped !== undefined) throw stopped
    if (code !== 0) throw runnerError('container.build', { problem: lastLine(last.join('\n')) || `status ${code}` })
    return (await readFile(idFile, 'utf8')).trim()
  } finally {
    clearTimeout(slow)
    clearInterval(watch)
    signal.removeEventListener('abort', onAbort)
    await rm(folder, { recursive: true, force: true })
    if (stopped !== undefined) await clearUp(engine)
  }
}

type BuildArguments = {
  readonly context: string
  readonly tag: string
  readonly idFile: string
  readonly memoryMb: number
}

/** A build has the engine's usual network, from which it installs packages; what is built has none when it runs. */
const buildArguments = (engine: Engine, { context, tag, idFile, memoryMb }: BuildArguments): string[] => [
  ...engine.options,
  'build',
  ...engine.runOptions,
  ...(engine.bounds ? ['--memory', `${memoryMb}m`] : []),
  // Layers that were left half-made are of no use to anybody.
  '--force-rm',
  '--iidfile',
  idFile,
  '--tag',
  tag,
  '--file',
  join(context, 'Dockerfile'),
  context,
]

const end = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}

/** What a build that was stopped left half-made. */
const clearUp = async ({ program, options, kind }: Engine): Promise<void> => {
  if (kind === 'podman') {
    // Containers of builds are known to the storage only.
    const { stdout } = await runToEnd(program, [
      ...options,
      'ps',
      '--all',
      '--external',
      '--filter',
      'status=unknown',
      '--format',
      '{{.ID}} {{.Command}}',
    ])
    const builds = stdout.split('\n').flatMap((line) => (line.endsWith(' buildah') ? [line.split(' ')[0] ?? ''] : []))
    if (builds.length > 0) await runToEnd(program, [...options, 'rm', '--force', ...builds])
  }
  await runToEnd(program, [...options, 'image', 'prune', '--force'])
}

/** Identity of an image's content, where the machine has it. */
export const imageId = async ({ program, options }: Engine, tag: string): Promise<string | undefined> => {
  const { code, stdout } = await runToEnd(program, [...options, 'image', 'inspect', '--format', '{{.Id}}', tag])
  return code === 0 ? stdout.trim() : undefined
}

/** Names of the images here that lie under a name, such as `localhost/modelsmith/environment`. */
export const listImages = async ({ program, options }: Engine, name: string): Promise<readonly string[]> => {
  const { stdout } = await runToEnd(program, [...options, 'images', '--format', '{{.Repository}}:{{.Tag}}', name])
  return stdout.split('\n').filter((line) => line.startsWith(`${name}:`))
}

export const removeImage = async ({ program, options }: Engine, tag: string): Promise<void> => {
  await runToEnd(program, [...options, 'rmi', '--force', tag])
}
