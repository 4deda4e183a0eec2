import { closeSync, createReadStream, fstatSync, readSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { StepCache } from '@modelsmith/engine'
import { openInside } from '@modelsmith/runner'
import { type Database, json, sql } from '../database/database.ts'
import { hold, letGo } from './references.ts'
import type { ObjectStore, StoredBytes } from './store.ts'

export type StoredFile = StoredBytes & { readonly path: string }

/** Puts every file below a folder into the store. User code may still write to it: nothing that its links point at is read. */
export const putFolder = async (store: ObjectStore, folder: string): Promise<StoredFile[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files: StoredFile[] = []
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.push({ path: relative(folder, path), ...(await putOpened(store, openInside(folder, path))) })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Most files of a step are small: a stream of their own costs more than all else that is done with them. */
const smallBytes = 2 ** 20

const putOpened = async (store: ObjectStore, descriptor: number): Promise<StoredBytes> => {
  const { size } = fstatSync(descriptor)
  if (size > smallBytes) return store.putStream(createReadStream('', { fd: descriptor }))
  try {
    // Code that still runs may make the file grow: no more is read than was there.
    const bytes = Buffer.alloc(size)
    return await store.putBytes(bytes.subarray(0, readSync(descriptor, bytes, 0, size, 0)))
  } finally {
    closeSync(descriptor)
  }
}

export const takeFolder = async (store: ObjectStore, files: readonly StoredFile[], folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const { path, key } of files) await store.copyTo(key, join(folder, path))
}

const holderOf = (organisation: string, key: string): string => `step ${organisation} ${key}`

/** Forgets results of steps that nothing has used for so long; models keep their own files. Returns how many. */
export const forgetUnusedSteps = (database: Database, days: number): Promise<number> =>
  database.transaction(async (queries) => {
    const gone = await queries.rows<{ organisation_id: string; key: string }>(sql`
      delete from step_result where used_at < now() - make_interval(days => ${days}) returning organisation_id, key`)
    await letGo(
      queries,
      gone.map(({ organisation_id, key }) => holderOf(organisation_id, key)),
    )
    return gone.length
  })

/** The files of a known step, which is then in use. */
export const stepFiles = async (
  database: Database,
  organisation: string,
  key: string,
): Promise<readonly StoredFile[] | undefined> => {
  const known = await database.first<{ files: StoredFile[] }>(sql`
    update step_result set used_at = now() where organisation_id = ${organisation} and key = ${key} returning files`)
  return known?.files
}

/** Steps that an organisation has run before, by key. */
export const stepCacheOf = (database: Database, store: ObjectStore, organisation: string): StepCache => ({
  async get(key, folder) {
    const files = await stepFiles(database, organisation, key)
    if (files === undefined) return false
    await takeFolder(store, files, folder)
    return true
  },
  has: async (key) => (await stepFiles(database, organisation, key)) !== undefined,
  async put(key, folder) {
    if (!(await stat(folder)).isDirectory()) return
    const files = await putFolder(store, folder)
    await database.transaction(async (queries) => {
      await hold(queries, holderOf(organisation, key), files)
      await queries.run(sql`insert into step_result (organisation_id, key, files, created_at, used_at)
        values (${organisation}, ${key}, ${json(files)}, now(), now()) on conflict do nothing`)
    })
  },
})
