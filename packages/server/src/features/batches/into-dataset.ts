import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { decodeBlocks } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { insertObject } from '../../infra/rights/objects.ts'
import { addVersion } from '../datasets/index.ts'
import type { JobRow } from '../jobs/index.ts'
import { setSensitive } from '../sensitive-columns/index.ts'
import type { BatchPayload } from './payload.ts'
import { predictionsOf } from './predictions.ts'
import { sensitiveIn } from './sensitive-rows.ts'
import type { Chunk } from './store.ts'

type Made = { readonly id: string; readonly keep: (queries: Queries) => Promise<void> }

/** A dataset of predictions, which a job of its own then reads. Columns that are sensitive where they come from, are sensitive in it. */
export const intoDataset = async (
  { objects }: Pick<Context, 'objects'>,
  job: JobRow,
  { chunks, name, file }: { readonly chunks: readonly Chunk[]; readonly name: string; readonly file: string },
): Promise<Made> => {
  await pipeline(predictionsOf(objects, chunks, 'parquet'), createWriteStream(file))
  const stored = await objects.putFile(file)
  const { workspace, dataset } = job.payload as BatchPayload
  const { owner_id: owner, organisation_id: organisation } = job
  const id = newId('dataset')
  const columns = new Set(await columnsOf(objects, chunks))
  return {
    id,
    keep: async (queries) => {
      await insertObject(queries, { id, kind: 'dataset', name, owner, organisation, workspace })
      const sensitive = await sensitiveIn(queries, dataset)
      await setSensitive(
        queries,
        id,
        sensitive.filter((column) => columns.has(column)),
      )
      const fileName = 'predictions.parquet'
      await addVersion(queries, { owner, organisation }, { dataset: id, fileName, format: 'parquet', stored })
    },
  }
}

const columnsOf = async (objects: Context['objects'], [first]: readonly Chunk[]): Promise<string[]> => {
  if (first === undefined) return []
  return decodeBlocks(await readFile(await objects.pathOf(first.key))).schema.columns.map(({ name }) => name)
}
