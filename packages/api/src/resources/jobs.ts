import { JobState } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Nullable, PersonRef, StoredError, strict, Timestamp } from '../common.ts'

const jobKinds = [
  'ingestDataset',
  'trainBlueprint',
  'searchParameters',
  'predictFile',
  'scoreChallenger',
  'scoreBatch',
  'importTask',
  'buildEnvironment',
  'prepareRequirements',
  'publishRelease',
  'askModelFile',
  'computeInsights',
  'explainRows',
  'splitRows',
  'evaluateModels',
  'askKeptRows',
  'rebuildRelease',
] as const

export const Job = Type.Object(
  {
    id: Id,
    kind: Type.Enum(jobKinds),
    title: Type.String({ description: 'What is done, in words' }),
    state: JobState,
    owner: PersonRef,
    attempt: Type.Integer({ minimum: 0 }),
    position: Nullable(
      Type.Integer({ description: 'Of a job that waits, in the order in which jobs are taken: 1 is next' }),
    ),
    progress: Type.Object({ fraction: Nullable(Type.Number({ minimum: 0, maximum: 1 })), step: Type.String() }, strict),
    error: Nullable(StoredError),
    /** What the job works for, and what it made. */
    subject: Type.Object({ kind: Type.String(), id: Id }, strict),
    result: Type.Record(Type.String(), Type.Unknown()),
    createdAt: Timestamp,
    startedAt: Nullable(Timestamp),
    endedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'Job' },
)
export type Job = Static<typeof Job>

export const LogLine = Type.Object(
  {
    sequence: Type.Integer(),
    at: Timestamp,
    source: Type.Enum(['platform', 'stdout', 'stderr']),
    node: Nullable(Type.String()),
    text: Type.String(),
  },
  strict,
)
/** Head and tail are kept; `omitted` counts the lines between them, placed after sequence `omittedAfter`. */
export const JobLog = Type.Object(
  { lines: Type.Array(LogLine), omitted: Type.Integer(), omittedAfter: Nullable(Type.Integer()) },
  { ...strict, $id: 'JobLog' },
)
export type LogLine = Static<typeof LogLine>
export type JobLog = Static<typeof JobLog>

/** Server-sent events of one job: `job` (a Job), `log` (a LogLine), `end`. */
export const JobStreamEvent = Type.Union([
  Type.Object({ event: Type.Literal('job'), data: Job }),
  Type.Object({ event: Type.Literal('log'), data: LogLine }),
])

/** Server-sent events of the organisation: something changed that one may see; fetch it again. */
export const ChangeEvent = Type.Object(
  { kind: Type.String(), id: Id, version: Type.Integer(), change: Type.Enum(['created', 'updated', 'deleted']) },
  { ...strict, $id: 'ChangeEvent' },
)
export type ChangeEvent = Static<typeof ChangeEvent>

export const JobStarted = Type.Object({ job: Job }, { ...strict, $id: 'JobStarted' })
