import type { Guard } from './guards.ts'
import type { Limits } from './types.ts'

/** How a session's process ended, as whoever started it saw it. */
export type Ending = {
  readonly code: number | null
  readonly signal: number | null
  readonly cpuSeconds: number
  /** The kernel killed something in it for want of memory. */
  readonly outOfMemory?: boolean
  /** It never began; why, in the words of who should have started it. */
  readonly problem?: string
}

/** What the worker is told of the session that it becomes (`runners/protocol/PROTOCOL.md`, "Zygote"). */
export type SessionRequest = {
  /** Paths of the sockets on which the host waits. */
  readonly control: string
  readonly stdout: string
  readonly stderr: string
  readonly words: string
  /** Where a person waits to look at the frames of code that has raised. */
  readonly debug?: string
  readonly root: string
  readonly sandbox: 'full' | 'none'
  readonly program?: readonly string[] | undefined
  /** Folders of packages, to be put before the interpreter's own once the session has shut itself in. */
  readonly packages: readonly string[]
  readonly limits: Limits
  readonly uid: number | undefined
  readonly tmpMb: number
  readonly network: 'isolated' | 'public'
  readonly home: string
  readonly readable: readonly string[]
  readonly writable: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Guards that the sandbox suite leaves out. */
  readonly without?: readonly Guard[]
}

/** The process that stands for a session. */
export type SessionProcess = {
  /** On this host; undefined where another keeps its limits. */
  readonly pid?: number
  kill(): void
  onExit(listener: (ending: Ending) => void): void
}

/** Where the process of a session begins: a fork that shuts itself in, or a container. */
export type Place = {
  readonly kind: 'fork' | 'container'
  start(id: string, request: SessionRequest): Promise<SessionProcess>
}
