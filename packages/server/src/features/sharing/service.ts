import type { Access, Share } from '@modelsmith/api'
import { allowedActions, type ObjectRole, strongest } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { noteBefore } from '../../infra/audit/recording.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { announceChange, authoriseAny, type HeldRow, referenceOf } from '../../infra/rights/objects.ts'
import { sharingError } from './errors.ts'
import * as store from './store.ts'

/** Gives roles on objects and takes them back; somebody always owns each. */
export const createSharing = ({ database }: Pick<Context, 'database'>) => {
  const list = async (caller: Caller, id: string): Promise<Share[]> => {
    await authoriseAny(database, caller, ['view'], id)
    return store.listShares(database, id)
  }

  /** Somebody must own it still, and it is named after one of them; serving and pages hear of it. */
  const settle = async (queries: Queries, row: HeldRow): Promise<void> => {
    if (row.within_id === null) {
      const owners = await store.ownersOf(queries, row.id)
      const [first] = owners
      if (first === undefined) throw sharingError('share.lastOwner', { name: row.name })
      await store.setNamedOwner(queries, row.id, owners.includes(row.owner_id) ? row.owner_id : first)
    }
    await announceChange(queries, row.id)
  }

  const roles = async (queries: Queries, id: string) =>
    (await store.listShares(queries, id)).map(({ grantee, role }) => ({ id: grantee.id, name: grantee.name, role }))

  const demandGrantee = async (
    queries: Queries,
    caller: Caller,
    id: string,
    role: ObjectRole,
  ): Promise<store.Grantee> => {
    const grantee = await store.findGrantee(queries, caller.organisation, id)
    if (grantee === undefined) throw infraError('object.notFound', { kind: 'person or group', id })
    if (role === 'owner' && grantee.kind !== 'person')
      throw sharingError('share.owner', { kind: grantee.kind === 'group' ? 'a group' : 'an organisation' })
    return grantee
  }

  return {
    list,

    async access(caller: Caller, id: string): Promise<Access> {
      const row = await authoriseAny(database, caller, ['view', 'execute'], id)
      const reference = referenceOf(row)
      return {
        id,
        kind: row.kind,
        name: row.name,
        owner: { id: row.owner_id, name: row.owner_name },
        role: strongest(row.held) ?? null,
        // It is there already.
        actions: allowedActions(caller, reference).filter((action) => action !== 'create'),
      }
    },

    async give(caller: Caller, id: string, grantee: string, role: ObjectRole): Promise<Share> {
      await database.transaction(async (queries) => {
        const row = await authoriseAny(queries, caller, ['share'], id)
        await store.lockShares(queries, id)
        noteBefore({ shares: await roles(queries, id) })
        const whom = await demandGrantee(queries, caller, grantee, role)
        if (role === 'owner' && row.within_id !== null) throw sharingError('share.part', { kind: row.kind })
        await store.setRole(queries, { object: id, grantee: whom, role, by: caller.id })
        await settle(queries, row)
      })
      const shares = await store.listShares(database, id)
      return shares.find(({ grantee: { id: of }, from }) => of === grantee && from === null) as Share
    },

    async remove(caller: Caller, id: string, grantee: string): Promise<void> {
      await database.transaction(async (queries) => {
        // One's own role can be given up by whoever has it.
        const row = await authoriseAny(queries, caller, [grantee === caller.id ? 'view' : 'share'], id)
        await store.lockShares(queries, id)
        noteBefore({ shares: await roles(queries, id) })
        if ((await store.removeRole(queries, id, grantee)) === 0) {
          const inherited = (await store.listShares(queries, id)).find((share) => share.grantee.id === grantee)
          if (inherited?.from !== undefined && inherited.from !== null)
            throw sharingError('share.inherited', { name: inherited.from.name })
          throw infraError('object.notFound', { kind: 'role', id: grantee })
        }
        await settle(queries, row)
      })
    },

    /** The other becomes the owner whom everybody sees; who was it before stays as an editor. */
    async transfer(caller: Caller, id: string, person: string): Promise<Share[]> {
      await database.transaction(async (queries) => {
        const row = await authoriseAny(queries, caller, ['share'], id)
        if (row.within_id !== null) throw sharingError('share.part', { kind: row.kind })
        await store.lockShares(queries, id)
        noteBefore({ shares: await roles(queries, id) })
        const next = await demandGrantee(queries, caller, person, 'owner')
        const before = await demandGrantee(queries, caller, row.owner_id, 'owner')
        if (before.id !== next.id)
          await store.setRole(queries, { object: id, grantee: before, role: 'editor', by: caller.id })
        await store.setRole(queries, { object: id, grantee: next, role: 'owner', by: caller.id })
        await store.setNamedOwner(queries, id, next.id)
        await settle(queries, { ...row, owner_id: next.id })
      })
      return list(caller, id).catch(() => [])
    },
  }
}

export type Sharing = ReturnType<typeof createSharing>
