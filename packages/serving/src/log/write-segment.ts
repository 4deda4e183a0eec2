import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shippableSuffix } from './log.ts'
import { type LoggedRows, type PredictionLogEntry, segmentWriter } from './segment.ts'

const partSuffix = '.part'
/** Nobody writes a segment for longer. */
const oldMs = 3_600_000

/**
 * Logs requests in a segment each, whole or not at all, beside those of a prediction process; of a request that is logged again, the first counts.
 * What was left by a kill is removed.
 */
export const openSegments = async (
  folder: string,
): Promise<(entry: PredictionLogEntry, rows: LoggedRows | undefined) => Promise<void>> => {
  await mkdir(folder, { recursive: true })
  await sweep(folder)
  return async (entry, rows) => {
    const name = join(folder, `${String(Date.parse(entry.at)).padStart(15, '0')}-${entry.requestId}`)
    const part = `${name}-${randomUUID()}${partSuffix}`
    try {
      await writeFile(part, segmentWriter()(entry, rows), { flag: 'wx' })
      await rename(part, name + shippableSuffix)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }
}

const sweep = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(partSuffix)) continue
    const path = join(folder, name)
    // Another worker may be done with it meanwhile.
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > oldMs) await rm(path, { force: true })
  }
}
