import { createReadStream } from 'node:fs'
import { maskTable } from '@modelsmith/domain'
import { type CsvHead, createCsvReader, csvHead, csvHeader, csvRows, type Table } from '@modelsmith/table'

const chunkBytes = 2 ** 20
const comma = ','.charCodeAt(0)

const headOf = async (path: string): Promise<CsvHead | undefined> => {
  let read = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    read = Buffer.concat([read, chunk as Buffer])
    const head = csvHead(read, comma, false)
    if (head !== undefined) return head
  }
  return csvHead(read, comma, true)
}

/** Every cell as the text that it is. */
async function* textsOf(path: string): AsyncGenerator<Table> {
  const names = (await headOf(path))?.names ?? []
  const reader = createCsvReader({
    schema: { columns: names.map((name) => ({ name, type: 'text' })) },
    dialect: { encoding: 'utf-8', delimiter: ',' },
  })
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }))
    yield* reader.push(new Uint8Array(chunk as Buffer))
  yield* reader.end()
}

/** A CSV file that the platform wrote, with masks in the hidden columns; memory holds a batch of it. */
export async function* maskedCsv(path: string, hidden: ReadonlySet<string>): AsyncGenerator<string> {
  let isFirst = true
  for await (const table of textsOf(path)) {
    const masked = maskTable(table, hidden)
    if (isFirst) yield csvHeader(masked)
    isFirst = false
    yield csvRows(masked)
  }
}
