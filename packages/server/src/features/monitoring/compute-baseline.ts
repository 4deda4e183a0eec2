import { readFile } from 'node:fs/promises'
import { fieldsOf } from '@modelsmith/domain'
import type { ModelManifest } from '@modelsmith/runner'
import type { Outcome } from '@modelsmith/serving'
import {
  type ColumnSchema,
  concatTables,
  createCsvReader,
  csvHead,
  decodeBlocks,
  selectColumns,
  type Table,
  takeRows,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { type Database, sql } from '../../infra/database/database.ts'
import type { Served } from '../hosting/index.ts'
import { findProject } from '../projects/index.ts'
import { type BaselineFeature, baselineOf, predictionColumns } from './baseline.ts'
import { failBaseline, keepBaseline } from './count.ts'
import * as store from './store.ts'

type Ready = { readonly rows: number; readonly features: readonly BaselineFeature[] }

/** Makes baselines for releases that answer, and computes those that need no more than what is kept here. */
export const keepBaselines = async ({ database, objects }: Pick<Context, 'database' | 'objects'>): Promise<void> => {
  const bare = await store.bareReleases(database)
  if (bare.length > 0)
    await database.transaction(async (queries) => {
      await store.alone(queries)
      await store.demandBaselines(queries, bare)
    })
  for (const baseline of await store.computableBaselines(database)) {
    const found = await compute({ database, objects }, baseline)
    await database.transaction(async (queries) => {
      if (typeof found === 'string') await failBaseline(queries, baseline.id, found)
      else await keepBaseline(queries, baseline.id, found.rows, found.features)
    })
  }
}

/** The baseline, or why there is none. */
const compute = async (
  context: Pick<Context, 'database' | 'objects'>,
  baseline: store.BaselineRow,
): Promise<Ready | string> => {
  try {
    return baseline.source === 'training'
      ? await trainingBaseline(context, baseline.release_id)
      : await datasetBaseline(context, baseline)
  } catch (error) {
    return `The rows cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

type Asked = {
  readonly project_id: string | null
  readonly out_of_fold_key: string | null
  readonly manifest: ModelManifest | null
  readonly hosted: Served | null
}

const releaseOf = async (database: Database, release: string): Promise<Asked> =>
  (await database.first<Asked>(sql`
    select m.project_id, m.out_of_fold_key, m.manifest, mr.serving as hosted from release r
    left join model_release mr on mr.id = r.model_release_id left join model m on m.id = coalesce(r.model_id, mr.model_id)
    where r.id = ${release}`)) as Asked

const tableAt = async (objects: Context['objects'], key: string): Promise<Table> =>
  decodeBlocks(await readFile(await objects.pathOf(key)))

/** The rows that the model was fitted on, and what it answered for each of them while it had not seen it. */
const trainingBaseline = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  release: string,
): Promise<Ready | string> => {
  const { project_id, out_of_fold_key, manifest, hosted } = await releaseOf(database, release)
  const project = project_id === null ? undefined : await findProject(database, project_id)
  if (project === undefined || manifest === null || out_of_fold_key === null)
    return 'The project of the model is not there any more.'
  const table = await tableAt(objects, project.blocks_key)
  const wrong = misfits(table, manifest.inputs)
  if (wrong !== undefined) return wrong
  const { buffer, byteOffset, length } = project.partition
  const partition = new Int8Array(buffer, byteOffset, length)
  const rows = Int32Array.from(partition.keys()).filter((row) => (partition[row] as number) > 0)
  const names = manifest.inputs.map(({ name }) => name)
  const inputs = inFields(takeRows(selectColumns(table, names), rows), hosted)
  const predictions = await outOfFold(
    await readFile(await objects.pathOf(out_of_fold_key)),
    hosted?.outcome ?? manifest,
  )
  return { rows: inputs.rows, features: baselineOf(inputs, predictions) }
}

/** Under the names of the fields that the inputs are asked by. */
const inFields = (table: Table, hosted: Served | null): Table => {
  const fields = new Map(hosted?.application.inputs.map(({ input, field }) => [input, field]))
  const columns = table.schema.columns.map((column) => ({ ...column, name: fields.get(column.name) ?? column.name }))
  return { ...table, schema: { columns } }
}

const outOfFold = async (csv: Uint8Array, outcome: Outcome): Promise<Table> => {
  const [, , ...names] = csvHead(csv, ','.charCodeAt(0), true)?.names ?? []
  const reader = createCsvReader({ schema: { columns: names.map((name) => ({ name, type: 'number' })) } })
  return predictionColumns(concatTables([...reader.push(csv), ...reader.end()]), outcome)
}

const datasetBaseline = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  { release_id, dataset_version_id }: store.BaselineRow,
): Promise<Ready | string> => {
  const version = await database.first<{ blocks_key: string | null }>(
    sql`select v.blocks_key from dataset_version v join object o on o.id = v.dataset_id where v.id = ${dataset_version_id} and o.deleted_at is null`,
  )
  const blocks = version?.blocks_key ?? undefined
  if (blocks === undefined) return 'The dataset is not there any more.'
  const { manifest, hosted } = await releaseOf(database, release_id)
  const inputs = hosted === null ? (manifest?.inputs ?? []) : fieldsOf(hosted.application)
  const table = await tableAt(objects, blocks)
  const wrong = misfits(table, inputs)
  if (wrong !== undefined) return wrong
  const rows = selectColumns(
    table,
    inputs.map(({ name }) => name),
  )
  return { rows: rows.rows, features: baselineOf(rows, undefined) }
}

const isNumeric = (type: ColumnSchema['type']): boolean => type === 'number' || type === 'integer'
const isText = (type: ColumnSchema['type']): boolean => type === 'category' || type === 'text'

/** What keeps a table from being a baseline of these inputs, all of it at once. */
const misfits = (table: Table, inputs: readonly Pick<ColumnSchema, 'name' | 'type'>[]): string | undefined => {
  const types = new Map(table.schema.columns.map(({ name, type }) => [name, type]))
  const wrong = inputs.flatMap(({ name, type }) => {
    const found = types.get(name)
    if (found === undefined) return [`there is no column "${name}"`]
    const fits = found === type || (isNumeric(found) && isNumeric(type)) || (isText(found) && isText(type))
    return fits ? [] : [`column "${name}" is ${found} and not ${type}`]
  })
  return wrong.length === 0 ? undefined : `The dataset does not fit the model: ${wrong.join('; ')}.`
}
