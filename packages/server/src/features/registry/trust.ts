import { may } from '@modelsmith/domain'
import { noteDenied, noteMade, noteSubject } from '../../infra/audit/recording.ts'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import { fingerprintOf, publicKeyOf, readSigningKey } from '../../infra/secrets/signing.ts'
import { registryError } from './errors.ts'
import * as store from './store.ts'

type Operations = 'getSigningKey' | 'listTrustedInstallations' | 'addTrustedInstallation' | 'removeTrustedInstallation'

const demandAdministrator = (caller: Caller): void => {
  if (may(caller, 'administer', { kind: 'organisation', owner: '', organisation: caller.organisation })) return
  noteDenied({ kind: 'organisation', id: caller.organisation, name: null })
  throw infraError('object.forbidden', { action: 'administer', kind: 'organisation', name: 'trusted installations' })
}

/** Whose archives are taken, and how others know those of this installation; for administrators. */
export const trustRoutes = ({ database, settings }: Pick<Context, 'database' | 'settings'>): Routes<Operations> => ({
  getSigningKey: async ({ caller }) => {
    demandAdministrator(caller)
    const publicKey = publicKeyOf(readSigningKey(settings.signingKeyFile))
    return { publicKey, fingerprint: fingerprintOf(publicKey), address: settings.address }
  },
  listTrustedInstallations: async ({ caller, query }) => {
    demandAdministrator(caller)
    const page = await pageOf(query, (after, limit) => store.listTrusted(database, caller.organisation, after, limit))
    return { ...page, items: page.items.map(store.toTrusted) }
  },
  addTrustedInstallation: async ({ caller, body: { name, publicKey } }) => {
    demandAdministrator(caller)
    return database.transaction(async (queries) => {
      const row = {
        id: newId('trustedInstallation'),
        organisation: caller.organisation,
        name,
        publicKey,
        by: caller.id,
      }
      if ((await store.insertTrusted(queries, row)) === undefined) {
        const before = await store.trustedByKey(queries, caller.organisation, publicKey)
        throw registryError('trust.twice', { name: before?.name ?? name })
      }
      noteMade({ kind: 'trustedInstallation', id: row.id, name })
      return store.toTrusted((await store.findTrusted(queries, caller.organisation, row.id)) as store.TrustedRow)
    })
  },
  removeTrustedInstallation: async ({ caller, params: { id } }) => {
    await database.transaction(async (queries) => {
      const row = await store.findTrusted(queries, caller.organisation, id)
      if (row === undefined) throw infraError('object.notFound', { kind: 'trusted installation', id })
      demandAdministrator(caller)
      noteSubject({ kind: 'trustedInstallation', id, name: row.name }, { publicKey: row.public_key })
      await store.removeTrusted(queries, id)
    })
  },
})
