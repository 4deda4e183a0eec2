import {
  BlueprintGraph,
  CustomMetric,
  Downsampling,
  EstimatorType,
  MetricName,
  ParameterValues,
  Partitioning,
  Scores,
} from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, objectFields, StoredError, strict, Timestamp } from '../common.ts'
import { MadeFrom } from './blueprints.ts'
import { ColumnSchema } from './datasets.ts'

/** Columns of the project that a training may be told to use, by a name. */
export const FeatureList = Type.Object(
  { name: Name, features: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }) },
  strict,
)

export const Project = Type.Object(
  {
    ...objectFields,
    datasetId: Id,
    datasetVersionId: Id,
    /** Frozen with the project: training and scoring read every column so. */
    columns: Type.Array(ColumnSchema),
    features: Type.Array(Type.String()),
    target: Nullable(
      Type.String({
        description:
          'The column that is predicted; of an anomaly project the column that says which rows are anomalies, which no task sees, and null where there is none',
      }),
    ),
    targetType: EstimatorType,
    /** Binary: `[negative, positive]`; multiclass: all; regression: none; anomaly: `[usual, anomaly]` where a column says which rows are. */
    classes: Type.Array(Type.String()),
    metric: Nullable(Type.String({ minLength: 1, description: 'Null where no column says which rows are anomalies' })),
    partitioning: Partitioning,
    rows: Type.Object(
      { total: Type.Integer(), training: Type.Integer(), holdout: Type.Integer(), missingTarget: Type.Integer() },
      strict,
    ),
    weights: Nullable(
      Type.String({
        description: 'The column with the weight of each row; never a feature. Metrics are weighted by it.',
      }),
    ),
    downsampling: Nullable(
      Type.Object(
        {
          kept: Type.Number(),
          majority: Type.String({ description: 'The class of which rows were left out; 0 of a number' }),
          leftOut: Type.Integer(),
          weights: Nullable(Type.String({ description: 'The column of weights that was corrected' })),
        },
        { ...strict, description: 'weights of the project are then corrected for the rows that were left out.' },
      ),
    ),
    parts: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          rows: Type.Integer(),
          from: Nullable(Type.String({ description: 'The oldest moment, or the value that names the part' })),
          to: Nullable(Type.String()),
        },
        strict,
      ),
    ),
    featureLists: Type.Array(FeatureList),
    holdoutUnlocked: Type.Boolean(),
    unlocked: Nullable(
      Type.Object({ at: Timestamp, by: Type.Object({ id: Id, name: Type.String() }, strict) }, strict),
    ),
  },
  { ...strict, $id: 'Project' },
)
export type Project = Static<typeof Project>
export const ProjectCreate = Type.Object(
  {
    name: Name,
    datasetVersionId: Id,
    target: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The column to predict. Anomaly projects need none: theirs says which rows are anomalies, to measure by, and no task sees it',
      }),
    ),
    targetType: Type.Optional(EstimatorType),
    positiveClass: Type.Optional(
      Type.String({ description: 'The class whose probability is predicted, or the label of anomalies' }),
    ),
    metric: Type.Optional(MetricName),
    partitioning: Type.Optional(Type.Partial(Partitioning, strict)),
    features: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    weights: Type.Optional(
      Type.String({ minLength: 1, description: 'A column of finite numbers, 0 or more: how much each row counts' }),
    ),
    downsampling: Type.Optional(Downsampling),
  },
  strict,
)
export const ProjectChange = Type.Object(
  {
    name: Type.Optional(Name),
    metric: Type.Optional(MetricName),
    /** All of them: what is not named is gone. Runs keep what they were trained on. */
    featureLists: Type.Optional(Type.Array(FeatureList, { maxItems: 200 })),
    holdoutUnlocked: Type.Optional(Type.Literal(true)),
  },
  strict,
)

/** How a blueprint is trained in a project, or tried by a search. */
export const trainingOptions = {
  featureList: Type.Optional(Type.String({ minLength: 1, description: 'Left out: all features of the project' })),
  sampleSize: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of the training rows to fit on; scores are of all rows that a fit does not see',
    }),
  ),
}

const parameters = {
  parameters: Type.Optional(
    Type.Record(Type.String(), ParameterValues, {
      description: 'Values of hyperparameters by the id of the node, over those that the graph has',
    }),
  ),
}
const ofBlueprint = Type.Object({ blueprintId: Id, ...parameters, ...trainingOptions }, strict)
const ofRepository = Type.Object(
  { repositoryId: Type.String({ minLength: 1 }), ...parameters, ...trainingOptions },
  strict,
)

