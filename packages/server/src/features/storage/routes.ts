import type { Storage } from '@modelsmith/api'
import { may } from '@modelsmith/domain'
import { noteDenied, noteSubject } from '../../infra/audit/recording.ts'
import type { Context } from '../../infra/context.ts'
import { diskOf } from '../../infra/disk/room.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { storedBytes } from '../../infra/objects/quota.ts'
import { foldersOf } from './folders.ts'
import * as store from './store.ts'

/** Looking through the folders takes a while on a large disk: what was found is good for so long. */
const freshMs = 60_000

export const storageRoutes = ({ database, settings }: Context): Routes<'getStorage' | 'changeStorage'> => {
  let looked: { readonly at: number; readonly folders: ReturnType<typeof foldersOf> } | undefined

  const demandAdministrator = (caller: Caller) => {
    const subject = { kind: 'organisation', id: caller.organisation, name: null }
    if (may(caller, 'administer', { kind: 'organisation', owner: '', organisation: caller.organisation }))
      return subject
    noteDenied(subject)
    throw infraError('object.forbidden', { action: 'administer', kind: 'organisation', name: 'storage' })
  }

  const folders = () => {
    if (looked === undefined || looked.at + freshMs < Date.now())
      looked = { at: Date.now(), folders: foldersOf(settings.dataDir) }
    return looked
  }

  const look = async ({ organisation }: Caller): Promise<Storage> => {
    const { at, folders: found } = folders()
    const uses = [...(await store.objectsOf(database, organisation)), ...(await store.restOf(database, organisation))]
    const sums = new Map(uses.map((use) => [use.what, use]))
    for (const [what, bytes] of await found)
      sums.set(what, { what, bytes: bytes + (sums.get(what)?.bytes ?? 0), objects: null })
    const { total, free } = await diskOf(settings)
    return {
      disk: { totalBytes: total, freeBytes: free, reservedBytes: settings.diskReserveMb * 2 ** 20 },
      uses: [...sums.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes),
      organisation: {
        storedBytes: await storedBytes(database, organisation),
        quotaBytes: await store.quotaOf(database, organisation),
      },
      measuredAt: new Date(at).toISOString(),
    }
  }

  return {
    getStorage: async ({ caller }) => {
      demandAdministrator(caller)
      return look(caller)
    },
    changeStorage: async ({ caller, body }) => {
      const subject = demandAdministrator(caller)
      await database.transaction(async (queries) => {
        noteSubject(subject, { quotaBytes: await store.quotaOf(queries, caller.organisation) })
        await store.setQuota(queries, caller.organisation, body.quotaBytes)
      })
      return look(caller)
    },
  }
}
