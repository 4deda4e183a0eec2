import { readFile } from 'node:fs/promises'
import { maskTable } from '@modelsmith/domain'
import { type TableFormat, tableWriter } from '@modelsmith/serving'
import { decodeBlocks } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Chunk } from './store.ts'

/** Chunks of predictions as one file; memory holds one of them. */
export async function* predictionsOf(
  objects: Context['objects'],
  chunks: readonly Chunk[],
  format: TableFormat,
  hidden: ReadonlySet<string> = new Set(),
): AsyncGenerator<Uint8Array> {
  const writer = tableWriter(format)
  for (const { key } of chunks)
    yield* writer.write(maskTable(decodeBlocks(await readFile(await objects.pathOf(key))), hidden))
  yield* writer.end()
}
