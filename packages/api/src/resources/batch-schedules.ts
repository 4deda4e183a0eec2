import { JobState } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, PersonRef, strict, Timestamp } from '../common.ts'
import { BatchCreate } from './batches.ts'

const Cron = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    'Five fields: minute, hour, day of the month, month, day of the week; "30 6 * * 1-5" is half past six on weekdays',
  examples: ['30 6 * * *'],
})
const TimeZone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Of the IANA database',
  examples: ['Europe/Vienna'],
})

export const BatchScheduleCreate = Type.Object(
  {
    name: Name,
    cron: Cron,
    timeZone: Type.Optional({ ...TimeZone, default: 'UTC' }),
    batch: {
      ...BatchCreate,
      description:
        'What each batch is begun with. In addresses of S3 and in the name of a dataset, {date} and {time} are those of the run.',
    },
  },
  strict,
)

export const BatchScheduleChange = Type.Object(
  {
    scheduleId: Id,
    name: Type.Optional(Name),
    cron: Type.Optional(Cron),
    timeZone: Type.Optional(TimeZone),
    paused: Type.Optional(Type.Boolean({ description: 'false: goes on, also where it had been stopped' })),
  },
  strict,
)

export const BatchScheduleRun = Type.Object({ scheduleId: Id }, strict)

/** Batches that are begun by the clock. */
export const BatchSchedule = Type.Object(
  {
    id: Id,
    name: Name,
    deploymentId: Id,
    deploymentName: Type.String(),
    owner: PersonRef,
    batch: BatchCreate,
    cron: Cron,
    timeZone: TimeZone,
    state: Type.Enum(['active', 'paused', 'stopped'], {
      description: 'stopped: by the platform, as whoever made it may no longer do it, or the deployment is gone',
    }),
    reason: Nullable(Type.String({ description: 'Why it was stopped' })),
    nextAt: Nullable(Timestamp),
    runs: Type.Array(
      Type.Object(
        {
          at: Timestamp,
          jobId: Nullable(Id),
          state: Nullable(JobState),
          skipped: Nullable(Type.String({ description: 'Why no batch was begun' })),
        },
        strict,
      ),
      { description: 'The last ten, newest first' },
    ),
    createdAt: Timestamp,
  },
  { ...strict, $id: 'BatchSchedule' },
)
export type BatchSchedule = Static<typeof BatchSchedule>
