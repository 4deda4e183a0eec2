import Type from 'typebox'
import { byId, Page, PageQuery, strict } from '../common.ts'
import { accepted, json, namesAbsent, type Endpoint } from '../endpoint.ts'
import { Batch, BatchCreate, batchFields, BatchFormat } from '../resources/batches.ts'
import { JobStarted } from '../resources/jobs.ts'

const answersNothing = { '503': 'The deployment is paused, or waits for approval' } as const

/** Many rows scored by a deployment, in a job. */
export const batchesEndpoints = {
  listBatches: {
    method: 'GET',
    path: '/deployments/{id}/batches',
    tag: 'deployments',
    summary: 'Batches of the deployment that one began; an administrator sees those of all',
    auth: 'required',
    params: byId,
    query: PageQuery,
    status: 200,
    answer: json(Page(Batch)),
  },
  startBatch: {
    method: 'POST',
    path: '/deployments/{id}/batches',
    tag: 'deployments',
    summary: 'Score a dataset version, the rows of a query to PostgreSQL, or files of S3, of any length in a job',
    auth: 'required',
    params: byId,
    body: json(BatchCreate),
    ...accepted(JobStarted),
    idempotent: true,
    failures: { ...namesAbsent, ...answersNothing },
  },
  startFileBatch: {
    method: 'POST',
    path: '/deployments/{id}/file-batches',
    tag: 'deployments',
    summary: 'Score an uploaded CSV file of any length in a job',
    auth: 'required',
    params: byId,
    body: { kind: 'multipart', fields: batchFields, files: 'one CSV file named `file`' },
    ...accepted(JobStarted),
    idempotent: true,
    failures: answersNothing,
  },
  downloadBatch: {
    method: 'GET',
    path: '/jobs/{id}/predictions',
    tag: 'jobs',
    summary: 'The predictions of a batch, as CSV or Parquet',
    auth: 'required',
    params: byId,
    query: Type.Object({ format: Type.Optional(BatchFormat) }, strict),
    status: 200,
    answer: { kind: 'bytes', mediaTypes: ['text/csv', 'application/vnd.apache.parquet'] },
    failures: { '409': 'It has not ended, or its predictions went elsewhere' },
  },
} as const satisfies Record<string, Endpoint>
