import type { Guard, Without } from '../guards.ts'
import type { Limits } from '../types.ts'
import type { Engine } from './engine.ts'

export type Mount = { readonly from: string; readonly to: string; readonly writable: boolean }

/** One container as it is to be run: what it may see and use. */
export type ContainerSpec = {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly mounts: readonly Mount[]
  readonly limits: Pick<Limits, 'memoryMb' | 'processes'>
  readonly tmpMb: number
  readonly user: { readonly uid: number; readonly gid: number }
  readonly network: 'isolated' | 'public'
  readonly variables: Readonly<Record<string, string>>
  readonly without: Without
}

/** Of ours: what a killed host left behind is found by it. */
const hostLabel = 'modelsmith.host'

/** What Python and its packages take before the code has any: in the other sandbox it belongs to the zygote. */
const importsMb = 192
/** The worker and its init beside the processes of the code. */
const ownProcesses = 4
/** Folders of the host that a container shows when the guard on files is left out. */
const hostFolders = ['/home', '/root', '/srv', '/sys', '/var', '/tmp']

/** The arguments after `docker` or `podman`. */
export const runArguments = (engine: Engine, spec: ContainerSpec): string[] => {
  const { without } = spec
  const unless = (guard: Guard, ...args: string[]): string[] => (without.has(guard) ? [] : args)
  const only = (guard: Guard, ...args: string[]): string[] => (without.has(guard) ? args : [])
  const tmp = `rw,nosuid,nodev,mode=1777,size=${without.has('tmpSize') ? spec.tmpMb * 64 : spec.tmpMb}m`
  const memory = `${spec.limits.memoryMb + importsMb}m`
  const bounded = engine.bounds
  return [
    ...engine.options,
    'run',
    '--rm',
    '--name',
    spec.name,
    '--label',
    `${hostLabel}=${process.pid}`,
    ...engine.runOptions,
    '--pull',
    'never',
    ...networkOf(engine, spec),
    '--hostname',
    'sandbox',
    ...unless('readOnly', '--read-only'),
    ...(engine.kind === 'podman'
      ? ['--read-only-tmpfs=false', '--http-proxy=false', '--log-driver', 'none']
      : ['--log-driver', 'none']),
    ...userOf(engine, spec),
    ...unless('noNewPrivileges', '--security-opt', 'no-new-privileges'),
    ...only('systemCalls', '--security-opt', 'seccomp=unconfined'),
    ...only('processes', '--pid', 'host'),
    ...only('ipc', '--ipc', 'host'),
    ...(bounded ? unless('memory', '--memory', memory, '--memory-swap', memory) : []),
    ...(bounded ? unless('processCount', '--pids-limit', String(spec.limits.processes + ownProcesses)) : []),
    ...(bounded ? only('processCount', '--pids-limit', '-1') : []),
    ...unless('files', '--tmpfs', `/tmp:${tmp}`),
    ...unless('ipc', '--shm-size', `${without.has('tmpSize') ? spec.tmpMb * 64 : spec.tmpMb}m`),
    // A folder that only root may enter hides what is mounted below it.
    ...(spec.mounts.some(({ to }) => to.startsWith('/root/')) && !without.has('files')
      ? ['--tmpfs', '/root:rw,mode=755,size=1m']
      : []),
    ...only('devices', '--volume', '/dev:/dev'),
    ...(without.has('files') ? hostFolders.flatMap((path) => ['--volume', `${path}:${path}`]) : []),
    ...(without.has('files') && without.has('user') ? ['--volume', '/etc/shadow:/etc/shadow'] : []),
    ...spec.mounts.flatMap(({ from, to, writable }) => [
      '--volume',
      `${from}:${to}:${writable || without.has('readOnly') ? 'rw' : 'ro'}`,
    ]),
    ...Object.entries(spec.variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    '--workdir',
    '/',
    '--entrypoint',
    spec.command[0] ?? '',
    spec.image,
    ...spec.command.slice(1),
  ]
}

const networkOf = ({ kind }: Engine, { network, without }: ContainerSpec): string[] => {
  if (without.has('network')) return ['--network', 'host']
  if (network === 'isolated') return ['--network', 'none']
  return kind === 'podman' ? ['--network', 'bridge'] : []
}

const userOf = ({ kind, rootless }: Engine, { user, without }: ContainerSpec): string[] => {
  if (without.has('user') && without.has('readOnly')) return ['--privileged', '--user', '0:0']
  if (without.has('user')) return ['--user', '0:0', '--cap-add', 'ALL', '--security-opt', 'apparmor=unconfined']
  const rights = ['--cap-drop', 'ALL']
  if (!rootless) return ['--user', `${user.uid}:${user.gid}`, ...rights]
  // Files that it writes are then those of the user who runs the engine.
  return kind === 'podman'
    ? ['--userns', 'keep-id', '--user', `${user.uid}:${user.gid}`, ...rights]
    : ['--user', '0:0', ...rights]
}
