import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StorageUse } from '@modelsmith/api'
import { servingPaths } from '@modelsmith/serving'

/** What lies in the data folder beside database and objects, which the database knows better. */
const useOfFolder: Readonly<Record<string, StorageUse>> = {
  serving: 'served',
  uploads: 'working',
  work: 'working',
  postgres: 'programs',
  compiled: 'programs',
  code: 'programs',
  library: 'programs',
}
const countedElsewhere = new Set(['database', 'objects', 'secrets.key'])

/** Bytes that folders take on the disk; what may not be read, or goes away meanwhile, counts nothing. */
const sizesOf = (folders: readonly string[]): Promise<Map<string, number>> =>
  new Promise((resolve) => {
    if (folders.length === 0) return resolve(new Map())
    execFile('du', ['-s', '--block-size=1', '--', ...folders], { maxBuffer: 2 ** 20 }, (_, said) =>
      resolve(
        new Map(
          said.split('\n').flatMap((line): [string, number][] => {
            const [, bytes, folder] = /^(\d+)\t(.+)$/.exec(line) ?? []
            return folder === undefined ? [] : [[folder, Number(bytes)]]
          }),
        ),
      ),
    )
  })

/** Sizes of the folders of the data folder by what is in them: environments, unless it is known to be something else. */
export const foldersOf = async (dataDir: string): Promise<Map<StorageUse, number>> => {
  const names = (await readdir(dataDir)).filter((name) => !countedElsewhere.has(name))
  const log = join(dataDir, 'serving', servingPaths.log)
  // Of folders within one another, `du` counts the inner one only where it is named first.
  const sizes = await sizesOf([log, ...names.map((name) => join(dataDir, name))])
  const uses = new Map<StorageUse, number>([['predictionLog', sizes.get(log) ?? 0]])
  for (const name of names) {
    const what = useOfFolder[name] ?? 'environments'
    uses.set(what, (uses.get(what) ?? 0) + (sizes.get(join(dataDir, name)) ?? 0))
  }
  return uses
}
