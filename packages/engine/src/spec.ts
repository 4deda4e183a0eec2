import type {
  BlueprintGraph,
  EstimatorType,
  FeatureColumn,
  Partitioning,
  TargetType,
  TaskDescription,
} from '@modelsmith/domain'
import type { Environment, EnvironmentLock, Limits } from '@modelsmith/runner'

/** A task version with what is needed to run it. */
export type EngineTask = TaskDescription & {
  /** Folder on this machine, readable by sessions. */
  readonly codeDir: string
  /** Identity of its content, for step keys. */
  readonly codeHash: string
  /** `public` only where it was granted; isolated unless given. */
  readonly network?: 'isolated' | 'public'
  /** A transform that looks at the target: of the rows that it is fitted on, its readers see what fits without them gave. */
  readonly crossFitted?: boolean
  /** Environment variables of its hooks alone, which nothing that is kept or printed holds. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
  /** What its requirements gave when they were resolved. */
  readonly lock?: EnvironmentLock | undefined
}

/** A table to train on: a column block file and the identity of its content under its schema. */
export type TrainingData = {
  readonly file: string
  readonly contentId: string
  readonly rows: number
  readonly columns: readonly FeatureColumn[]
}

/** Row `i` belongs to part `partition[i]`: 1…folds, 0 the holdout, 127 what is only trained on, -1 none (its target is missing). */
export type Partition = Int8Array

export const excludedPart = -1

/** What is fitted, and on which columns. */
export type FittingSpec = {
  readonly data: TrainingData
  readonly features: readonly string[]
  /** What `fit` is told; anomalies are found without. */
  readonly target?: string | undefined
  readonly targetType: TargetType
  /** Canonical labels: `[negative, positive]` for binary, all for multiclass, none otherwise. */
  readonly classes: readonly string[]
  /** The column with the weight of each row; estimators receive it. */
  readonly weights?: string | undefined
  readonly graph: BlueprintGraph
  readonly tasks: ReadonlyMap<string, EngineTask>
  readonly environments: ReadonlyMap<string, Environment>
  readonly limits: Limits
  readonly seed: number
}

export type TrainingSpec = FittingSpec & {
  readonly targetType: EstimatorType
  readonly partition: Partition
  readonly folds: number
  /** How the parts were made: with `date` a fold is fitted on older rows only. */
  readonly method?: Partitioning['method'] | undefined
  /** 1 for each row that may be fitted on; all training rows unless given. */
  readonly sample?: Uint8Array | undefined
  /** Whether the model that is kept is fitted on every row that is in a part, those of the holdout too, whatever the folds see. */
  readonly onAllRows?: boolean | undefined
}
