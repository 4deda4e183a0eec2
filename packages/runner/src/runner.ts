import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ModelsmithError } from '@modelsmith/table'
import type { Attend } from './attend.ts'
import { type ContainerHost, localContainers } from './containers/host.ts'
import { containerPlace } from './containers/container.ts'
import { removeAbandonedGroups } from './control-groups.ts'
import { nothingLeftOut, type Without } from './guards.ts'
import type { Place } from './place.ts'
import { probeContainers, probeSandbox } from './probe.ts'
import { openSession } from './session.ts'
import type { Environment, Runner, Session, SessionSpec } from './types.ts'
import { startZygote, type Zygote } from './zygote.ts'

export type RunnerSettings = {
  /** A short path for sockets (they may have 107 bytes), on a fast file system. */
  readonly runtimeDir: string
  /**
   * What shuts sessions in: `full` the kernel, `container` an engine, `auto` the kernel where it does and else an engine. `none` is for
   * the CLI on a machine that can do neither. An environment that is an image always runs in containers.
   */
  readonly sandbox?: 'auto' | 'full' | 'container' | 'none'
  /** Who starts containers; the machine's own engine unless given. */
  readonly containers?: ContainerHost
}

/**
 * Host users of sessions when this process is root. They follow from its number, so that sessions of two such processes never share
 * one: what the kernel bounds for each user, such as the number of processes, is each session's own.
 */
const uidsEach = 256
const firstUid = 200_001 + process.pid * uidsEach

/** Keeps one zygote for each environment and number of threads, and forks sessions from it. */
export const createRunner = (settings: RunnerSettings): Runner => createRunnerWithout(nothingLeftOut, settings)

/**
 * A runner whose sessions stop where code of Python's raises, until `attend` resolves; once each. For the command on a person's own
 * machine only: what a server makes has no way to ask for it.
 */
export const createAttendedRunner = (attend: Attend, settings: RunnerSettings): Runner =>
  createRunnerWithout(nothingLeftOut, settings, attend)

/** For the sandbox suite only, which leaves guards out to see that they are what holds. */
export const createRunnerWithout = (
  without: Without,
  { runtimeDir, sandbox: wanted = 'full', containers = localContainers }: RunnerSettings,
  attend?: Attend,
): Runner => {
  let sandbox: 'full' | 'container' | 'none' = wanted === 'auto' ? 'full' : wanted
  mkdirSync(runtimeDir, { recursive: true, mode: 0o755 })
  removeAbandonedGroups()
  const zygotes = new Map<string, Promise<Zygote>>()
  const sessions = new Set<Session>()
  const uids = new Set<number>()
  let count = 0
  let closed = false

  const zygoteOf = (environment: Environment, threads: number): Promise<Zygote> => {
    const held = environment.zygote ?? environment.fingerprint
    const key = `${held} ${environment.interpreter} ${environment.preload.length} ${threads}`
    const known = zygotes.get(key)
    if (known !== undefined) return known
    const started = startZygote(environment, threads, runtimeDir)
    const forget = () => {
      if (zygotes.get(key) === started) zygotes.delete(key)
    }
    started.then((zygote) => zygote.ended.then(forget), forget)
    zygotes.set(key, started)
    return started
  }

  /** A user that no other session is; processes of two sessions can then not touch each other. */
  const takeUid = (): number | undefined => {
    if (process.getuid?.() !== 0 || sandbox === 'none') return undefined
    const free = Array.from({ length: uidsEach }, (_, index) => firstUid + index).find((uid) => !uids.has(uid))
    if (free !== undefined) uids.add(free)
    return free
  }

  const placeOf = async (environment: Environment, threads: number): Promise<Place> => {
    if (environment.image === undefined && sandbox !== 'container') return zygoteOf(environment, threads)
    const { run, rootless } = await containers()
    return containerPlace(run, environment, threads, rootless)
  }

  const open = async (spec: SessionSpec): Promise<Session> => {
    try {
      return await openIn(spec)
    } catch (error) {
      const refused = error instanceof ModelsmithError && error.code === 'sandbox.refused'
      if (!refused || wanted !== 'auto' || sandbox !== 'full') throw error
      // The error of the kernel's sandbox is the one to be told where there is no engine either.
      await containers().catch(() => {
        throw error
      })
      sandbox = 'container'
      return openIn(spec)
    }
  }

  const openIn = async (spec: SessionSpec): Promise<Session> => {
    const place = await placeOf(spec.environment, spec.limits.threads)
    const id = `${process.pid.toString(36)}-${(count++).toString(36)}`
    const uid = takeUid()
    const session = await openSession(spec, {
      id,
      folder: join(runtimeDir, id),
      place,
      sandbox: sandbox === 'none' && place.kind === 'fork' ? 'none' : 'full',
      uid,
      without,
      attend,
      onGone: () => {
        if (uid !== undefined) uids.delete(uid)
      },
    })
    sessions.add(session)
    void session.ended.then(() => sessions.delete(session))
    if (closed) await session.close()
    return session
  }

  /** Nobody asks for the bare interpreter again. */
  const forgetProbe = async (): Promise<void> => {
    for (const [key, zygote] of zygotes)
      if (key.startsWith('probe ')) await zygote.then((each) => each.close()).catch(() => {})
  }

  return {
    open,
    probe: async () => {
      const report = await probeSandbox(openIn, sandbox).finally(forgetProbe)
      if (report.level !== 'none' || wanted !== 'auto') return report
      sandbox = 'container'
      const second = await probeSandbox(openIn, sandbox)
      if (second.level === 'none') sandbox = 'full'
      return { level: second.level, checks: [...report.checks, ...second.checks] }
    },
    probeContainers: () => probeContainers(containers),
    async close() {
      closed = true
      await Promise.all([...sessions].map((session) => session.close()))
      await Promise.all(
        [...zygotes.values()].map((zygote) =>
          zygote.then(
            (each) => each.close(),
            () => {},
          ),
        ),
      )
      zygotes.clear()
      rmSync(runtimeDir, { recursive: true, force: true })
    },
  }
}
