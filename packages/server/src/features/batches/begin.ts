import type { BatchCreate, BatchSink, JobStarted } from '@modelsmith/api'
import type { Static } from 'typebox'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { hold } from '../../infra/objects/references.ts'
import { authorise, authoriseCreate, authoriseUse } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import type { Datasets } from '../datasets/index.ts'
import { type DeploymentRow, findDeployment, servedId } from '../deployments/index.ts'
import { releasedFiles, runsUploadedFiles } from '../hosting/index.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { demandParameters } from '../models/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { hiddenOf } from '../sensitive-columns/index.ts'
import { demandAnswering } from './answering.ts'
import { demandCredentials } from './credential.ts'
import type { BatchPayload } from './payload.ts'
import * as store from './store.ts'

/** Whoever begins a batch, and where they work. */
export type Beginner = Principal & { readonly workspace: string }
type Rows = Pick<BatchPayload, 'source' | 'sourceKey' | 'blocks' | 'dataset' | 'masked'>
export type BatchDefinition = Static<typeof BatchCreate>
type Settings = Omit<BatchDefinition, 'source'>
/** A batch that may be begun. */
export type Prepared = {
  readonly deployment: { readonly name: string; readonly row: DeploymentRow }
  readonly rows: Rows
  readonly settings: Settings
}

export const createBatches = ({ database }: Pick<Context, 'database'>, datasets: Pick<Datasets, 'ready'>) => {
  /** The deployment, where one may ask it, and ask this of it. */
  const asked = async (caller: Principal, id: string, { sink, parameters = {} }: Settings) => {
    const { name } = await authorise(database, caller, 'predict', 'deployment', id)
    if (sink?.kind === 'dataset') authoriseCreate(caller, 'dataset')
    const row = (await findDeployment(database, id)) as DeploymentRow
    const { hosted, manifest } = row
    demandParameters(manifest?.nodes ?? [{ id: 'model', predictionParameters: parametersOf(row) }], parameters)
    if (hosted !== null && runsUploadedFiles(hosted)) await demandModelFilesRun(database, caller.organisation)
    return { name, row }
  }

  const rowsOf = async (caller: Principal, source: BatchDefinition['source']): Promise<Rows> => {
    if (source.kind !== 'dataset') return { source, blocks: true, masked: [] }
    const version = await datasets.ready(caller, source.datasetVersionId, 'use')
    const masked = [...(await hiddenOf(database, caller, [version.dataset_id]))]
    const named = { ...source, name: version.file_name }
    return { source: named, sourceKey: version.blocks_key, blocks: true, dataset: version.dataset_id, masked }
  }

  /** Queues its job, in the transaction of whatever else comes of it. */
  const queue = async (
    queries: Queries,
    caller: Beginner,
    { deployment, rows, settings }: Prepared,
  ): Promise<string> => {
    const { name, row } = deployment
    const { id, hosted } = row
    const { sink = fileSink, passThrough = [], parameters = {}, logged = true } = settings
    const payload: BatchPayload = {
      ...(row.model_id === null ? { release: servedId(row) } : { model: servedId(row) }),
      deployment: id,
      deploymentRelease: row.release_id,
      association: row.association_column,
      workspace: caller.workspace,
      sink,
      passThrough,
      parameters,
      logged,
      ...rows,
    }
    const files = hosted === null ? (row.files ?? []) : releasedFiles(hosted)
    await authoriseUse(queries, caller, 'predict', 'deployment', id)
    await demandAnswering(queries, id)
    await demandCredentials(queries, caller, [sink, rows.source])
    if (rows.dataset !== undefined) await authoriseUse(queries, caller, 'use', 'dataset', rows.dataset)
    const queued = await queueJob(queries, {
      kind: 'scoreBatch',
      title: `Batch of ${name}`,
      owner: caller.id,
      organisation: caller.organisation,
      subject: { kind: 'deployment', id },
      payload,
    })
    await store.insertBatch(queries, queued, id)
    await hold(queries, queued, [...(rows.sourceKey === undefined ? [] : [{ key: rows.sourceKey }]), ...files])
    return queued
  }

  return {
    asked,
    queue,
    prepare: async (caller: Principal, id: string, { source, ...settings }: BatchDefinition): Promise<Prepared> => {
      const deployment = await asked(caller, id, settings)
      return { deployment, settings, rows: await rowsOf(caller, source) }
    },
    /** As it is queued, for whoever asked for it. */
    begin: async (caller: Beginner, prepared: Prepared): Promise<Static<typeof JobStarted>> =>
      startedOf(database, await database.transaction((queries) => queue(queries, caller, prepared))),
  }
}
export type Batches = ReturnType<typeof createBatches>

const fileSink: BatchSink = { kind: 'file' }

export const startedOf = async (queries: Queries, job: string): Promise<Static<typeof JobStarted>> => ({
  job: toJob((await findJob(queries, job)) as NonNullable<Awaited<ReturnType<typeof findJob>>>),
})

const parametersOf = ({ hosted }: DeploymentRow) => (hosted?.trained ?? hosted?.coded)?.parameters ?? []
