import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ModelsmithError } from '@modelsmith/table'
import { findPythons } from './pythons.ts'
import { openSession } from './session.ts'
import type { Environment, SandboxReport } from './types.ts'
import { startZygote } from './zygote.ts'

type Check = SandboxReport['checks'][number]

const remedies = {
  namespaces:
    'As root, or with user namespaces allowed: sysctl kernel.unprivileged_userns_clone=1 (Debian), sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container: --security-opt seccomp=unconfined.',
  memory:
    'Run the workers as root, or delegate a control group to their user; until then the runner itself watches memory.',
  python: 'Install Python 3.9 or newer (Debian: apt-get install python3).',
} as const

/** Opens a real session with nothing but the machine's Python in it, and looks at what held. */
export const probeSandbox = async (runtimeDir: string, sandbox: 'full' | 'none'): Promise<SandboxReport> => {
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
    fingerprint: 'probe',
    interpreter: python.path,
    roots: python.roots,
    preload: [],
  }
  const zygote = await startZygote(environment, 1, runtimeDir)
  try {
    const session = await openSession(
      {
        environment,
        limits: { memoryMb: 256, cpuSeconds: 10, wallSeconds: 20, processes: 16, fileSizeMb: 16, threads: 1 },
        readable: [],
        writable: [],
      },
      {
        id: 'probe',
        folder: join(runtimeDir, `probe-${process.pid}`),
        zygote,
        sandbox,
        uid: process.getuid?.() === 0 ? 200_000 : undefined,
        onGone: () => {},
      },
    )
    const { level } = session
    await session.close()
    return { level, checks: [held, ...memoryCheck(level === 'full')] }
  } catch (error) {
    const detail = error instanceof ModelsmithError ? error.message : String(error)
    return { level: 'none', checks: [{ name: 'namespaces', ok: false, detail, remedy: remedies.namespaces }] }
  } finally {
    await zygote.close()
  }
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
