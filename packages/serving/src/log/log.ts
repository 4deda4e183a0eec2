import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type LoggedRows, type PredictionLogEntry, segmentWriter } from './segment.ts'

const openSuffix = '.open'
/** A worker ships segments with this ending and removes them. */
export const shippableSuffix = '.jsonl'

/**
 * Appends requests, with their rows where they are kept, to segments in a folder. What is appended is handed to the operating system before the answer
 * leaves, so it outlives a kill of this process; a crash of the machine may lose the last seconds.
 */
export const openPredictionLog = (folder: string, { segmentMs = 500, now = Date.now } = {}) => {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (name.endsWith(openSuffix)) finish(folder, name)

  let segment: { name: string; fd: number; bytesOf: ReturnType<typeof segmentWriter> } | undefined
  // A name is never given twice: a segment of that name may wait to be shipped.
  const opened = randomUUID().slice(0, 8)
  let count = 0

  const rotate = () => {
    if (segment === undefined) return
    closeSync(segment.fd)
    finish(folder, segment.name)
    segment = undefined
  }
  const timer = setInterval(rotate, segmentMs)
  timer.unref()

  return {
    append(entry: PredictionLogEntry, rows?: LoggedRows): void {
      if (segment === undefined) {
        const name = `${String(now()).padStart(15, '0')}-${opened}-${String(count++).padStart(6, '0')}${openSuffix}`
        segment = { name, fd: openSync(join(folder, name), 'ax'), bytesOf: segmentWriter() }
      }
      writeSync(segment.fd, segment.bytesOf(entry, rows))
    },
    close(): void {
      clearInterval(timer)
      rotate()
    },
  }
}

export type PredictionLog = ReturnType<typeof openPredictionLog>

const finish = (folder: string, name: string): void =>
  renameSync(join(folder, name), join(folder, name.slice(0, -openSuffix.length) + shippableSuffix))
