import Type, { type Static } from 'typebox'
import { Id, Nullable, PageQuery, strict, Timestamp } from '../common.ts'
import { Explanation } from './explanations.ts'
import { Kept } from './kept-rows.ts'
import { PredictionAnswer, PredictionLogRow, PredictionRow } from './models.ts'

const RequestId = Type.String({ minLength: 1, maxLength: 200, description: 'As its answer and the log name it' })
const Answer = PredictionAnswer.properties.predictions.items

/** A row of a request that was answered, as it is kept; masked where the caller does not see a column. */
export const KeptRow = Type.Object(
  {
    requestId: Type.String(),
    releaseId: Id,
    at: Timestamp,
    row: Type.Integer({ minimum: 0, description: 'Of its request, from 0' }),
    values: PredictionRow,
    answer: Answer,
    associationId: Nullable(Type.String()),
    actual: Nullable(Type.String({ description: 'That came by the association id' })),
  },
  { ...strict, $id: 'KeptRow' },
)
export type KeptRow = Static<typeof KeptRow>

const KeptColumn = Type.Object(
  { name: Type.String(), type: Type.String(), isHidden: Type.Boolean({ description: 'Its values are masked' }) },
  strict,
)

const AnswersOfRelease = Type.Object(
  {
    releaseId: Id,
    number: Type.Integer(),
    modelName: Type.String(),
    isCurrent: Type.Boolean(),
    problem: Nullable(Type.String({ description: 'Why it did not answer' })),
    different: Nullable(
      Type.Integer({ description: 'Rows that it answers otherwise than was answered; null where it did not answer' }),
    ),
    largestDifference: Nullable(
      Type.Number({ description: 'Of the numbers of an answer; null where there are none to compare' }),
    ),
    answers: Type.Array(Answer, { description: 'To the first rows' }),
  },
  strict,
)

/** What releases answer to the rows of a request when they are asked again. */
export const AnswersAgain = Type.Object(
  { jobId: Id, createdAt: Timestamp, releases: Type.Array(AnswersOfRelease) },
  { ...strict, $id: 'AnswersAgain' },
)
export type AnswersAgain = Static<typeof AnswersAgain>

const { features, method, whySampled, background, outputs } = Explanation.properties
/** What made the prediction of a row of a request, or why that cannot be said. */
export const RequestExplanation = Type.Object(
  {
    row: Type.Integer({ minimum: 0 }),
    jobId: Id,
    createdAt: Timestamp,
    problem: Nullable(Type.String()),
    features,
    method: Nullable(method),
    whySampled,
    background: Nullable(background),
    outputs,
  },
  { ...strict, $id: 'RequestExplanation' },
)
export type RequestExplanation = Static<typeof RequestExplanation>

/** One request: when it came, who answered, and its rows where they are kept. */
export const LoggedRequest = Type.Object(
  {
    ...PredictionLogRow.properties,
    release: Type.Object(
      {
        id: Id,
        number: Type.Integer(),
        modelId: Id,
        modelKind: Type.Enum(['model', 'modelRelease']),
        registeredModelId: Nullable(Id),
        modelName: Type.String(),
        isCurrent: Type.Boolean(),
      },
      strict,
    ),
    rowsState: Type.Enum(['kept', 'withheld', 'letGo', 'notKept', 'refused'], {
      description:
        'withheld: kept, for those who may edit the deployment; letGo: not kept any more; notKept: they never were; refused: it was not answered',
    }),
    columns: Type.Array(KeptColumn),
    items: Type.Array(KeptRow, { description: 'From the row that was asked for on' }),
    again: Nullable(AnswersAgain),
    explanations: Type.Array(RequestExplanation),
    whyUnexplained: Nullable(Type.String({ description: 'Why no row of it can be explained; null where one can be' })),
  },
  { ...strict, $id: 'LoggedRequest' },
)
export type LoggedRequest = Static<typeof LoggedRequest>

export const LoggedRequestQuery = Type.Object(
  {
    request: RequestId,
    start: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'First row that is told' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  strict,
)
export const RequestAgain = Type.Object({ requestId: RequestId }, strict)
export const ExplainRequest = Type.Object(
  { requestId: RequestId, row: Type.Integer({ minimum: 0, description: 'Of the request, from 0' }) },
  strict,
)

/** Which kept rows: those that fit all that is given. */
const filters = {
  from: Type.Optional(Type.String({ description: 'ISO 8601; default: a week before `to`' })),
  to: Type.Optional(Type.String({ description: 'ISO 8601; default: now' })),
  release: Type.Optional(Id),
  column: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'Whose cells are looked at' })),
  value: Type.Optional(
    Type.String({ maxLength: 10_000, description: 'What the cell is; empty for a cell that is missing' }),
  ),
  least: Type.Optional(Type.String({ maxLength: 100, description: 'Of a number or a date: at least this' })),
  most: Type.Optional(Type.String({ maxLength: 100, description: 'Of a number or a date: at most this' })),
  predicted: Type.Optional(Type.String({ maxLength: 1000, description: 'The class that was predicted' })),
  actual: Type.Optional(Type.Enum(['with', 'without'], { description: 'Whether its actual value has come' })),
}
export const KeptRowsFilter = Type.Object(filters, strict)
export type KeptRowsFilter = Static<typeof KeptRowsFilter>

export const KeptRowsQuery = Type.Object({ ...filters, ...PageQuery.properties }, strict)
export const KeptRowsDownload = Type.Object(
  { ...filters, format: Type.Optional(Type.Enum(['csv', 'parquet'], { default: 'csv' })) },
  strict,
)

/** A page of kept rows, newest first; it may have fewer than asked for, or none, and more behind them. */
export const KeptRows = Type.Object(
  {
    items: Type.Array(KeptRow),
    nextCursor: Nullable(Type.String()),
    columns: Type.Array(KeptColumn),
    kept: Kept,
    searchedTo: Nullable(
      Type.String({ description: 'How far back was looked for this page; null where all of it was' }),
    ),
  },
  { ...strict, $id: 'KeptRows' },
)
export type KeptRows = Static<typeof KeptRows>

/** How much each feature of a release matters, beside the one that matters most. */
export const FeatureImportance = Type.Object(
  {
    releaseId: Id,
    state: Type.Enum(['computed', 'absent', 'impossible'], {
      description: 'absent: it can be computed; impossible: nothing tells it of this model',
    }),
    why: Nullable(Type.String({ description: 'Why there is none' })),
    source: Nullable(
      Type.Enum(['impact', 'contributions'], {
        description:
          'impact: how much worse the metric becomes when the feature is shuffled, of a trained model; contributions: the mean size of its exact Shapley values over kept rows, of a hosted file of trees or of a linear model',
      }),
    ),
    metric: Nullable(Type.String({ description: 'Of an impact' })),
    rows: Nullable(Type.Integer({ description: 'That it was computed on' })),
    computedAt: Nullable(Timestamp),
    jobId: Nullable(Id),
    modelId: Nullable({ ...Id, description: 'The trained model whose impact it is' }),
    features: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          value: Type.Number(),
          share: Type.Number({ minimum: 0, maximum: 1, description: 'Of the largest' }),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'FeatureImportance' },
)
export type FeatureImportance = Static<typeof FeatureImportance>
export const OfRelease = Type.Object(
  { release: Type.Optional({ ...Id, description: 'Default: the one that answers' }) },
  strict,
)
