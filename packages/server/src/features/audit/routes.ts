import { Readable } from 'node:stream'
import { may } from '@modelsmith/domain'
import { allEntries, checkChain, readEntries } from '../../infra/audit/chain.ts'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'

/** The audit log, for whoever administers the organisation. */
export const auditRoutes = ({ database }: Context): Routes<'listAudit' | 'exportAudit' | 'checkAudit'> => {
  const demand = (caller: Caller): void => {
    if (!may(caller, 'administer', { kind: 'organisation', owner: '', organisation: caller.organisation }))
      throw infraError('object.forbidden', { action: 'administer', kind: 'organisation', name: 'audit log' })
  }
  async function* lines(organisation: string): AsyncGenerator<string> {
    for await (const entry of allEntries(database, organisation)) yield `${JSON.stringify(entry)}\n`
  }
  return {
    listAudit: async ({ caller, query: { before, limit = 50, actor, object, outcome } }) => {
      demand(caller)
      const items = await readEntries(
        database,
        caller.organisation,
        sql`(${before ?? null}::bigint is null or sequence < ${before ?? null}::bigint) and (${actor ?? null}::text is null or actor_id = ${actor ?? null})
          and (${object ?? null}::text is null or object_id = ${object ?? null}) and (${outcome ?? null}::text is null or outcome = ${outcome ?? null})
          order by sequence desc limit ${limit}`,
      )
      return { items, next: items.length < limit ? null : (items.at(-1)?.sequence ?? null) }
    },
    exportAudit: async ({ caller }) => {
      demand(caller)
      return {
        stream: Readable.from(lines(caller.organisation)),
        type: 'application/x-ndjson',
        fileName: 'audit.ndjson',
      }
    },
    checkAudit: async ({ caller }) => {
      demand(caller)
      return checkChain(allEntries(database, caller.organisation))
    },
  }
}
