import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shippableSuffix } from './log.ts'
import { type LoggedRows, type PredictionLogEntry, segmentWriter } from './segment.ts'

/** Logs one request in a segment of its own, whole or not at all, beside those of a prediction process. */
export const writeSegment = async (
  folder: string,
  entry: PredictionLogEntry,
  rows: LoggedRows | undefined,
): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const name = join(folder, `${String(Date.parse(entry.at)).padStart(15, '0')}-${randomUUID()}`)
  try {
    await writeFile(`${name}.part`, segmentWriter()(entry, rows), { flag: 'wx' })
    await rename(`${name}.part`, name + shippableSuffix)
  } catch (error) {
    await rm(`${name}.part`, { force: true })
    throw error
  }
}
