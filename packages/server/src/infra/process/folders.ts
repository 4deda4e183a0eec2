import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { infraError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import { placesOf } from '../settings.ts'

export type User = { readonly uid: number; readonly gid: number }

/**
 * Makes the data folder. When root runs the workers and a service user the rest, what both write belongs to the service user's
 * group, and so does whatever is made in it.
 */
export const makeFolders = (settings: Settings, user: User | undefined): void => {
  mkdirSync(settings.dataDir, { recursive: true })
  // Uploaded data is nobody else's business. Sessions see single files of it through mounts of their own.
  if (user !== undefined) chownSync(settings.dataDir, 0, user.gid)
  chmodSync(settings.dataDir, user === undefined ? 0o700 : 0o750)
  const closed = user === undefined ? undefined : closedFolder(settings.dataDir, user)
  if (closed !== undefined) throw infraError('data.unreachable', { folder: settings.dataDir, closed })
  const { objects, serving, uploads, work, compiled } = placesOf(settings)
  mkdirSync(compiled, { recursive: true, mode: 0o755 })
  // What a process runs, nobody who may do less can have written: each has its own.
  for (const name of ['own', 'service']) mkdirSync(join(compiled, name), { recursive: true, mode: 0o700 })
  if (user !== undefined) chownSync(join(compiled, 'service'), user.uid, user.gid)
  const library = `${settings.dataDir}/library`
  for (const folder of [objects, serving, `${serving}/models`, `${serving}/log`, uploads, work, library]) {
    mkdirSync(folder, { recursive: true })
    if (user === undefined) continue
    chownSync(folder, user.uid, user.gid)
    // Group sticky: children inherit the group, and the group may write.
    chmodSync(folder, 0o2775)
  }
}

const leftoverMs = 24 * 3600_000

/** Removes what an earlier run was killed over: uploads and working files that have been untouched for a day. */
export const removeLeftovers = (settings: Settings, now: number = Date.now()): void => {
  const { objects, uploads, work } = placesOf(settings)
  for (const folder of [uploads, work, join(objects, 'incoming')]) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(folder, name)
      if (statSync(path).mtimeMs < now - leftoverMs) rmSync(path, { recursive: true, force: true })
    }
  }
}

/** The first folder on the way that others than its owner may not enter; a given user counts as what it is. */
export const closedFolder = (path: string, user?: User): string | undefined => {
  const parts = path.split('/').slice(1)
  const way = ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)]
  return way.find((folder) => {
    const { mode, uid, gid } = statSync(folder)
    const wanted = uid === user?.uid ? 0o100 : gid === user?.gid ? 0o010 : 0o001
    return (mode & wanted) === 0
  })
}
