import { JobState, ParameterValues } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, PersonRef, strict, Timestamp } from '../common.ts'

const DatasetRows = Type.Object({ kind: Type.Literal('dataset'), datasetVersionId: Id }, strict)
const FileName = Type.String({ description: 'Of the file that the rows came in' })
const FileRows = Type.Object({ kind: Type.Literal('file'), name: FileName }, strict)

const QueryRows = Type.Object(
  {
    kind: Type.Literal('postgres'),
    credentialId: { ...Id, description: 'Of a database: host, port, database, user, password, tls' },
    query: Type.String({
      minLength: 1,
      maxLength: 100_000,
      description: 'One SELECT, read in a transaction that writes nothing',
    }),
  },
  strict,
)

const bucketPattern = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'
const S3Credential = {
  ...Id,
  description: 'Of S3: accessKeyId, secretAccessKey, region, endpoint, bucket, pathStyle',
}
const S3Rows = Type.Object(
  {
    kind: Type.Literal('s3'),
    credentialId: S3Credential,
    url: Type.String({
      pattern: `^s3://${bucketPattern}/`,
      maxLength: 1100,
      description: 's3://bucket/key of a CSV or Parquet file; one that ends in / means all files beneath it',
    }),
  },
  strict,
)

export const BatchFormat = Type.Enum(['csv', 'parquet'], { default: 'csv' })

/** Where the predictions of a batch go. */
export const BatchSink = Type.Union(
  [
    Type.Object({ kind: Type.Literal('file') }, strict),
    Type.Object({ kind: Type.Literal('dataset'), name: Name }, strict),
    Type.Object(
      {
        kind: Type.Literal('postgres'),
        credentialId: Id,
        schema: Type.Optional(Type.String({ minLength: 1, maxLength: 63, default: 'public' })),
        table: Type.String({ minLength: 1, maxLength: 63 }),
        mode: Type.Enum(['create', 'append'], { description: 'A new table, or one that has the columns' }),
      },
      strict,
    ),
    Type.Object(
      {
        kind: Type.Literal('s3'),
        credentialId: S3Credential,
        url: Type.String({
          pattern: `^s3://${bucketPattern}/(.*[^/])$`,
          maxLength: 1100,
          description: 's3://bucket/key of an object, which appears when it is whole, in place of one that is there',
        }),
        format: Type.Optional(BatchFormat),
      },
      strict,
    ),
  ],
  {
    description:
      '{"kind": "file"}: to be downloaded as CSV or Parquet; {"kind": "dataset", "name": …}: a new dataset of yours; {"kind": "postgres", "credentialId": …, "table": …, "mode": "create" or "append"}: a table of PostgreSQL, all rows or none; {"kind": "s3", "credentialId": …, "url": "s3://bucket/key", "format": "csv" or "parquet"}: an object of S3',
  },
)
export type BatchSink = Static<typeof BatchSink>

const PassThrough = Type.Array(Type.String({ minLength: 1 }), {
  maxItems: 1000,
  uniqueItems: true,
  description: 'Columns of the rows that stand before the predictions, unchanged',
})
const loggedWords = 'Whether its rows count in the monitoring of the deployment, as those of requests do'
const Logged = Type.Boolean({ default: true, description: loggedWords })

export const BatchCreate = Type.Object(
  {
    source: Type.Union([DatasetRows, QueryRows, S3Rows], {
      description:
        '{"kind": "dataset", "datasetVersionId": …}, or {"kind": "postgres", "credentialId": …, "query": …}: rows of a query, or {"kind": "s3", "credentialId": …, "url": "s3://bucket/key"}: files of S3',
    }),
    sink: Type.Optional(BatchSink),
    passThrough: Type.Optional(PassThrough),
    parameters: Type.Optional(ParameterValues),
    logged: Type.Optional(Logged),
  },
  strict,
)

/** Form fields beside an uploaded file of rows. */
export const batchFields = Type.Object(
  {
    sink: Type.Optional(Type.String({ description: 'As an object of JSON; by default {"kind": "file"}' })),
    passThrough: Type.Optional(Type.String({ description: 'Column names: a list of JSON, or with commas between' })),
    parameters: Type.Optional(Type.String({ description: 'Prediction parameters as an object of JSON' })),
    logged: Type.Optional(Type.Enum(['true', 'false'], { description: loggedWords })),
  },
  strict,
)

/** A job that scores many rows by a deployment. */
export const Batch = Type.Object(
  {
    id: { ...Id, description: 'Of its job' },
    deploymentId: Id,
    releaseId: { ...Id, description: 'The release that answers all of its rows, whatever is deployed meanwhile' },
    state: JobState,
    owner: PersonRef,
    source: Type.Union([
      FileRows,
      Type.Object({ ...DatasetRows.properties, name: FileName }, strict),
      QueryRows,
      S3Rows,
    ]),
    sink: BatchSink,
    passThrough: PassThrough,
    logged: Logged,
    totalRows: Nullable(Type.Integer({ description: 'Known once all rows were checked' })),
    scoredRows: Type.Integer({ minimum: 0 }),
    datasetId: Nullable({ ...Id, description: 'The dataset that came of it' }),
    createdAt: Timestamp,
    endedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'Batch' },
)
export type Batch = Static<typeof Batch>
