import { AsyncLocalStorage } from 'node:async_hooks'
import type { Role } from '@modelsmith/domain'

export type AuditActor = {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly organisation: string
}
export type AuditSubject = { readonly kind: string; readonly id: string; readonly name: string | null }

/** What a request turns out to do, noted where it is known; written with the change itself. */
export type Recording = {
  actor: AuditActor | undefined
  subject: AuditSubject | undefined
  /** The subject as it was. */
  before: unknown
  /** What was asked for, without secrets. */
  after: unknown
  denied: boolean
  written: boolean
  readonly isChange: boolean
  readonly operation: string
  readonly address: string
  readonly requestId: string
}

const recordings = new AsyncLocalStorage<Recording>()

export const recordingOf = (): Recording | undefined => recordings.getStore()
export const withRecording = <T>(recording: Recording, run: () => Promise<T>): Promise<T> =>
  recordings.run(recording, run)

/** Who acts, where the request itself does not say, as when somebody signs in. */
export const noteActor = (actor: AuditActor): void => {
  const recording = recordings.getStore()
  if (recording !== undefined) recording.actor ??= actor
}

/** What is changed, as it was. The first that is noted counts. */
export const noteSubject = (subject: AuditSubject, before?: unknown): void => {
  const recording = recordings.getStore()
  if (recording === undefined || recording.subject !== undefined) return
  recording.subject = subject
  recording.before = before
}

/** More of the subject as it was. */
export const noteBefore = (more: object): void => {
  const recording = recordings.getStore()
  if (recording !== undefined) recording.before = { ...(recording.before as object | undefined), ...more }
}

/** What came of what was asked for, where the request alone does not say. */
export const noteAfter = (more: object): void => {
  const recording = recordings.getStore()
  if (recording !== undefined) recording.after = { ...(recording.after as object | undefined), ...more }
}

/** What the request makes is its subject, whatever it was made from. */
export const noteMade = (subject: AuditSubject): void => {
  const recording = recordings.getStore()
  if (recording === undefined) return
  recording.subject = subject
  recording.before = undefined
}

/** That something was denied which is answered as if it were not there. */
export const noteDenied = (subject: AuditSubject): void => {
  const recording = recordings.getStore()
  if (recording === undefined) return
  recording.denied = true
  recording.subject ??= subject
}
