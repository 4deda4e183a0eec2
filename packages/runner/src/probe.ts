import { existsSync } from 'node:fs'
import { ModelsmithError } from '@modelsmith/table'
import type { ContainerHost } from './containers/host.ts'
import { findPythons } from './pythons.ts'
import type { Environment, SandboxReport, Session, SessionSpec } from './types.ts'

type Check = SandboxReport['checks'][number]

const remedies = {
  namespaces:
    'As root, or with user namespaces allowed: sysctl kernel.unprivileged_userns_clone=1 (Debian), sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container: --security-opt seccomp=unconfined.',
  memory:
    'Run the workers as root, or delegate a control group to their user; until then the runner itself watches memory.',
  container: 'Install Docker or Podman (Debian: apt-get install podman runc), and let the user of the workers run it.',
  bounds: 'Run the workers as root, or on a machine with control groups of version 2 only.',
  python: 'Install Python 3.9 or newer (Debian: apt-get install python3).',
} as const

/** Opens a real session with nothing but the machine's Python in it, and looks at what held. */
export const probeSandbox = async (
  open: (spec: SessionSpec) => Promise<Session>,
  sandbox: 'full' | 'container' | 'none',
): Promise<SandboxReport> => {
  if (sandbox === 'none') {
    return {
      level: 'none',
      checks: [{ name: 'sandbox', ok: false, detail: 'Switched off: code runs with the rights of this process.' }],
    }
  }
  const [python] = await findPythons()
  if (python === undefined) {
    return {
      level: 'none',
      checks: [{ name: 'python', ok: false, detail: 'No Python was found.', remedy: remedies.python }],
    }
  }
  const environment: Environment = {
    name: 'probe',
    language: 'python',
    fingerprint: `probe ${python.version}`,
    interpreter: python.path,
    roots: python.roots,
    preload: [],
    bare: true,
  }
  const name = sandbox === 'full' ? 'namespaces' : 'container'
  try {
    const limits = { memoryMb: 256, cpuSeconds: 10, wallSeconds: 20, processes: 16, fileSizeMb: 16, threads: 1 }
    const { level, close } = await open({ environment, limits, readable: [], writable: [] })
    await close()
    return { level, checks: sandbox === 'full' ? [held, ...memoryCheck(level === 'full')] : [contained] }
  } catch (error) {
    return { level: 'none', checks: [{ name, ok: false, detail: wordsOf(error), remedy: remedies[name] }] }
  }
}

/** Whether an engine answers, and what it bounds. */
export const probeContainers = async (containers: ContainerHost): Promise<Check> => {
  try {
    const { kind, version, rootless, bounds } = await containers()
    const name = kind === 'docker' ? 'Docker' : 'Podman'
    const rights = rootless ? ', without root' : ''
    return bounds
      ? {
          name: 'containers',
          ok: true,
          detail: `${name} ${version}${rights}: environments of a Dockerfile are built and run with it.`,
        }
      : {
          name: 'containers',
          ok: false,
          detail: `${name} ${version}${rights} does not bound the memory of a container.`,
          remedy: remedies.bounds,
        }
  } catch (error) {
    const hint = error instanceof ModelsmithError ? error.hint : undefined
    return { name: 'containers', ok: false, detail: wordsOf(error), ...(hint === undefined ? {} : { remedy: hint }) }
  }
}

const wordsOf = (error: unknown): string => (error instanceof ModelsmithError ? error.message : String(error))

const contained: Check = {
  name: 'container',
  ok: true,
  detail: 'A container for each session: own root, network, processes and user; the system-call filter is in place.',
}

const held: Check = {
  name: 'namespaces',
  ok: true,
  detail: 'Own mounts, processes, network and users; the system-call filter is in place.',
}

const memoryCheck = (bounded: boolean): Check[] => [
  bounded
    ? {
        name: 'memory',
        ok: true,
        detail: `Bounded by control groups (${existsSync('/sys/fs/cgroup/cgroup.controllers') ? 'v2' : 'v1'}).`,
      }
    : { name: 'memory', ok: false, detail: 'Watched ten times a second by the runner.', remedy: remedies.memory },
]
