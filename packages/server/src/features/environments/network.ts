import type { NetworkGrant, NetworkRequest } from '@modelsmith/api'
import { may } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { announceChange, authorise } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowed } from '../../infra/rights/visible.ts'
import { environmentError } from './errors.ts'

type GrantRow = {
  readonly id: string
  readonly task_version_id: string
  readonly task_name: string
  readonly major: number
  readonly minor: number
  readonly granted_by: string
  readonly granted_name: string
  readonly granted_at: Date
  readonly reason: string
  readonly revoked_by: string | null
  readonly revoked_name: string | null
  readonly revoked_at: Date | null
}

const toGrant = (row: GrantRow): NetworkGrant => ({
  id: row.id,
  taskVersionId: row.task_version_id,
  taskName: row.task_name,
  number: `${row.major}.${row.minor}`,
  grantedBy: { id: row.granted_by, name: row.granted_name },
  grantedAt: row.granted_at.toISOString(),
  reason: row.reason,
  revokedBy: row.revoked_by === null ? null : { id: row.revoked_by, name: row.revoked_name ?? '' },
  revokedAt: row.revoked_at?.toISOString() ?? null,
})

const grantsOf = (queries: Queries, versions: readonly string[]) =>
  queries.rows<GrantRow>(sql`
    select g.id, g.task_version_id, t.name as task_name, v.major, v.minor, g.granted_by, p.name as granted_name, g.granted_at, g.reason,
      g.revoked_by, r.name as revoked_name, g.revoked_at
    from network_grant g join task_version v on v.id = g.task_version_id join object t on t.id = v.task_id
    join person p on p.id = g.granted_by left join person r on r.id = g.revoked_by
    where g.task_version_id = any(${versions}) order by g.granted_at desc, g.id desc`)

type RequestRow = {
  readonly id: string
  readonly task_id: string
  readonly task_name: string
  readonly major: number
  readonly minor: number
  readonly created_at: Date
}

/** Versions that ask for the network of tasks that the caller may see, newest first. */
export const requests = (queries: Queries, caller: Principal, after: Sql, limit: number) =>
  queries.rows<RequestRow>(sql`
    select o.id, o.task_id, t.name as task_name, o.major, o.minor, o.created_at from task_version o join object t on t.id = o.task_id
    where ${allowed(caller, 'view', ['task'], sql`t`)} and t.deleted_at is null and o.metadata->>'network' = 'public' ${after}
    order by o.created_at desc, o.id desc limit ${limit}`)

export const toRequests = async (queries: Queries, rows: readonly RequestRow[]): Promise<NetworkRequest[]> => {
  const grants = (
    await grantsOf(
      queries,
      rows.map(({ id }) => id),
    )
  ).map(toGrant)
  return rows.map(({ id, task_id, task_name, major, minor }) => {
    const own = grants.filter(({ taskVersionId }) => taskVersionId === id)
    const granted = own.some(({ revokedAt }) => revokedAt === null)
    return {
      taskVersionId: id,
      taskId: task_id,
      taskName: task_name,
      number: `${major}.${minor}`,
      granted,
      grants: own,
    }
  })
}

/** Whether a version of a task has the network now. */
const hasNetwork = async (queries: Queries, taskVersion: string): Promise<boolean> =>
  (await queries.first(
    sql`select 1 from network_grant where task_version_id = ${taskVersion} and revoked_at is null`,
  )) !== undefined

export const demandNetwork = async (queries: Queries, taskVersion: string, task: string): Promise<void> => {
  if (!(await hasNetwork(queries, taskVersion))) throw environmentError('network.notGranted', { task })
}

export const createNetworkGrants = ({ database }: Pick<Context, 'database'>) => {
  /** The version of a task that the caller may see; only an administrator goes on. */
  const demand = async (queries: Queries, caller: Caller, id: string) => {
    const row = await queries.first<{ task_id: string; network: string | null }>(
      sql`select task_id, metadata->>'network' as network from task_version where id = ${id} for update`,
    )
    const asked = { kind: 'task version', id }
    if (row === undefined) throw infraError('object.notFound', asked)
    await authorise(queries, caller, 'view', 'task', row.task_id, asked)
    const organisation = { kind: 'organisation', owner: '', organisation: caller.organisation } as const
    if (!may(caller, 'administer', organisation))
      throw infraError('object.forbidden', { action: 'administer', kind: 'organisation', name: 'network' })
    return row
  }

  return {
    async grant(caller: Caller, id: string, reason: string): Promise<NetworkGrant> {
      await database.transaction(async (queries) => {
        const { task_id, network } = await demand(queries, caller, id)
        if (network !== 'public') throw environmentError('network.grant', { problem: 'does not ask for it' })
        if (await hasNetwork(queries, id)) throw environmentError('network.grant', { problem: 'has it already' })
        await queries.run(sql`insert into network_grant (id, task_version_id, granted_by, granted_at, reason)
          values (${newId('networkGrant')}, ${id}, ${caller.id}, now(), ${reason})`)
        await announceChange(queries, task_id)
      })
      const [latest] = await grantsOf(database, [id])
      return toGrant(latest as GrantRow)
    },

    async revoke(caller: Caller, id: string): Promise<void> {
      await database.transaction(async (queries) => {
        const { task_id } = await demand(queries, caller, id)
        const changed = await queries.run(
          sql`update network_grant set revoked_by = ${caller.id}, revoked_at = now() where task_version_id = ${id} and revoked_at is null`,
        )
        if (changed === 0) throw environmentError('network.grant', { problem: 'does not have it' })
        await announceChange(queries, task_id)
      })
    },
  }
}
