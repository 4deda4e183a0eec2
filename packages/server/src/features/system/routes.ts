import { stat, statfs } from 'node:fs/promises'
import { type ChangeEvent, openApiDocument, type SystemReport } from '@modelsmith/api'
import type { SandboxReport } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import { eventQueue } from '../../infra/http/events.ts'
import type { Caller, Routes, ServerEvent } from '../../infra/http/handler.ts'
import { principalOf } from '../../infra/rights/principal.ts'
import { allowed, allowedJob } from '../../infra/rights/visible.ts'
import { may, sharedKinds } from '@modelsmith/domain'

type Operations = 'streamChanges' | 'search' | 'health' | 'systemReport' | 'openapi'

/** A run is found by its project. */
const searchedKinds = sharedKinds.filter((kind) => kind !== 'trainingRun' && kind !== 'search')

const unknownSandbox: SandboxReport = {
  level: 'none',
  checks: [{ name: 'worker', ok: false, detail: 'No worker has reported yet.' }],
}

export const systemRoutes = ({ database, settings, version, startedAt }: Context): Routes<Operations> => {
  const document = openApiDocument({ version })

  /** Whether the caller may see what changed; of something that is gone, whether they might have. */
  const sees = async (caller: Caller, { kind, id }: ChangeEvent): Promise<boolean> => {
    const person = await principalOf(database, caller.id)
    const row =
      kind === 'job'
        ? await database.first(sql`select 1 from job o where o.id = ${id} and ${allowedJob(person, 'view')}`)
        : await database.first(
            sql`select 1 from object o where o.id = ${id} and ${allowed(person, 'view', sharedKinds)}`,
          )
    return row !== undefined
  }

  async function* changes(caller: Caller, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const queue = eventQueue<ChangeEvent>(signal)
    const stop = database.listen('changes', (payload) => {
      const { organisation, ...change } = JSON.parse(payload) as ChangeEvent & { organisation: string }
      if (organisation === caller.organisation) queue.push(change)
    })
    try {
      for await (const data of queue.items()) if (await sees(caller, data)) yield { event: 'change', data }
    } finally {
      stop()
    }
  }

  return {
    streamChanges: async ({ caller, signal }) => changes(caller, signal),
    search: async ({ caller, query }) => {
      const words = `%${query.q.trim().replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`
      const hits = await database.rows<{ kind: string; id: string; name: string }>(sql`
        select o.kind, o.id, o.name from object o where o.deleted_at is null and o.name ilike ${words}
          and ${allowed(caller, 'view', searchedKinds)}
        order by o.updated_at desc limit 30`)
      return { hits }
    },
    health: async () => {
      const up = await database.first(sql`select 1`).then(
        () => true,
        () => false,
      )
      return {
        status: up ? ('ok' as const) : ('degraded' as const),
        version,
        database: up ? ('up' as const) : ('down' as const),
      }
    },
    systemReport: async ({ caller }): Promise<SystemReport> => {
      if (!may(caller, 'view', { kind: 'organisation', owner: '', organisation: caller.organisation })) {
        throw infraError('object.forbidden', { action: 'view', kind: 'organisation', name: 'system report' })
      }
      const workers = await database.rows<{
        id: string
        heartbeat_at: Date
        job_id: string | null
        sandbox: SandboxReport
      }>(
        sql`select id, heartbeat_at, job_id, sandbox from worker where heartbeat_at > now() - interval '1 minute' order by id`,
      )
      const facts = await database.first<{
        version: string
        bytes: number
        objects: number
        object_bytes: number
        queued: number
        running: number
      }>(sql`
        select version() as version, pg_database_size(current_database()) as bytes,
          (select count(*) from stored_object) as objects, (select coalesce(sum(bytes), 0)::bigint from stored_object) as object_bytes,
          (select count(*) from job where state = 'queued') as queued, (select count(*) from job where state in ('running', 'cancelling')) as running`)
      const disk = await stat(settings.dataDir).then(
        () => statfs(settings.dataDir),
        () => undefined,
      )
      const sandbox = workers[0]?.sandbox ?? unknownSandbox
      return {
        version,
        startedAt: startedAt.toISOString(),
        sandbox: { level: sandbox.level, checks: sandbox.checks.map((check) => ({ ...check })) },
        database: {
          version: facts?.version ?? '',
          embedded: settings.databaseUrl === undefined,
          bytes: facts?.bytes ?? 0,
        },
        objects: {
          count: facts?.objects ?? 0,
          bytes: facts?.object_bytes ?? 0,
          freeBytes: disk === undefined ? null : disk.bavail * disk.bsize,
        },
        workers: workers.map(({ id, heartbeat_at, job_id }) => ({
          id,
          heartbeatAt: heartbeat_at.toISOString(),
          jobId: job_id,
        })),
        queue: { queued: facts?.queued ?? 0, running: facts?.running ?? 0 },
      }
    },
    openapi: async () => document,
  }
}
