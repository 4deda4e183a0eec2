import {
  ApprovalAction,
  BlueprintGraph,
  DeploymentState,
  EstimatorType,
  Importance,
  Hyperparameter,
  ParameterValues,
  TargetType,
} from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, objectFields, strict, Timestamp } from '../common.ts'
import { KeepRowsDays, KeepRowsShare } from './kept-rows.ts'
import { Cell, ColumnSchema } from './datasets.ts'
import { Updates } from './approvals.ts'
import { DeploymentPause, Reason } from './governance.ts'
import { ModelScores, retrainedFrom, TrainingStep } from './projects.ts'

export const Artifact = Type.Object(
  { node: Type.String(), path: Type.String(), bytes: Type.Integer(), sha256: Type.String(), mediaType: Type.String() },
  strict,
)

const FoldArtifact = Type.Object({ fold: Type.Integer({ minimum: 1 }), ...Artifact.properties }, strict)

/** Media types of artifacts, by the ending of their names; what is not known is bytes. */
export const artifactMediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
  '.html': 'text/html',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.json': 'application/json',
}

/** How a file that `fit` wrote is shown as a custom insight, by its media type; the others are only downloaded. */
export const customInsightForms: Readonly<Record<string, 'image' | 'page' | 'table' | 'text'>> = {
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/gif': 'image',
  'image/svg+xml': 'image',
  'text/html': 'page',
  'text/csv': 'table',
  'text/plain': 'text',
  'text/markdown': 'text',
  'application/json': 'text',
}

/** Beginning of a table or text that `fit` wrote. */
export const CustomInsight = Type.Object(
  {
    node: Type.String(),
    path: Type.String(),
    mediaType: Type.String(),
    bytes: Type.Integer({ description: 'Of the whole file' }),
    text: Type.String({ description: 'At most 131,072 bytes of it, whole lines where it was cut' }),
    isWhole: Type.Boolean(),
  },
  { ...strict, $id: 'CustomInsight' },
)
export type CustomInsight = Static<typeof CustomInsight>

/**
 * Whether the model is scored without Python: `equal` where it was tried beside it and answered alike, `different` where it did not,
 * `unread` where nodes are not read natively.
 */
export const NativeScoring = Type.Object(
  {
    state: Type.Enum(['equal', 'different', 'unread']),
    reasons: Type.Array(Type.String(), { description: 'Of each node that is not read' }),
    rows: Type.Integer({ description: 'Rows of the project that were asked: of the holdout, where there is one' }),
    madeUp: Type.Integer({ description: 'Rows with missing cells and cells that nobody saw' }),
    refused: Type.Integer({ description: 'Of these, rows that Python refuses, and the native scorer too' }),
    identical: Type.Integer({ description: 'Rows whose predictions have the same bits' }),
    largestDifference: Type.Number({ description: 'Relative to the prediction, or to the mean of all' }),
    scorerBytes: Nullable(
      Type.Integer({ description: 'Of the portable scorer; null where it is too large for a browser, or not equal' }),
    ),
    provenAt: Timestamp,
  },
  strict,
)
export type NativeScoring = Static<typeof NativeScoring>

/** The immutable result of a training run. */
export const Model = Type.Object(
  {
    ...objectFields,
    projectId: Id,
    trainingRunId: Id,
    retrainedFrom,
    targetType: EstimatorType,
    target: Nullable(
      Type.String({
        description: 'Of an anomaly model the column that says which rows are anomalies, if there is one',
      }),
    ),
    classes: Type.Array(Type.String()),
    /** Columns a prediction needs, in order, with the types frozen by the project. */
    inputs: Type.Array(ColumnSchema),
    /** What may be set where it is applied. */
    predictionParameters: Type.Array(Hyperparameter),
    graph: BlueprintGraph,
    scores: ModelScores,
    steps: Type.Array(TrainingStep),
    artifacts: Type.Array(Artifact, { description: 'What the tasks wrote in the last fit, whose model this is' }),
    foldArtifacts: Type.Array(FoldArtifact, {
      description:
        'What they wrote in the fit of each fold, by which its rows were predicted; nothing of models that were trained before these were kept',
    }),
    native: {
      ...Nullable(NativeScoring),
      description: 'Null until somebody has a row explained, which tries the native scorer',
    },
    hidden: Type.Array(Type.String(), {
      description:
        'Sensitive columns whose values the caller does not see: charts leave them out, and artifacts are not downloaded',
    }),
  },
  { ...strict, $id: 'Model' },
)
export type Model = Static<typeof Model>

