import {
  BlueprintGraph,
  EstimatorType,
  Hyperparameter,
  ParameterValues,
  Partitioning,
  TaskType,
  TypeSchema,
} from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Nullable, StoredError, strict } from '../common.ts'
import { ColumnSchema } from './datasets.ts'

const Feature = Type.Object({ ...ColumnSchema.properties, missing: Type.Boolean() }, strict)

/** What requirements were resolved to, so that the same packages are installed elsewhere. */
const BundledLock = Type.Object(
  {
    version: Type.Literal(1),
    base: Type.String(),
    python: Type.String(),
    baseLock: Type.String(),
    requirements: Type.Array(Type.String()),
    why: Type.String(),
    packages: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          version: Type.String(),
          sha256: Type.String(),
          from: Type.Optional(Type.Literal('mirror')),
        },
        strict,
      ),
    ),
  },
  strict,
)

/** A task of a run; `folder` is where its files lie in the archive, null for a built-in one. */
const BundledTask = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    targetTypes: Type.Array(TaskType),
    typeSchema: TypeSchema,
    hyperparameters: Type.Array(Hyperparameter),
    predictionParameters: Type.Optional(Type.Array(Hyperparameter)),
    environment: Type.String(),
    lock: Type.Optional(BundledLock),
    codeHash: Type.String(),
    folder: Nullable(Type.String()),
  },
  strict,
)

const BundledEnvironment = Type.Object(
  {
    name: Type.String(),
    interpreter: Nullable(Type.String()),
    packages: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
  },
  strict,
)

const Limits = Type.Object(
  {
    memoryMb: Type.Number(),
    cpuSeconds: Type.Number(),
    wallSeconds: Type.Number(),
    processes: Type.Number(),
    fileSizeMb: Type.Number(),
    threads: Type.Number(),
  },
  strict,
)

const told = {
  version: Type.Literal(1),
  id: Type.String(),
  name: Type.String(),
  state: Type.String(),
  error: Nullable(StoredError),
  environments: Type.Array(BundledEnvironment),
  limits: Limits,
}

/** `run.json` of an archive: all that a run works from, beside the files that it names. */
export const RunBundle = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('training'),
      ...told,
      /** `data.cols` is the column block file of all rows, `partition.bin` a signed byte for each. */
      contentId: Type.String(),
      columns: Type.Array(Feature),
      features: Type.Array(Type.String()),
      target: Nullable(Type.String()),
      targetType: EstimatorType,
      classes: Type.Array(Type.String()),
      weights: Type.Optional(Type.String()),
      folds: Type.Integer(),
      method: Type.Optional(Partitioning.properties.method),
      sampleSize: Type.Optional(Type.Number()),
      /** Whether the last fit has the rows of the holdout too. */
      onAllRows: Type.Optional(Type.Boolean()),
      seed: Type.Integer(),
      graph: BlueprintGraph,
      tasks: Type.Array(BundledTask),
      /**
       * SHA-256 of what it predicted, of the folds and of the holdout, which is `learned` where it was fitted on that; absent of a run that
       * gave no model. The folds' predictions themselves are `out-of-fold.csv`.
       */
      predictions: Type.Optional(
        Type.Object(
          { outOfFold: Type.String(), holdout: Nullable(Type.String()), learned: Type.Optional(Type.String()) },
          strict,
        ),
      ),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('prediction'),
      ...told,
      /** The fitted model lies in `model/`, the rows in this file: CSV, or column blocks. */
      rows: Type.Enum(['rows.csv', 'rows.cols']),
      passThrough: Type.Array(Type.String()),
      parameters: Type.Optional(ParameterValues),
    },
    strict,
  ),
])
export type RunBundle = Static<typeof RunBundle>
