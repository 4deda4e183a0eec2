import { statfs } from 'node:fs/promises'
import { ModelsmithError } from '@modelsmith/table'
import { infraError } from '../errors.ts'
import type { Settings } from '../settings.ts'

/** What file systems and PostgreSQL (`disk_full`) say where there is no room. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota of the service user is used up',
  EFBIG: 'a file may not become larger',
  53100: 'no space is left for the database',
}

/** That the disk is full, where this is why something failed. */
export const diskFull = (error: unknown): ModelsmithError | undefined => {
  for (let at = error; at instanceof Error && !(at instanceof ModelsmithError); at = at.cause) {
    const reason = 'code' in at ? reasons[String(at.code)] : undefined
    if (reason !== undefined) return infraError('storage.full', { reason }, { cause: error })
  }
  return undefined
}

/** Bytes of the disk of the data folder. */
export const diskOf = async ({ dataDir }: Pick<Settings, 'dataDir'>): Promise<{ total: number; free: number }> => {
  const { blocks, bavail, bsize } = await statfs(dataDir)
  return { total: blocks * bsize, free: bavail * bsize }
}

/** Keeps a part of the disk for what must go on: the database, and the log that predictions are answered with. */
export const demandRoom = async (settings: Pick<Settings, 'dataDir' | 'diskReserveMb'>): Promise<void> => {
  const { free } = await diskOf(settings)
  if (free >= settings.diskReserveMb * 2 ** 20) return
  const reason = `${Math.floor(free / 2 ** 20).toLocaleString('en')} MB are free, and ${settings.diskReserveMb.toLocaleString('en')} MB are kept for the database and the log of predictions`
  throw infraError('storage.full', { reason })
}
