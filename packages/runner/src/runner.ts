import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeAbandonedGroups } from './control-groups.ts'
import { probeSandbox } from './probe.ts'
import { openSession } from './session.ts'
import type { Environment, Runner, Session, SessionSpec } from './types.ts'
import { startZygote, type Zygote } from './zygote.ts'

export type RunnerSettings = {
  /** A short path for sockets (they may have 107 bytes), on a fast file system. */
  readonly runtimeDir: string
  /** `none` is for the CLI on a machine that cannot sandbox. */
  readonly sandbox?: 'full' | 'none'
}

/**
 * Host users of sessions when this process is root. They follow from its number, so that sessions of two such processes never share
 * one: what the kernel bounds for each user, such as the number of processes, is each session's own.
 */
const uidsEach = 256
const firstUid = 200_001 + process.pid * uidsEach

/** Keeps one zygote for each environment and number of threads, and forks sessions from it. */
export const createRunner = ({ runtimeDir, sandbox = 'full' }: RunnerSettings): Runner => {
  mkdirSync(runtimeDir, { recursive: true, mode: 0o755 })
  removeAbandonedGroups()
  const zygotes = new Map<string, Promise<Zygote>>()
  const sessions = new Set<Session>()
  const uids = new Set<number>()
  let count = 0
  let closed = false

  const zygoteOf = (environment: Environment, threads: number): Promise<Zygote> => {
    const key = `${environment.fingerprint} ${environment.interpreter} ${threads}`
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

  const open = async (spec: SessionSpec): Promise<Session> => {
    const zygote = await zygoteOf(spec.environment, spec.limits.threads)
    const id = `${process.pid.toString(36)}-${(count++).toString(36)}`
    const uid = takeUid()
    const session = await openSession(spec, {
      id,
      folder: join(runtimeDir, id),
      zygote,
      sandbox,
      uid,
      onGone: () => {
        if (uid !== undefined) uids.delete(uid)
      },
    })
    sessions.add(session)
    void session.ended.then(() => sessions.delete(session))
    if (closed) await session.close()
    return session
  }

  return {
    open,
    probe: () => probeSandbox(runtimeDir, sandbox),
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
