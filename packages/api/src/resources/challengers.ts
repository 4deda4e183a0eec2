import { mostChallengers } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Nullable, PersonRef, strict, Timestamp } from '../common.ts'
import { Kept } from './kept-rows.ts'
import { Reason, Replacement, ReplacementChoice } from './governance.ts'

const Count = Type.Integer({ minimum: 0 })
const Share = Nullable(Type.Number({ minimum: 0, maximum: 1 }))
const Measure = Nullable(Type.Number())

export const challengerStates = ['upToDate', 'behind', 'failed', 'isChampion', 'modelDeleted'] as const

/** A model that scores the rows that a deployment answered, beside it. */
export const Challenger = Type.Object(
  {
    id: Id,
    modelId: Id,
    modelKind: Type.Enum(['model', 'modelRelease']),
    registeredModelId: Nullable(Id),
    name: Type.String(),
    addedBy: PersonRef,
    addedAt: Timestamp,
    state: Type.Enum(challengerStates, {
      description:
        'behind: new rows wait for it; failed: it could not be opened; isChampion: it answers the requests itself; modelDeleted: nothing can be scored or promoted any more',
    }),
    problem: Nullable(Type.String({ description: 'Why it is not scored' })),
    waitingRows: Type.Integer({ description: 'Rows that came since it was added, which it has not scored yet' }),
    replayJobId: Nullable({ ...Id, description: 'The newest replay' }),
  },
  { ...strict, $id: 'Challenger' },
)
export type Challenger = Static<typeof Challenger>

/** The challengers of a deployment, and the rows that are kept for them. */
export const Challengers = Type.Object(
  {
    items: Type.Array(Challenger),
    most: Type.Integer({ description: `Challengers that a deployment may have: ${mostChallengers}` }),
    kept: Kept,
  },
  { ...strict, $id: 'Challengers' },
)
export type Challengers = Static<typeof Challengers>

export const ChallengerAdd = Type.Object(
  {
    ...ReplacementChoice.properties,
    acceptChanges: Type.Optional(
      Type.Boolean({ default: false, description: 'Add it although clients would notice what the check finds' }),
    ),
  },
  strict,
)

export const ChallengerReplay = Type.Object(
  {
    challengerId: Id,
    from: Type.Optional(
      Type.String({ description: 'ISO 8601; default: a week before `to`. Whole hours are replayed' }),
    ),
    to: Type.Optional(Type.String({ description: 'ISO 8601; default: now' })),
  },
  strict,
)

export const ChallengerPromotion = Type.Object(
  {
    challengerId: Id,
    reason: Reason,
    acceptChanges: Replacement.properties.acceptChanges,
    keepChampion: Type.Optional(
      Type.Boolean({ default: false, description: 'The champion of before goes on as a challenger' }),
    ),
  },
  strict,
)

const Spread = Type.Object(
  {
    mean: { ...Measure, description: 'Of the numbers, or of the probabilities of the second of two classes' },
    classes: Type.Array(Type.Object({ label: Type.String(), rows: Count }, strict)),
  },
  strict,
)

const Compared = Type.Object(
  {
    rows: Type.Integer({ description: 'Rows that both answered' }),
    agreement: { ...Share, description: 'Share of them with the same class; of numbers, with the same number' },
    meanDifference: { ...Measure, description: 'Challenger less champion, of what `mean` is of' },
    meanAbsoluteDifference: Measure,
    largestDifference: {
      ...Measure,
      description:
        'Of the numbers, or of the probabilities of any class; null of what was scored before this was counted',
    },
    challenger: Spread,
    champion: Spread,
  },
  strict,
)

const Scores = Type.Record(Type.String(), Measure)
const scored = {
  rows: Type.Integer({ description: 'Rows that it scored' }),
  failed: Type.Integer({ description: 'Rows that it could not score' }),
  compared: Nullable(Compared),
}

/** Challengers beside the champion over a time of requests, each on the rows that both answered. */
export const ChallengerComparison = Type.Object(
  {
    from: Timestamp,
    to: Timestamp,
    stepHours: Type.Integer({ minimum: 1 }),
    champion: Type.Object(
      {
        releaseId: Id,
        number: Type.Integer(),
        name: Type.String(),
        rows: Type.Integer({ description: 'Rows that the deployment answered in this time, by whichever release' }),
      },
      strict,
    ),
    meanOf: Nullable(Type.String({ description: 'The class whose probability means are of; null of numbers' })),
    challengers: Type.Array(
      Type.Object(
        {
          challengerId: Id,
          name: Type.String(),
          ...scored,
          errors: Type.Array(
            Type.Object(
              { code: Type.String(), message: Type.String({ description: 'Of the last one' }), rows: Count },
              strict,
            ),
          ),
          accuracy: Type.Object(
            {
              rows: Type.Integer({ description: 'Rows that both answered and whose actual value is known' }),
              challenger: Scores,
              champion: Scores,
            },
            strict,
          ),
          series: Type.Array(Type.Object({ at: Timestamp, ...scored }, strict)),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'ChallengerComparison' },
)
export type ChallengerComparison = Static<typeof ChallengerComparison>
