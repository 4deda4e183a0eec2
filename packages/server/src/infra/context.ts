import type { LibraryTask } from '@modelsmith/engine'
import type { Database } from './database/database.ts'
import type { ObjectStore } from './objects/store.ts'
import type { Settings } from './settings.ts'

/** What an entry point constructs and every feature receives. */
export type Context = {
  readonly settings: Settings
  readonly database: Database
  readonly objects: ObjectStore
  readonly library: readonly LibraryTask[]
  readonly version: string
  readonly startedAt: Date
}
