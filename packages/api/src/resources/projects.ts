import { BlueprintGraph, EstimatorType, MetricName, Partitioning, Scores } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, objectFields, StoredError, strict, Timestamp } from '../common.ts'
import { MadeFrom } from './blueprints.ts'
import { ColumnSchema } from './datasets.ts'

export const Project = Type.Object(
  {
    ...objectFields,
    datasetId: Id,
    datasetVersionId: Id,
    /** Frozen with the project: training and scoring read every column so. */
    columns: Type.Array(ColumnSchema),
    features: Type.Array(Type.String()),
    target: Type.String(),
    targetType: EstimatorType,
    /** Binary: `[negative, positive]`; multiclass: all; regression: none. */
    classes: Type.Array(Type.String()),
    metric: MetricName,
    partitioning: Partitioning,
    rows: Type.Object(
      { total: Type.Integer(), training: Type.Integer(), holdout: Type.Integer(), missingTarget: Type.Integer() },
      strict,
    ),
    holdoutUnlocked: Type.Boolean(),
  },
  { ...strict, $id: 'Project' },
)
export type Project = Static<typeof Project>
export const ProjectCreate = Type.Object(
  {
    name: Name,
    datasetVersionId: Id,
    target: Type.String({ minLength: 1 }),
    targetType: Type.Optional(EstimatorType),
    positiveClass: Type.Optional(Type.String()),
    metric: Type.Optional(MetricName),
    partitioning: Type.Optional(Type.Partial(Partitioning)),
    features: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  },
  strict,
)
export const ProjectChange = Type.Object(
  { name: Type.Optional(Name), metric: Type.Optional(MetricName), holdoutUnlocked: Type.Optional(Type.Literal(true)) },
  strict,
)

/** Train a saved blueprint, or a graph as it stands on the canvas. */
export const TrainRequest = Type.Union([
  Type.Object({ blueprintId: Id }, strict),
  Type.Object({ name: Name, graph: BlueprintGraph, from: MadeFrom }, strict),
])

export const TrainingStep = Type.Object(
  {
    node: Type.String(),
    taskName: Type.String(),
    hook: Type.Enum(['fit', 'transform', 'predict']),
    /** `fold 1` … `fold k`, `all training rows`, `holdout`. */
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
  { ...strict, description: 'By metric name. holdout is null while it is locked.' },
)

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
  },
  { ...strict, $id: 'TrainingRun' },
)
export type TrainingRun = Static<typeof TrainingRun>

/** One row of the leaderboard: a run, with scores when it has a model; sorted by the project's metric. */
export const LeaderboardEntry = Type.Object(
  { run: TrainingRun, scores: Nullable(ModelScores) },
  { ...strict, $id: 'LeaderboardEntry' },
)
export const Leaderboard = Type.Object(
  { projectId: Id, metric: MetricName, higherIsBetter: Type.Boolean(), entries: Type.Array(LeaderboardEntry) },
  { ...strict, $id: 'Leaderboard' },
)
export type Leaderboard = Static<typeof Leaderboard>
