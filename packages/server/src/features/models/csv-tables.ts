import { createReadStream } from 'node:fs'
import { type ColumnSchema, createCsvReader, sniffCsv, type Table } from '@modelsmith/table'

const chunkBytes = 2 ** 20

/** A CSV file under these columns, so many rows at a time; whatever is wrong with it is told at its end, all at once. */
export async function* csvTables(path: string, columns: readonly ColumnSchema[], most: number): AsyncGenerator<Table> {
  let reader: ReturnType<typeof createCsvReader> | undefined
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes = new Uint8Array(chunk as Buffer)
    reader ??= createCsvReader({ schema: { columns }, dialect: sniffCsv(bytes), batchRows: most })
    yield* reader.push(bytes)
  }
  reader ??= createCsvReader({ schema: { columns } })
  yield* reader.end()
}
