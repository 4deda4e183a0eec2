import { basename, extname } from 'node:path'
import { Readable } from 'node:stream'
import { adviseMetric, classesOf, detectTargetType, mask, maskProfile, shapeOf } from '@modelsmith/domain'
import {
  columnIndex,
  csvHeader,
  csvRows,
  type Finding,
  isValid,
  ModelsmithError,
  sliceRows,
  type Table,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { type Queries, sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import { noteBefore } from '../../infra/audit/recording.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { letGo } from '../../infra/objects/references.ts'
import { authorise, listObjects, pageOf, removeObject, touch, wordsFor } from '../../infra/rights/objects.ts'
import { hiddenOf, projectTelling, sensitiveOf, setSensitive } from '../sensitive-columns/index.ts'
import { datasetError } from './errors.ts'
import { type Datasets, demandRead } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listDatasets'
  | 'uploadDataset'
  | 'getDataset'
  | 'changeDataset'
  | 'deleteDataset'
  | 'uploadDatasetVersion'
  | 'listDatasetVersions'
  | 'getDatasetVersion'
  | 'getDatasetProfile'
  | 'getDatasetRows'
  | 'changeDatasetSchema'
  | 'adviseTarget'
  | 'downloadDataset'

const batchRows = 20_000
const noTarget =
  'The column is marked as sensitive: it cannot be a target, because what a model answers is told to all who ask it.'

function* csvOf(table: Table): Generator<string | Uint8Array> {
  yield csvHeader(table)
  for (let start = 0; start < table.rows; start += batchRows)
    yield csvRows(sliceRows(table, start, Math.min(start + batchRows, table.rows)))
}

/**
 * These columns are sensitive from now on, and no others; each must be one of the latest version, or be marked already, and none may
 * be what a project tells. Whoever makes a project meanwhile waits for the end of this, and finds the marks.
 */
const mark = async (queries: Queries, caller: Caller, id: string, names: readonly string[]): Promise<void> => {
  await queries.run(sql`select 1 from object where id = ${id} for update`)
  const before = (await sensitiveOf(queries, [id])).get(id) ?? []
  const latest = await store.findLatest(queries, id)
  const known = new Set([...before, ...(latest?.columns ?? []).map(({ name }) => name)])
  const findings = names
    .filter((name) => !known.has(name))
    .map((column): Finding => datasetError('dataset.unknownColumn', { column }).toJSON())
  const [first] = findings
  if (first !== undefined) throw new ModelsmithError({ ...first, kind: 'invalid', findings })
  const telling = await projectTelling(
    queries,
    id,
    names.filter((name) => !before.includes(name)),
  )
  if (telling !== undefined)
    throw datasetError('dataset.sensitiveRole', {
      column: telling.column,
      by: await wordsFor(queries, caller, telling, 'the project '),
    })
  noteBefore({ sensitive: before })
  await setSensitive(queries, id, names)
}

export const datasetRoutes = (
  { database, objects }: Context,
  datasets: Datasets,
  cancelJob: (queries: Queries, job: string) => Promise<void>,
): Routes<Operations> => ({
  listDatasets: async ({ caller, query }) => {
    const page = await listObjects(database, caller, 'dataset', query)
    const ids = page.items.map(({ id }) => id)
    const versions = await datasets.told(caller, await store.latestOf(database, ids))
    const latest = new Map(versions.map((row) => [row.dataset_id, row]))
    const sensitive = await sensitiveOf(database, ids)
    return {
      items: page.items.map((row) =>
        store.toDataset(row, latest.get(row.id) as store.VersionRow, sensitive.get(row.id)),
      ),
      nextCursor: page.nextCursor,
    }
  },
  uploadDataset: ({ caller, upload }) =>
    datasets.upload(caller, upload.files, upload.fields['name'], upload.fields['description'] ?? ''),
  getDataset: ({ caller, params }) => datasets.read(caller, params.id),
  changeDataset: async ({ caller, params, body, ifMatch }) => {
    const { sensitive, ...words } = body
    await database.transaction(async (queries) => {
      const row = await authorise(queries, caller, 'edit', 'dataset', params.id)
      if (sensitive !== undefined) await mark(queries, caller, params.id, sensitive)
      await touch(queries, row, ifMatch, words)
    })
    return datasets.read(caller, params.id)
  },
  deleteDataset: async ({ caller, params, ifMatch }) => {
    await database.transaction(async (queries) => {
      const row = await authorise(queries, caller, 'delete', 'dataset', params.id)
      const user = await store.projectUsing(queries, params.id)
      if (user !== undefined)
        throw infraError('object.inUse', {
          kind: 'dataset',
          name: row.name,
          by: await wordsFor(queries, caller, user, 'the project '),
        })
      // A job that ends holds itself, then changes the dataset: in another order the two would wait for each other.
      const jobs = await store.activeJobsOf(queries, params.id)
      await removeObject(queries, row, ifMatch)
      for (const job of jobs) await cancelJob(queries, job)
      await letGo(queries, await store.versionIds(queries, params.id))
    })
  },
  uploadDatasetVersion: ({ caller, params, upload }) => datasets.uploadVersion(caller, params.id, upload.files),
  listDatasetVersions: async ({ caller, params, query }) => {
    await authorise(database, caller, 'view', 'dataset', params.id)
    const page = await pageOf(query, (after, limit) => store.listVersions(database, params.id, after, limit))
    return { items: (await datasets.told(caller, page.items)).map(store.toVersion), nextCursor: page.nextCursor }
  },
  getDatasetVersion: async ({ caller, params }) => {
    const [row] = await datasets.told(caller, [await datasets.version(caller, params.id)])
    return store.toVersion(row as store.VersionRow)
  },
  getDatasetProfile: async ({ caller, params }) => {
    const row = await datasets.ready(caller, params.id)
    const found = await store.findProfile(database, params.id)
    return {
      datasetVersionId: row.id,
      rows: row.rows,
      columns: maskProfile(found?.profile ?? [], await hiddenOf(database, caller, [row.dataset_id])),
    }
  },
  getDatasetRows: ({ caller, params, query }) => datasets.rows(caller, params.id, query.offset ?? 0, query.limit ?? 50),
  changeDatasetSchema: ({ caller, params, body }) => datasets.changeSchema(caller, params.id, body.columns),
  adviseTarget: async ({ caller, params, query }) => {
    const row = await datasets.ready(caller, params.id)
    const profile = (await store.findProfile(database, params.id))?.profile?.find(({ name }) => name === query.column)
    if (profile === undefined) throw datasetError('dataset.unknownColumn', { column: query.column })
    const isHidden = (await hiddenOf(database, caller, [row.dataset_id])).has(query.column)
    const isSensitive = ((await sensitiveOf(database, [row.dataset_id])).get(row.dataset_id) ?? []).includes(
      query.column,
    )
    const told = isHidden ? { ...profile, top: profile.top.map(({ count }) => ({ value: mask, count })) } : profile
    const decision = detectTargetType({ ...told, rows: row.rows })
    const { targetType } = decision
    const isClass = targetType === 'binary' || targetType === 'multiclass'
    const whole = targetType === undefined || isHidden ? undefined : await datasets.table(row)
    const index = whole === undefined ? -1 : columnIndex(whole, query.column)
    const column = whole?.columns[index]
    const schema = whole?.schema.columns[index]
    const numbers = targetType === 'regression' && column?.kind === 'float64' ? column : undefined
    const shape = numbers && shapeOf(numbers.values.filter((_, at) => isValid(numbers.validity, at)))
    const advice = targetType === undefined ? undefined : adviseMetric(targetType, shape)
    return {
      column: query.column,
      targetType: targetType ?? null,
      reason: decision.reason,
      metric: advice?.metric ?? null,
      metricReason: advice?.reason ?? null,
      zeros: shape?.zeros ?? null,
      classes: !isClass || column === undefined || schema === undefined ? [] : classesOf(column, schema, row.rows),
      problems: [...decision.findings.map(({ message }) => message), ...(isSensitive ? [noTarget] : [])],
    }
  },
  downloadDataset: async ({ caller, params }) => {
    const row = await datasets.version(caller, params.id, 'download')
    const hidden = await hiddenOf(database, caller, [row.dataset_id])
    // The bytes that were uploaded have the values in them: others get the rows as they were read.
    if (hidden.size > 0) {
      const table = await datasets.shown(caller, demandRead(row))
      return {
        stream: Readable.from(csvOf(table)),
        type: 'text/csv; charset=utf-8',
        fileName: `${basename(row.file_name, extname(row.file_name))}.csv`,
      }
    }
    return { stream: objects.read(row.sha256), type: 'application/octet-stream', fileName: row.file_name }
  },
})
