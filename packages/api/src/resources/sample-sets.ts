import { EstimatorType, Downsampling, LabelMapping, MetricName, Partitioning, SampleField } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Description, Id, Name, Nullable, objectFields, strict } from '../common.ts'
import { ColumnSchema } from './datasets.ts'
import { Project } from './projects.ts'

const definition = {
  datasetVersionIds: Type.Array(Id, {
    minItems: 1,
    maxItems: 50,
    uniqueItems: true,
    description: 'Their rows, one after another',
  }),
  fields: Type.Array(SampleField, { minItems: 1, maxItems: 20_000 }),
  labels: Type.Array(LabelMapping, {
    maxItems: 1000,
    description: 'Which values of the label column mean which label; empty: the values are the labels, or the number',
  }),
}

/** Rows of datasets with a role for each field: what is learned, from what, and how rows belong together. */
export const SampleSet = Type.Object(
  { ...objectFields, description: Type.String(), ...definition },
  { ...strict, $id: 'SampleSet' },
)
export type SampleSet = Static<typeof SampleSet>

export const SampleSetCreate = Type.Object(
  {
    name: Name,
    description: Type.Optional(Description),
    datasetVersionIds: definition.datasetVersionIds,
    fields: definition.fields,
    labels: Type.Optional(definition.labels),
  },
  strict,
)
export const SampleSetChange = Type.Partial(SampleSetCreate, strict)

export const SampleSetPreview = Type.Object(
  {
    columns: Type.Array(ColumnSchema),
    rows: Type.Array(Type.Array(Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]))),
    total: Type.Integer(),
    /** Most frequent first; null: rows without a label, which are left out of trainings. */
    labels: Type.Array(Type.Object({ label: Nullable(Type.String()), rows: Type.Integer() }, strict)),
    targetType: Nullable(EstimatorType),
    reason: Type.String(),
  },
  { ...strict, $id: 'SampleSetPreview' },
)
export type SampleSetPreview = Static<typeof SampleSetPreview>

/** A project of the rows as they are now; target, features, weights and how rows are split come from the roles. */
export const SampleSetProject = Type.Object(
  {
    name: Name,
    targetType: Type.Optional(EstimatorType),
    positiveClass: Type.Optional(Type.String()),
    metric: Type.Optional(MetricName),
    partitioning: Type.Optional(Type.Partial(Partitioning, strict)),
    downsampling: Type.Optional(Downsampling),
  },
  strict,
)

/** How its rows are to be split. */
export const SplitRequest = Type.Omit(SampleSetProject, ['name'], strict)
/** The parts that the rows would have. */
export const SplitPreview = Type.Object(
  {
    targetType: EstimatorType,
    classes: Type.Array(Type.String()),
    folds: Type.Integer(),
    parts: Project.properties.parts,
    rows: Project.properties.rows,
  },
  { ...strict, $id: 'SplitPreview' },
)
export type SplitPreview = Static<typeof SplitPreview>