/** Train a saved blueprint, a graph as it stands on the canvas, or an entry of the repository. */
export const TrainRequest = Type.Union([
  ofBlueprint,
  Type.Object({ name: Name, graph: BlueprintGraph, from: MadeFrom, ...trainingOptions }, strict),
  ofRepository,
])
/** Several of them side by side. */
export const TrainSideBySide = Type.Object(
  { algorithms: Type.Array(Type.Union([ofBlueprint, ofRepository]), { minItems: 1, maxItems: 100 }) },
  strict,
)
export const TrainRepositoryRequest = Type.Object(
  { ids: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 100 }), ...trainingOptions },
  strict,
)

/** A built-in blueprint that fits the target and the columns of a project. */
export const RepositoryEntry = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    graph: BlueprintGraph,
    trained: Type.Integer({ description: 'Trainings of it in this project' }),
  },
  { ...strict, $id: 'RepositoryEntry' },
)

export const TrainingStep = Type.Object(
  {
    node: Type.String(),
    taskName: Type.String(),
    hook: Type.Enum(['fit', 'transform', 'predict']),
    /** `fold 1` … `fold k`, then `all training rows`; `all rows` where the holdout is fitted on too. */
    part: Type.String(),
    state: Type.Enum(['waiting', 'running', 'done', 'reused', 'failed', 'skipped']),
    wallMs: Nullable(Type.Number()),
    cpuMs: Nullable(Type.Number()),
    peakMemoryMb: Nullable(Type.Number()),
  },
  strict,
)
export type TrainingStep = Static<typeof TrainingStep>

export const ModelScores = Type.Object(
  { validation: Scores, crossValidation: Scores, crossValidationSpread: Scores, holdout: Nullable(Scores) },
  {
    ...strict,
    description: 'By metric name. holdout is null while it is locked, and of a model that learned from its rows.',
  },
)

/** The model whose training this is once more, on all rows. */
export const retrainedFrom = {
  ...Nullable(Type.Object({ id: Id, name: Type.String() }, strict)),
  description:
    'The model whose training was done once more, with the rows of the holdout in the last fit too: it has no score on the holdout. Null of any other',
}

/** One training of a blueprint in a project. It has a model once it succeeded. */
export const TrainingRun = Type.Object(
  {
    id: Id,
    projectId: Id,
    blueprintId: Nullable(Id),
    blueprintName: Type.String(),
    graph: BlueprintGraph,
    state: Type.Enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    jobId: Id,
    modelId: Nullable(Id),
    error: Nullable(StoredError),
    steps: Type.Array(TrainingStep),
    createdAt: Timestamp,
    endedAt: Nullable(Timestamp),
    featureList: Nullable(Type.String({ description: 'null: all features of the project' })),
    sampleSize: Type.Number({
      description:
        'Share of the training rows that it was fitted on; of a training on all rows, what its folds were fitted on',
    }),
    retrainedFrom,
    repositoryId: Nullable(Type.String()),
  },
  { ...strict, $id: 'TrainingRun' },
)
export type TrainingRun = Static<typeof TrainingRun>

/** A function that measures the models of a project: a version of a task of the type evaluation, with its parameters. */
export const Evaluation = Type.Object(
  {
    id: Id,
    taskVersionId: Id,
    name: Type.String({ description: 'Of the task, with the number of the version' }),
    parameters: ParameterValues,
    metrics: Type.Array(CustomMetric),
    jobId: Nullable(Id),
  },
  { ...strict, $id: 'Evaluation' },
)
export type Evaluation = Static<typeof Evaluation>
export const EvaluationCreate = Type.Object(
  { taskVersionId: Type.String({ minLength: 1 }), parameters: Type.Optional(ParameterValues) },
  strict,
)
const Measured = Nullable(
  Type.Object({ rows: Type.Integer({ description: 'Predicted rows that were given' }), scores: Scores }, strict),
)
/** What an evaluation gave for a model: over all predictions out of fold at once, and over the holdout while that is unlocked. */
export const EvaluationResult = Type.Object(
  { evaluationId: Id, outOfFold: Measured, holdout: Measured, error: Nullable(StoredError) },
  strict,
)

/** One row of the leaderboard: a run, with scores when it has a model; sorted by the project's metric. */
export const LeaderboardEntry = Type.Object(
  {
    run: TrainingRun,
    scores: Nullable(ModelScores),
    evaluations: Type.Array(EvaluationResult),
    starred: Type.Boolean({ description: 'By whoever asks; others do not see it' }),
  },
  { ...strict, $id: 'LeaderboardEntry' },
)
export const Leaderboard = Type.Object(
  {
    projectId: Id,
    metric: Nullable(
      Type.String({ minLength: 1, description: 'Null without labels of anomalies: the newest run is first' }),
    ),
    higherIsBetter: Nullable(Type.Boolean()),
    evaluations: Type.Array(Evaluation),
    entries: Type.Array(LeaderboardEntry),
  },
  { ...strict, $id: 'Leaderboard' },
)
export type Leaderboard = Static<typeof Leaderboard>
