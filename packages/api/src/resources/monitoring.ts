import { Cell } from './datasets.ts'
import Type, { type Static } from 'typebox'
import { Id, Nullable, strict, Timestamp } from '../common.ts'

const Count = Type.Integer({ minimum: 0 })
const Milliseconds = Nullable(Type.Number())

/** The time that an answer is about. Counts are kept hour by hour: what was asked is widened to whole hours. */
const range = {
  from: Timestamp,
  to: Timestamp,
  /** Length of the parts of a series. */
  stepHours: Type.Integer({ minimum: 1 }),
}

export const LatencyQuantiles = Type.Object(
  {
    p50: Milliseconds,
    p90: Milliseconds,
    p95: Milliseconds,
    p99: Milliseconds,
  },
  strict,
)
export type LatencyQuantiles = Static<typeof LatencyQuantiles>

/** Requests, rows, latency and errors of a deployment over a time. */
export const DeploymentHealth = Type.Object(
  {
    ...range,
    requests: Count,
    rows: Count,
    errors: Count,
    fallbacks: { ...Count, description: 'Requests that another deployment answered in its place' },
    ahead: Type.Integer({
      minimum: 0,
      description: 'Requests whose time lay ahead of the database’s clock; they count at the time they were logged',
    }),
    latency: Type.Object(
      {
        ...LatencyQuantiles.properties,
        relativeError: Type.Number({ description: 'A quantile is off by at most this share of itself' }),
      },
      strict,
    ),
    errorCodes: Type.Array(Type.Object({ code: Type.String(), requests: Count }, strict)),
    releases: Type.Array(
      Type.Object({ releaseId: Id, number: Type.Integer(), requests: Count, rows: Count, errors: Count }, strict),
    ),
    series: Type.Array(
      Type.Object(
        { at: Timestamp, requests: Count, rows: Count, errors: Count, ...LatencyQuantiles.properties },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'DeploymentHealth' },
)
export type DeploymentHealth = Static<typeof DeploymentHealth>

const sources = ['training', 'dataset', 'firstRows'] as const

/** What the rows of a release are compared with. */
export const MonitoringBaseline = Type.Object(
  {
    id: Id,
    releaseId: Id,
    source: Type.Enum(sources, {
      description:
        'training: the rows that the model was fitted on; dataset: an assigned one; firstRows: the first that it was asked',
    }),
    datasetVersionId: Nullable(Id),
    wantedRows: Nullable(Type.Integer({ description: 'Of firstRows' })),
    waitingRows: Type.Integer({ description: 'Rows that are counted once the baseline is ready' }),
    state: Type.Enum(['waiting', 'ready', 'failed']),
    problem: Nullable(Type.String()),
    rows: Nullable(Count),
    hasPredictions: Type.Boolean(),
    createdAt: Timestamp,
  },
  { ...strict, $id: 'MonitoringBaseline' },
)
export type MonitoringBaseline = Static<typeof MonitoringBaseline>

export const BaselineChange = Type.Object(
  {
    source: Type.Enum(sources),
    datasetVersionId: Type.Optional(Id),
    rows: Type.Optional(Type.Integer({ minimum: 10, maximum: 100_000, default: 1000, description: 'Of firstRows' })),
  },
  strict,
)
export type BaselineChange = Static<typeof BaselineChange>

const Measure = Nullable(Type.Number())
export const FeatureQuality = Type.Object(
  {
    rows: Count,
    missing: Count,
    unseen: Nullable(
      Type.Integer({ description: 'Categories that the baseline never had; null where that cannot be told' }),
    ),
    outOfRange: Nullable(Type.Object({ below: Count, above: Count }, strict)),
  },
  strict,
)
export type FeatureQuality = Static<typeof FeatureQuality>

export const FeatureDrift = Type.Object(
  {
    name: Type.String(),
    type: Type.String(),
    role: Type.Enum(['input', 'prediction']),
    psi: { ...Measure, description: 'Population stability index; null without rows' },
    jensenShannon: { ...Measure, description: 'Distance to the base 2' },
    kolmogorovSmirnov: { ...Measure, description: 'At the bounds of the bins; of numbers' },
    chiSquare: Nullable(
      Type.Object({ statistic: Type.Number(), degreesOfFreedom: Type.Integer(), pValue: Type.Number() }, strict),
    ),
    quality: FeatureQuality,
    baselineQuality: FeatureQuality,
  },
  { ...strict, $id: 'FeatureDrift' },
)
export type FeatureDrift = Static<typeof FeatureDrift>

/** How far the rows of a release have moved from its baseline, and what they lack. */
export const DeploymentDrift = Type.Object(
  {
    ...range,
    releaseId: Id,
    baseline: Nullable(MonitoringBaseline),
    rows: Count,
    features: Type.Array(FeatureDrift),
  },
  { ...strict, $id: 'DeploymentDrift' },
)
export type DeploymentDrift = Static<typeof DeploymentDrift>

export const FeatureDetail = Type.Object(
  {
    ...range,
    releaseId: Id,
    baseline: MonitoringBaseline,
    feature: FeatureDrift,
    bins: Type.Array(
      Type.Object(
        {
          label: Type.String(),
          kind: Type.Enum(['missing', 'below', 'above', 'unseen', 'other', 'value']),
          baseline: Count,
          current: Count,
        },
        strict,
      ),
    ),
    series: Type.Array(
      Type.Object(
        {
          at: Timestamp,
          rows: Count,
          psi: Measure,
          missing: Count,
          unseen: Nullable(Count),
          outOfRange: Nullable(Count),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'FeatureDetail' },
)
export type FeatureDetail = Static<typeof FeatureDetail>

export const ActualsUpload = Type.Object(
  {
    actuals: Type.Array(
      Type.Object({ associationId: Type.String({ minLength: 1, maxLength: 1000 }), actual: Cell }, strict),
      { minItems: 1, maxItems: 100_000 },
    ),
  },
  strict,
)
export type ActualsUpload = Static<typeof ActualsUpload>

/** What became of actual values that were sent. */
export const ActualsReceipt = Type.Object(
  {
    received: Count,
    new: Count,
    corrected: Type.Integer({ description: 'Another value was known before' }),
    repeated: Type.Integer({ description: 'Known already, with this value' }),
    matched: Type.Integer({ description: 'Ids of predictions that are known' }),
    unusable: Type.Integer({ description: 'Their prediction is no finite number, and is in no metric' }),
    unknown: Type.Integer({ description: 'Ids without a prediction yet; their values wait for it' }),
    unknownIds: Type.Array(Type.String(), { description: 'The first 1,000 of them, as they were sent' }),
  },
  { ...strict, $id: 'ActualsReceipt' },
)
export type ActualsReceipt = Static<typeof ActualsReceipt>

const accuracy = {
  releaseId: Id,
  number: Type.Integer(),
  predictions: Type.Integer({ description: 'With an association id' }),
  actuals: Type.Integer({ description: 'Predictions whose actual value is known: what the scores stand on' }),
  scores: Type.Record(Type.String(), Nullable(Type.Number())),
}

/** Metrics of releases from actual values, by the time of the prediction. */
export const DeploymentAccuracy = Type.Object(
  {
    ...range,
    waitingActuals: Type.Integer({ description: 'Actual values without a prediction, of any time' }),
    releases: Type.Array(Type.Object(accuracy, strict)),
    series: Type.Array(Type.Object({ at: Timestamp, ...accuracy }, strict)),
  },
  { ...strict, $id: 'DeploymentAccuracy' },
)
export type DeploymentAccuracy = Static<typeof DeploymentAccuracy>
