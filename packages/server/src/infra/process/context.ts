import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadLibrary } from '@modelsmith/engine'
import { writeBeforeCommit } from '../audit/audit.ts'
import type { Context } from '../context.ts'
import { openDatabase } from '../database/database.ts'
import { demandRoom } from '../disk/room.ts'
import { announceTo } from '../objects/references.ts'
import { openFolderStore } from '../objects/store.ts'
import { placesOf, readSettings } from '../settings.ts'

const packageFile = fileURLToPath(new URL('../../../package.json', import.meta.url))

export const readVersion = async (): Promise<string> =>
  (JSON.parse(await readFile(packageFile, 'utf8')) as { version: string }).version

/** What each process of the server constructs for itself, over the database that the supervisor names. */
export const openContext = async (databaseUrl: string, env: NodeJS.ProcessEnv = process.env): Promise<Context> => {
  const settings = readSettings(env)
  const places = placesOf(settings)
  for (const folder of [places.uploads, places.work]) await mkdir(folder, { recursive: true, mode: 0o755 })
  const database = openDatabase(databaseUrl, { beforeCommit: writeBeforeCommit })
  return {
    settings,
    database,
    objects: await openFolderStore(places.objects, announceTo(database), { demandRoom: () => demandRoom(settings) }),
    library: await loadLibrary(settings.dataDir),
    version: await readVersion(),
    startedAt: new Date(),
  }
}
