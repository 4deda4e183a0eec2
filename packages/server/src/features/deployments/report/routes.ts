import type { Deployment, DeploymentReport } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import { sql } from '../../../infra/database/database.ts'
import type { Caller, Routes } from '../../../infra/http/handler.ts'
import { accuracyOf, driftOfRelease, healthOf, rangeFromDatabase } from '../../monitoring/index.ts'
import * as requests from '../change-request-store.ts'
import * as history from '../history.ts'
import * as store from '../store.ts'
import { lineageOf } from './lineage.ts'
import { markdownOf } from './markdown.ts'

export type ReportOperations = 'getDeploymentReport' | 'downloadDeploymentReport'

type Asked = { readonly from?: string; readonly to?: string }
const newest = 200

/** One document about a deployment, from what other operations tell as well. */
export const reportRoutes = (
  { database, library }: Pick<Context, 'database' | 'library'>,
  read: (caller: Caller, id: string) => Promise<Deployment>,
): Routes<ReportOperations> => {
  const ownersOf = (id: string) =>
    database.rows<{ id: string; name: string }>(sql`
      select p.id, p.name from object_grant g join person p on p.id = g.grantee_id
      where g.object_id = ${id} and g.role = 'owner' order by p.name, p.id`)

  const report = async (caller: Caller, id: string, asked: Asked): Promise<DeploymentReport> => {
    const deployment = await read(caller, id)
    const { now, range } = await rangeFromDatabase(database, asked)
    const row = (await store.findDeployment(database, id)) as store.DeploymentRow
    const [owners, lineage, asks, events, health, drift, accuracy] = await Promise.all([
      ownersOf(id),
      lineageOf(database, caller, library, row),
      requests.listRequests(database, caller, { deployment: id }, sql``, newest),
      history.listEvents(database, id, sql``, newest),
      healthOf(database, id, undefined, range),
      driftOfRelease(database, row.release_id, range),
      accuracyOf(database, id, undefined, range),
    ])
    return {
      createdAt: now.toISOString(),
      createdFor: { id: caller.id, name: caller.person.name },
      deployment,
      owners,
      lineage,
      changeRequests: asks.map((each) => requests.toRequest(caller, each)),
      history: events.map(history.toEvent),
      health,
      drift,
      accuracy,
    }
  }

  return {
    getDeploymentReport: ({ caller, params, query }) => report(caller, params.id, query),
    downloadDeploymentReport: async ({ caller, params, query }) => ({
      stream: markdownOf(await report(caller, params.id, query)),
      type: 'text/markdown',
      fileName: `${params.id}.md`,
    }),
  }
}
