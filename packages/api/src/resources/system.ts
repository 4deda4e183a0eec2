import Type, { type Static } from 'typebox'
import { Nullable, strict, Timestamp } from '../common.ts'

export const Health = Type.Object(
  { status: Type.Enum(['ok', 'degraded']), version: Type.String(), database: Type.Enum(['up', 'down']) },
  { ...strict, $id: 'Health' },
)
export const SystemReport = Type.Object(
  {
    version: Type.String(),
    startedAt: Timestamp,
    sandbox: Type.Object(
      {
        level: Type.Enum(['full', 'reduced', 'container', 'none']),
        checks: Type.Array(
          Type.Object(
            { name: Type.String(), ok: Type.Boolean(), detail: Type.String(), remedy: Type.Optional(Type.String()) },
            strict,
          ),
        ),
      },
      strict,
    ),
    database: Type.Object({ version: Type.String(), embedded: Type.Boolean(), bytes: Type.Integer() }, strict),
    objects: Type.Object({ count: Type.Integer(), bytes: Type.Integer(), freeBytes: Nullable(Type.Integer()) }, strict),
    workers: Type.Array(
      Type.Object({ id: Type.String(), heartbeatAt: Timestamp, jobId: Nullable(Type.String()) }, strict),
    ),
    queue: Type.Object({ queued: Type.Integer(), running: Type.Integer() }, strict),
  },
  { ...strict, $id: 'SystemReport' },
)
export type SystemReport = Static<typeof SystemReport>

/** Everything that one may see whose name has the words. */
export const SearchHit = Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }, strict)
export const SearchResult = Type.Object({ hits: Type.Array(SearchHit) }, { ...strict, $id: 'SearchResult' })
