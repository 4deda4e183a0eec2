import { keptRows } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Nullable, strict, Timestamp } from '../common.ts'

/** In days; 0: no rows are kept. */
export const KeepRowsDays = Type.Integer({
  minimum: 0,
  maximum: keptRows.mostDays,
  description:
    'For how many days the rows of requests are kept, to be looked at and for challengers to score; 0: not at all',
})
export const KeepRowsShare = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1,
  description:
    'Of how many of the requests the rows are kept: 1 is all; which ones follows from the ids of the requests',
})

const Count = Type.Integer({ minimum: 0 })

/** What is kept of the rows of a deployment. */
export const Kept = Type.Object(
  {
    days: Type.Integer({ description: 'For how long rows are kept; 0: not at all' }),
    share: KeepRowsShare,
    mostBytes: Type.Integer({ description: 'Beyond this the oldest rows go first' }),
    rows: Count,
    bytes: Count,
    from: Nullable(Timestamp),
    to: Nullable(Timestamp),
    refusedAt: Nullable({
      ...Timestamp,
      description: 'When rows were last not kept because the organisation stores as much as it may',
    }),
  },
  strict,
)
export type Kept = Static<typeof Kept>
