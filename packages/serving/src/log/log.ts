import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { servingError } from '../errors.ts'
import { type LoggedRows, type PredictionLogEntry, segmentWriter } from './segment.ts'

/** A worker ships segments with this ending and removes them. */
export const shippableSuffix = '.jsonl'

/**
 * Appends requests, with their rows where they are kept, to segments in a folder. What is appended is handed to the operating system before the answer
 * leaves, so it outlives a kill of this process; a crash of the machine may lose the last seconds. Requests of one turn of the event loop are handed
 * over together. What cannot be written is refused, and what was written before stays whole.
 */
export const openPredictionLog = (folder: string, { segmentMs = 500, now = Date.now, slot = 0 } = {}) => {
  mkdirSync(folder, { recursive: true })
  // Of several processes that write here, each finishes its own only.
  const openSuffix = slot === 0 ? '.open' : `.open${slot}`
  for (const name of readdirSync(folder)) if (name.endsWith(openSuffix)) finish(folder, name, openSuffix)

  let segment: { name: string; fd: number; bytesOf: ReturnType<typeof segmentWriter>; bytes: number } | undefined
  /** Segments that could not get their last name yet. */
  const left = new Set<string>()
  // A name is never given twice: a segment of that name may wait to be shipped.
  const opened = randomUUID()
  let count = 0
  let waiting: Turn | undefined

  const rotate = () => {
    if (segment !== undefined) {
      closeSync(segment.fd)
      left.add(segment.name)
      segment = undefined
    }
    for (const name of left) {
      try {
        finish(folder, name, openSuffix)
        left.delete(name)
      } catch {
        // A disk that is full may have no room for a name: the next turn tries again.
      }
    }
  }

  /** Ends a segment in which only what came before counts: a part of a request, and forms that were told with it, are taken back. */
  const giveUp = ({ name, fd, bytes }: NonNullable<typeof segment>) => {
    if (bytes > 0) {
      try {
        ftruncateSync(fd, bytes)
      } catch {
        // Whoever reads it passes over a request that is cut off.
      }
      return rotate()
    }
    closeSync(fd)
    rmSync(join(folder, name), { force: true })
    segment = undefined
  }

  const write = () => {
    const turn = waiting
    waiting = undefined
    if (turn === undefined || segment === undefined) return
    const bytes = turn.parts.length === 1 ? (turn.parts[0] as Buffer) : Buffer.concat(turn.parts)
    try {
      // A disk that is nearly full takes a part.
      for (let at = 0; at < bytes.length; ) at += writeSync(segment.fd, bytes, at)
      segment.bytes += bytes.length
      turn.written.resolve()
    } catch (cause) {
      giveUp(segment)
      turn.written.reject(unwritable(cause))
    }
  }

  const timer = setInterval(() => {
    write()
    rotate()
  }, segmentMs)
  timer.unref()

  return {
    /** Resolves when the request is handed over. */
    append(entry: PredictionLogEntry, rows?: LoggedRows): Promise<void> {
      try {
        if (segment === undefined) {
          const name = `${String(now()).padStart(15, '0')}-${opened}-${String(count++).padStart(6, '0')}${openSuffix}`
          segment = { name, fd: openSync(join(folder, name), 'ax'), bytesOf: segmentWriter(), bytes: 0 }
        }
      } catch (cause) {
        return Promise.reject(unwritable(cause))
      }
      if (waiting === undefined) {
        waiting = { parts: [], written: Promise.withResolvers() }
        setImmediate(write)
      }
      waiting.parts.push(segment.bytesOf(entry, rows))
      return waiting.written.promise
    },
    close(): void {
      clearInterval(timer)
      write()
      rotate()
    },
  }
}

/** What was appended in a turn of the event loop. */
type Turn = { readonly parts: Buffer[]; readonly written: PromiseWithResolvers<void> }

export type PredictionLog = ReturnType<typeof openPredictionLog>

const unwritable = (cause: unknown) => servingError('serving.logUnwritable', { reason: reasonOf(cause) }, { cause })

const reasonOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)

const finish = (folder: string, name: string, openSuffix: string): void =>
  renameSync(join(folder, name), join(folder, name.slice(0, -openSuffix.length) + shippableSuffix))
