import { existsSync, statfsSync } from 'node:fs'
import { runnerError } from '../errors.ts'
import { lastLine, runToEnd } from './command.ts'
import { machineImage, makeMachineImage } from './machine-image.ts'

/** Docker or Podman as it works on this machine. */
export type Engine = {
  readonly kind: 'docker' | 'podman'
  readonly program: string
  readonly version: string
  /** Before every command. */
  readonly options: readonly string[]
  /** For whatever runs a container, builds among it. */
  readonly runOptions: readonly string[]
  /** Root in a container is the plain user who runs the engine. */
  readonly rootless: boolean
  /** Memory and processes of a container are bounded by the kernel. */
  readonly bounds: boolean
  /** Where images lie, if on this machine. */
  readonly folder: string | undefined
}

export type NoEngine = { readonly tried: readonly string[] }

type Configuration = Pick<Engine, 'options' | 'runOptions'>

const plain: Configuration = { options: [], runOptions: [] }
/** Docker's client asks a daemon, which has its own configuration. */
const dockerConfigurations: readonly Configuration[] = [plain]
const fewFiles = ['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096']
/**
 * As installed first. Machines without systemd need cgroupfs, those with both versions of control groups need runc, and where root may
 * not raise limits the engine's own defaults are too high.
 */
const podmanConfigurations: readonly Configuration[] = [
  plain,
  { options: ['--cgroup-manager', 'cgroupfs'], runOptions: [] },
  { options: ['--cgroup-manager', 'cgroupfs'], runOptions: fewFiles },
  { options: ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs'], runOptions: [] },
  { options: ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs'], runOptions: fewFiles },
]

/** The engine that an operator names, or whichever answers, Docker first: who has both uses it. */
const kinds = (): readonly Engine['kind'][] => {
  const named = process.env['MODELSMITH_CONTAINER_ENGINE']
  return named === 'docker' || named === 'podman' ? [named] : ['docker', 'podman']
}

type Facts = Pick<Engine, 'version' | 'rootless' | 'bounds' | 'folder'>

const factsOf = async (kind: Engine['kind']): Promise<Facts | string> => {
  const { code, stdout, stderr } = await runToEnd(kind, ['info', '--format', '{{json .}}'])
  if (code === 127) return 'it is not installed'
  const told = parse(stdout)
  if (code !== 0 || told === undefined) return lastLine(stderr) || 'it does not answer'
  if (kind === 'docker') {
    if (typeof told['ServerVersion'] !== 'string' || told['ServerVersion'] === '') return 'its daemon does not answer'
    const security = JSON.stringify(told['SecurityOptions'] ?? [])
    return {
      version: told['ServerVersion'],
      rootless: security.includes('rootless'),
      bounds: told['MemoryLimit'] === true && told['PidsLimit'] !== false,
      folder: hereOnly(told['DockerRootDir']),
    }
  }
  const host = told['host'] as {
    security?: { rootless?: boolean }
    cgroupVersion?: string
    cgroupControllers?: string[]
  }
  const rootless = host.security?.rootless === true
  return {
    version: String((told['version'] as { Version?: string } | undefined)?.Version ?? ''),
    rootless,
    bounds: !rootless || (host.cgroupVersion === 'v2' && (host.cgroupControllers ?? []).includes('memory')),
    folder: hereOnly((told['store'] as { graphRoot?: string } | undefined)?.graphRoot),
  }
}

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const hereOnly = (folder: unknown): string | undefined =>
  typeof folder === 'string' && existsSync(folder) ? folder : undefined

/** Starts a container with the machine's own system in it, with each configuration in turn until one works. */
const tryOut = async (kind: Engine['kind']): Promise<Engine | string> => {
  const facts = await factsOf(kind)
  if (typeof facts === 'string') return facts
  let problem = ''
  for (const configuration of kind === 'docker' ? dockerConfigurations : podmanConfigurations) {
    const engine: Engine = { kind, program: kind, ...facts, ...configuration }
    problem = (await makeMachineImage(engine)) ?? (await starts(engine)) ?? ''
    if (problem === '') return engine
  }
  return `it starts no container: ${problem}`
}

const starts = async ({ program, options, runOptions }: Engine): Promise<string | undefined> => {
  const system = ['/usr', '/bin', '/lib', '/lib64']
    .filter(existsSync)
    .flatMap((path) => ['--volume', `${path}:${path}:ro`])
  const args = [
    'run',
    '--rm',
    '--network',
    'none',
    '--read-only',
    ...runOptions,
    ...system,
    machineImage,
    '/usr/bin/env',
  ]
  const { code, stderr } = await runToEnd(program, [...options, ...args])
  return code === 0 ? undefined : lastLine(stderr) || `status ${code}`
}

let found: Promise<Engine | NoEngine> | undefined

/** The engine of this machine, tried for real; what was tried and why it did not work, where there is none. */
export const findEngine = (): Promise<Engine | NoEngine> => {
  found ??= look().then((result) => {
    // An engine may be installed while we run.
    if (!isEngine(result)) found = undefined
    return result
  })
  return found
}

const look = async (): Promise<Engine | NoEngine> => {
  const tried: string[] = []
  for (const kind of kinds()) {
    const result = await tryOut(kind)
    if (typeof result !== 'string') return result
    tried.push(`${kind}: ${result}`)
  }
  return { tried }
}

export const isEngine = (result: Engine | NoEngine): result is Engine => 'program' in result

/** As `findEngine`, for what cannot go on without. */
export const demandEngine = async (): Promise<Engine> => {
  const result = await findEngine()
  if (isEngine(result)) return result
  throw runnerError('container.noEngine', { tried: result.tried.join('; ') })
}

/** Bytes that are free where images lie; undefined where that is not this machine's to know. */
export const freeBytes = ({ folder }: Engine): number | undefined => {
  if (folder === undefined) return undefined
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
