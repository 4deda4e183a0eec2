import { closeSync, mkdirSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { PredictionLogRow } from '@modelsmith/api'

export type PredictionLogEntry = PredictionLogRow & { readonly deploymentId: string }

const openSuffix = '.open'
/** A worker ships segments with this ending and removes them. */
export const shippableSuffix = '.jsonl'

/**
 * Appends one line a request to segments in a folder. A line is handed to the operating system before the answer
 * leaves, so it outlives a kill of this process; a crash of the machine may lose the last seconds.
 */
export const openPredictionLog = (folder: string, { segmentMs = 500, now = Date.now } = {}) => {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (name.endsWith(openSuffix)) finish(folder, name)

  let segment: { name: string; fd: number } | undefined
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
    append(entry: PredictionLogEntry): void {
      if (segment === undefined) {
        const name = `${String(now()).padStart(15, '0')}-${process.pid}-${count++}${openSuffix}`
        segment = { name, fd: openSync(join(folder, name), 'ax') }
      }
      writeSync(segment.fd, `${JSON.stringify(entry)}\n`)
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
