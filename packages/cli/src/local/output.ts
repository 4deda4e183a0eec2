import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestFile } from '@modelsmith/runner'
import { type Table, writeCsv } from '@modelsmith/table'
import { cliError } from '../errors.ts'

const predictionsFile = 'predictions.csv'

/** Only what an earlier fit wrote may be replaced. */
export const refuseOutput = async (folder: string): Promise<void> => {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw cliError('cli.usage', { problem: `--output ${folder}: ${error.message}` })
  })
  if (there.length > 0 && !there.includes(manifestFile)) {
    const problem = `--output ${folder}: the folder holds other things (${there.slice(0, 3).join(', ')}); an empty one was expected.`
    throw cliError('cli.usage', { problem })
  }
}

/** Leaves the model, and the predictions on its training rows, in a folder that `score` reads. */
export const keepFitted = async (modelDir: string, folder: string, predictions: Table | undefined): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true })
  await cp(modelDir, folder, { recursive: true })
  if (predictions !== undefined) await writeFile(join(folder, predictionsFile), writeCsv(predictions))
}
