import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, objectFields, StoredError, strict, Timestamp } from '../common.ts'

export const ColumnType = Type.Enum(['number', 'integer', 'boolean', 'category', 'text', 'date'])
export const ColumnSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    type: ColumnType,
    format: Type.Optional(
      Type.Object(
        {
          date: Type.Optional(Type.String()),
          decimal: Type.Optional(Type.Enum(['.', ','])),
          boolean: Type.Optional(
            Type.Object({ true: Type.Array(Type.String()), false: Type.Array(Type.String()) }, strict),
          ),
        },
        strict,
      ),
    ),
  },
  strict,
)

export const ColumnProfile = Type.Object(
  {
    name: Type.String(),
    type: ColumnType,
    missing: Type.Integer(),
    distinct: Type.Integer(),
    /** Numbers and dates (dates as µs since 1970 in `numeric`, with ISO text in `range`). */
    numeric: Nullable(
      Type.Object(
        {
          min: Type.Number(),
          max: Type.Number(),
          mean: Type.Number(),
          standardDeviation: Nullable(Type.Number()),
          quantiles: Type.Object(
            {
              p01: Type.Number(),
              p05: Type.Number(),
              p25: Type.Number(),
              p50: Type.Number(),
              p75: Type.Number(),
              p95: Type.Number(),
              p99: Type.Number(),
            },
            strict,
          ),
        },
        strict,
      ),
    ),
    range: Nullable(Type.Object({ first: Type.String(), last: Type.String() }, strict)),
    /** Equal-width bins over [min, max]; `edges` has one entry more than `counts`. */
    histogram: Nullable(Type.Object({ edges: Type.Array(Type.Number()), counts: Type.Array(Type.Integer()) }, strict)),
    top: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }, strict)),
    meanLength: Nullable(Type.Number()),
  },
  { ...strict, $id: 'ColumnProfile' },
)
export type ColumnProfile = Static<typeof ColumnProfile>

export const DatasetVersion = Type.Object(
  {
    id: Id,
    datasetId: Id,
    number: Type.Integer({ minimum: 1 }),
    state: Type.Enum(['processing', 'ready', 'failed']),
    error: Nullable(StoredError),
    source: Type.Object(
      { fileName: Type.String(), bytes: Type.Integer(), sha256: Type.String(), format: Type.Enum(['csv', 'parquet']) },
      strict,
    ),
    rows: Nullable(Type.Integer()),
    columns: Type.Array(ColumnSchema),
    /** Raised when somebody changes a column's type or format; projects keep the schema they were made with. */
    schemaRevision: Type.Integer({ minimum: 1 }),
    jobId: Nullable(Id),
    createdAt: Timestamp,
  },
  { ...strict, $id: 'DatasetVersion' },
)
export type DatasetVersion = Static<typeof DatasetVersion>

export const Dataset = Type.Object(
  {
    ...objectFields,
    description: Type.String(),
    /** Names of the columns whose values are shown only to whoever may edit the dataset; of later versions too. */
    sensitive: Type.Array(Type.String()),
    latest: DatasetVersion,
  },
  { ...strict, $id: 'Dataset' },
)
export type Dataset = Static<typeof Dataset>
export const DatasetChange = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    sensitive: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { maxItems: 10_000, description: 'All columns that are sensitive' }),
    ),
  },
  strict,
)
export const DatasetProfile = Type.Object(
  { datasetVersionId: Id, rows: Type.Integer(), columns: Type.Array(ColumnProfile) },
  { ...strict, $id: 'DatasetProfile' },
)
export type DatasetProfile = Static<typeof DatasetProfile>
/** New types or formats of some columns; the file is read again under them. */
export const SchemaChange = Type.Object({ columns: Type.Array(ColumnSchema, { minItems: 1 }) }, strict)
export const Cell = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()])
export const DatasetRows = Type.Object(
  {
    columns: Type.Array(ColumnSchema),
    rows: Type.Array(Type.Array(Cell)),
    offset: Type.Integer(),
    total: Type.Integer(),
  },
  { ...strict, $id: 'DatasetRows' },
)
/** What the platform found of a column as a target. */
export const TargetAdvice = Type.Object(
  {
    column: Type.String(),
    targetType: Nullable(Type.Enum(['binary', 'multiclass', 'regression'])),
    reason: Type.String(),
    metric: Nullable(Type.String()),
    metricReason: Nullable(Type.String({ description: 'Why this metric' })),
    zeros: Nullable(Type.Number({ description: 'Of a number: the share of rows that are 0' })),
    classes: Type.Array(Type.String()),
    problems: Type.Array(Type.String()),
  },
  { ...strict, $id: 'TargetAdvice' },
)