const Counted = {
  rows: Type.Integer({ description: 'Rows the chart stands on' }),
  part: Type.Enum(['validation', 'crossValidation', 'holdout']),
  weighted: Type.Optional(
    Type.Boolean({
      description: 'Rows count by their weights: counts beside `rows` are weights, and means are weighted',
    }),
  ),
}
const MaybeNumber = Nullable(Type.Number())
const Numbers = Type.Array(Type.Number())
const Counts = Type.Array(Numbers)

/**
 * Chart data that fits the target, on rows that the model had not seen: `ranking`, `distribution` and `calibration` for
 * binary, `confusion` for classes, `residuals` for regression, `lift` and `byFeature` for binary and regression; `anomaly` for
 * anomalies, and their `ranking` and `distribution` where rows are labelled.
 */
export const ModelInsights = Type.Object(
  {
    modelId: Id,
    ranking: Nullable(
      Type.Object(
        {
          ...Counted,
          positives: Type.Number(),
          negatives: Type.Number(),
          auc: Type.Number(),
          averagePrecision: Type.Number(),
          thresholds: Type.Integer({ description: 'Distinct scores; `points` are some of them where there are many' }),
          points: Type.Array(
            Type.Object(
              { threshold: Type.Number(), truePositives: Type.Number(), falsePositives: Type.Number() },
              { ...strict, description: 'Exact counts of the rows that score at least the threshold' },
            ),
          ),
        },
        strict,
      ),
    ),
    distribution: Nullable(Type.Object({ ...Counted, edges: Numbers, counts: Counts }, strict)),
    calibration: Nullable(
      Type.Object(
        {
          ...Counted,
          brier: Type.Number(),
          bins: Type.Array(
            Type.Object(
              {
                low: Type.Number(),
                high: Type.Number(),
                rows: Type.Integer(),
                predicted: Type.Number(),
                actual: Type.Number(),
                actualLow: Type.Number({ description: 'Wilson’s 95 % interval of the share of positives' }),
                actualHigh: Type.Number(),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
    confusion: Nullable(
      Type.Object(
        {
          ...Counted,
          classes: Type.Array(Type.String()),
          counts: Counts,
          perClass: Type.Array(
            Type.Object(
              {
                label: Type.String(),
                rows: Type.Number(),
                predicted: Type.Number(),
                precision: MaybeNumber,
                recall: MaybeNumber,
                f1: MaybeNumber,
              },
              strict,
            ),
          ),
        },
        strict,
      ),
    ),
    residuals: Nullable(
      Type.Object(
        {
          ...Counted,
          points: Type.Array(Type.Object({ actual: Type.Number(), predicted: Type.Number() }, strict), {
            description: 'All rows, or a seeded sample of 1,000',
          }),
          histogram: Type.Optional(Type.Object({ edges: Numbers, counts: Numbers }, strict)),
        },
        strict,
      ),
    ),
    lift: Nullable(
      Type.Object(
        {
          ...Counted,
          bins: Type.Array(
            Type.Object({ rows: Type.Integer(), predicted: Type.Number(), actual: Type.Number() }, strict),
          ),
        },
        strict,
      ),
    ),
    byFeature: Nullable(
      Type.Object(
        {
          ...Counted,
          features: Type.Array(
            Type.Object(
              {
                feature: Type.String(),
                bins: Type.Array(
                  Type.Object(
                    {
                      label: Nullable(Type.String({ description: 'Null where the value is missing' })),
                      rows: Type.Integer(),
                      actual: Type.Number(),
                      predicted: Type.Number(),
                      spread: MaybeNumber,
                    },
                    strict,
                  ),
                ),
              },
              strict,
            ),
            { description: 'The first 200 features, in the order of the project' },
          ),
        },
        strict,
      ),
    ),
    anomaly: Nullable(
      Type.Object(
        {
          ...Counted,
          least: Type.Number(),
          median: Type.Number(),
          most: Type.Number(),
          edges: Numbers,
          counts: Numbers,
          columns: Type.Array(Type.String(), { description: 'The first 200 features, in the order of the project' }),
          top: Type.Array(
            Type.Object(
              {
                row: Type.Integer({ description: 'From 0, as in the out-of-fold predictions' }),
                score: Type.Number(),
                label: Nullable(Type.String({ description: 'Null where nobody says whether it is an anomaly' })),
                values: Type.Array(Cell, {
                  description:
                    'Of `columns`; ••• in place of values of sensitive columns, and of all where the caller does not see the dataset',
                }),
              },
              strict,
            ),
            { description: 'The rows with the 50 highest scores, the highest first' },
          ),
        },
        {
          ...strict,
          description:
            'Scores: the higher, the more anomalous. Their range is that of the task; those of different models are not compared.',
        },
      ),
    ),
  },
  { ...strict, $id: 'ModelInsights' },
)
export type ModelInsights = Static<typeof ModelInsights>

/** How many rows feature impact is measured on, how often each feature is shuffled, and with which seed. */
export const ComputeFeatureInsights = Type.Object(
  {
    rows: Type.Optional(Type.Integer({ minimum: 10, maximum: 100_000, default: 2000 })),
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 5 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0 })),
  },
  strict,
)

/** What shuffling or setting one feature does to the predictions of validation rows by the model of fold 1, which has not seen them. */
export const FeatureInsights = Type.Object(
  {
    modelId: Id,
    /** The job that computes it, or that last did. */
    jobId: Nullable(Id),
    computedAt: Nullable(Timestamp),
    computed: Nullable(
      Type.Object(
        {
          part: Type.Literal('validation'),
          partRows: Type.Integer({
            description: 'Rows of the validation; impact and effects say how many of them they took',
          }),
          metric: Nullable(
            Type.String({
              description:
                'Null for anomalies: impact is then how far scores move, the mean of their absolute changes, and the baseline is 0',
            }),
          ),
          impact: Nullable(
            Type.Object(
              {
                rows: Type.Integer(),
                repeats: Type.Integer(),
                seed: Type.Integer(),
                baseline: Type.Number(),
                features: Type.Array(
                  Type.Object(
                    {
                      feature: Type.String(),
                      impact: Type.Number({
                        description: 'How much worse the metric becomes, the mean over the repeats',
                      }),
                      spread: MaybeNumber,
                    },
                    strict,
                  ),
                ),
              },
              strict,
            ),
          ),
          effects: Type.Array(
            Type.Object(
              {
                feature: Type.String(),
                kind: Type.Enum(['number', 'date', 'category']),
                rows: Type.Integer(),
                points: Type.Array(
                  Type.Object(
                    {
                      label: Nullable(Type.String({ description: 'Null is the missing value' })),
                      at: Nullable(Type.Number({ description: 'Of dates, microseconds since 1970' })),
                    },
                    strict,
                  ),
                ),
                means: Type.Array(Numbers, { description: 'Partial dependence, for each class or the number' }),
                curves: Type.Array(Numbers, { description: 'Individual conditional expectation of the first rows' }),
              },
              strict,
            ),
            { description: 'Of at most 50 features, the largest impact first' },
          ),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'FeatureInsights' },
)
export type FeatureInsights = Static<typeof FeatureInsights>

/** Predict on a dataset version before anything is deployed; the job's result has the address of a CSV. */
export const PredictDataset = Type.Object(
  {
    datasetVersionId: Id,
    passThrough: Type.Optional(Type.Array(Type.String())),
    parameters: Type.Optional(ParameterValues),
  },
  strict,
)

export const Release = Type.Object(
  {
    id: Id,
    /** The trained model, or the release of a registered model, that answers. */
    modelId: Id,
    modelKind: Type.Enum(['model', 'modelRelease']),
    /** Of a release of a registered model. */
    registeredModelId: Nullable(Id),
    number: Type.Integer(),
    state: Type.Enum(['latest', 'standby']),
    createdAt: Timestamp,
  },
  { ...strict, $id: 'Release' },
)
export type Release = Static<typeof Release>

/** The latest release of the registered model, where another one is served. */
const NewerRelease = Type.Object(
  {
    id: Id,
    number: Type.Integer(),
    changes: Type.Array(Type.String({ description: 'What clients would notice, in words' })),
  },
  strict,
)

export const Deployment = Type.Object(
  {
    ...objectFields,
    description: Type.String(),
    state: DeploymentState,
    importance: Importance,
    needsApproval: Type.Array(ApprovalAction, { description: 'What of it a second person has to approve' }),
    problem: Nullable(Type.String()),
    /** While it is paused: since when, by whom and why. */
    pause: Nullable(DeploymentPause),
    release: Release,
    /** What a rollback would serve again: the release that the one of now took the place of. */
    previousRelease: Nullable(Release),
    modelName: Type.String(),
    targetType: TargetType,
    target: Nullable(Type.String({ description: 'Null where a hosted file does not tell' })),
    classes: Type.Array(Type.String()),
    inputs: Type.Array(ColumnSchema),
    /** What a request may set. */
    predictionParameters: Type.Array(Hyperparameter),
    /** Where clients send rows. */
    address: Type.String(),
    updates: Updates,
    newerRelease: Nullable(NewerRelease),
    keepRowsDays: KeepRowsDays,
    keepRowsShare: KeepRowsShare,
    associationColumn: Nullable(
      Type.String({ description: 'Tells the rows of requests apart when their actual values come' }),
    ),
    fallback: Nullable(
      Type.Object(
        {
          id: Id,
          name: Type.String(),
          problem: Nullable(Type.String({ description: 'Why it does not answer in its place as things are' })),
        },
        { ...strict, description: 'The deployment that answers while the model of this one cannot' },
      ),
    ),
    requests: Type.Integer(),
    rows: Type.Integer(),
    errors: Type.Integer(),
    fallbacks: Type.Integer({ description: 'Requests that its fallback answered' }),
    lastRequestAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'Deployment' },
)
export type Deployment = Static<typeof Deployment>
export const DeploymentCreate = Type.Object(
  {
    name: Name,
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    modelId: Type.Optional(Id),
    modelReleaseId: Type.Optional({ ...Id, description: 'A release of a registered model, in place of modelId' }),
    updates: Type.Optional(Updates),
    importance: Type.Optional({ ...Importance, default: 'low' }),
    reason: Type.Optional(
      Type.String({ ...Reason, description: 'Why; wanted where a second person has to approve that it answers' }),
    ),
  },
  strict,
)
export const DeploymentChange = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    associationColumn: Type.Optional(Nullable(Name)),
    keepRowsDays: Type.Optional(KeepRowsDays),
    keepRowsShare: Type.Optional(KeepRowsShare),
    updates: Type.Optional(Updates),
    importance: Type.Optional(Importance),
  },
  strict,
)

export const PredictionRow = Type.Record(Type.String(), Cell)
const set = { parameters: Type.Optional(ParameterValues) }
/** Rows as objects, or columns as lists of one length; with what is set of the model's prediction parameters. */
export const PredictionRequest = Type.Union(
  [
    Type.Object({ rows: Type.Array(PredictionRow, { minItems: 1, maxItems: 10_000 }), ...set }, strict),
    Type.Object(
      { columns: Type.Record(Type.String(), Type.Array(Cell, { minItems: 1, maxItems: 10_000 })), ...set },
      strict,
    ),
  ],
  { $id: 'PredictionRequest' },
)
export type PredictionRequest = Static<typeof PredictionRequest>
/** What made one answer to a row: base, contributions and others sum to the score, which is the prediction where it is null. */
const AnswerExplanation = Type.Object(
  {
    label: Nullable(Type.String({ description: 'The class whose probability it is; null for a number' })),
    base: Type.Number({ description: 'The score of a row of which nothing is known' }),
    prediction: Type.Number(),
    score: Nullable(Type.Number({ description: 'Such as log-odds: what is summed where that is not the prediction' })),
    contributions: Type.Array(Type.Object({ feature: Type.String(), contribution: Type.Number() }, strict), {
      description: 'Exact Shapley values, the greatest first',
    }),
    others: Type.Number({ description: 'The sum of the contributions that were not asked for' }),
  },
  strict,
)

/**
 * `prediction` is the class with the highest probability, or the number; `probabilities` by class for classification. What gives
 * several values, or transforms, has them in `outputs`, and no prediction. `passThrough` has the fields that were to be handed on.
 */
export const PredictionAnswer = Type.Object(
  {
    requestId: Type.String(),
    deploymentId: Id,
    releaseId: Id,
    modelId: Id,
    fallbackId: Type.Optional({
      ...Id,
      description:
        'The deployment that answered in its place, because its own model could not; release and model are of that one',
    }),
    predictions: Type.Array(
      Type.Object(
        {
          prediction: Cell,
          probabilities: Type.Optional(Type.Record(Type.String(), Type.Number())),
          outputs: Type.Optional(Type.Record(Type.String(), Cell)),
          passThrough: Type.Optional(Type.Record(Type.String(), Cell)),
          explanations: Type.Optional(
            Type.Array(AnswerExplanation, {
              description:
                'Where they were asked for: of the number, of the positive class, or of the ten most probable classes, the highest first',
            }),
          ),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'PredictionAnswer' },
)
export type PredictionAnswer = Static<typeof PredictionAnswer>

export const PredictionLogRow = Type.Object(
  {
    requestId: Type.String(),
    releaseId: Id,
    at: Timestamp,
    rows: Type.Integer(),
    latencyMs: Type.Number(),
    status: Type.Enum(['ok', 'error']),
    errorCode: Nullable(Type.String()),
    fallback: Type.Optional(
      Type.Object(
        {
          deploymentId: Id,
          releaseId: Id,
          why: Type.String({ description: 'The error that its own model ended with' }),
        },
        { ...strict, description: 'What answered in place of its own model, which could not' },
      ),
    ),
  },
  { ...strict, $id: 'PredictionLogRow' },
)
export type PredictionLogRow = Static<typeof PredictionLogRow>
