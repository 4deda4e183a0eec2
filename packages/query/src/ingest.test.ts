import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { decodeBlocks, rowsFromTable } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IngestSpec, ingest } from './index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'query-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let files = 0
const read = async (source: string, more: Partial<IngestSpec> = {}, memoryMb = 1024) => {
  const blocksFile = join(folder, `${files++}.cols`)
  const result = await ingest({ source, format: 'csv', blocksFile, ...more }, { memoryMb })
  return { ...result, table: decodeBlocks(await readFile(blocksFile)) }
}
const csv = async (text: string): Promise<string> => {
  const file = join(folder, `${files++}.csv`)
  await writeFile(file, text)
  return file
}
const parquet = async (sql: string): Promise<string> => {
  const file = join(folder, `${files++}.parquet`)
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(`COPY (${sql}) TO '${file}' (FORMAT parquet)`)
  connection.closeSync()
  return file
}

describe('ingest of CSV', () => {
  it('writes columns and says what is in them', async () => {
    const { rows, columns, profile, table } = await read(await csv('n,c\n1,x\n2,x\n3,\n10,y\n'))
    expect(rows).toBe(4)
    expect(columns).toEqual([
      { name: 'n', type: 'integer' },
      { name: 'c', type: 'category' },
    ])
    expect(rowsFromTable(table)[2]).toEqual([3, null])
    expect(profile[0]?.numeric).toMatchObject({ min: 1, max: 10, mean: 4, quantiles: { p50: 2.5 } })
    expect(profile[0]?.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(4)
    expect(profile[1]).toMatchObject({
      missing: 1,
      distinct: 2,
      top: [
        { value: 'x', count: 2 },
        { value: 'y', count: 1 },
      ],
    })
  })

  it('keeps "00123" as text when told so', async () => {
    const { table } = await read(await csv('zip\n123\n456\n'), { columns: [{ name: 'zip', type: 'text' }] })
    expect(rowsFromTable(table)).toEqual([['123'], ['456']])
  })

  it('refuses a header without rows, and wrong lines with all findings', async () => {
    await expect(read(await csv('a,b\n'))).rejects.toMatchObject({ code: 'dataset.empty' })
    await expect(read(await csv('a,b\n1\n1,2,3\n'))).rejects.toMatchObject({ code: 'csv.ragged', findings: [{}, {}] })
  })

  it('stops at the memory cap and when it is cancelled', async () => {
    const file = await csv(`a\n${'123456\n'.repeat(4_000_000)}`)
    await expect(read(file, {}, 80)).rejects.toMatchObject({ code: 'query.memory' })
    const controller = new AbortController()
    const spec: IngestSpec = { source: file, format: 'csv', blocksFile: join(folder, 'cancelled.cols') }
    const running = ingest(spec, { memoryMb: 1024, signal: controller.signal, onProgress: () => controller.abort() })
    await expect(running).rejects.toMatchObject({ code: 'query.cancelled' })
  })
})

describe('ingest of Parquet', () => {
  it('reads every plain type', async () => {
    const source = await parquet(`
      SELECT * FROM (VALUES
        (1::TINYINT, 1.5::DECIMAL(5, 2), true, 'x', DATE '2024-02-29', TIMESTAMP '2024-01-01 10:00:00', 9007199254740993::BIGINT),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL)
      ) t(whole, real, flag, word, day, moment, id)`)
    const { columns, table } = await read(source, { format: 'parquet' })
    expect(columns.map(({ type }) => type)).toEqual([
      'integer',
      'number',
      'boolean',
      'category',
      'date',
      'date',
      'text',
    ])
    expect(rowsFromTable(table)).toEqual([
      [1, 1.5, true, 'x', '2024-02-29', '2024-01-01T10:00:00Z', '9007199254740993'],
      [null, null, null, null, null, null, null],
    ])
  })

  it('names every column that a table cannot hold', async () => {
    const source = await parquet(`SELECT [1, 2] AS list, {'a': 1} AS record, 1 AS plain`)
    await expect(read(source, { format: 'parquet' })).rejects.toMatchObject({
      code: 'parquet.columnType',
      findings: [{ message: expect.stringContaining('"list"') }, { message: expect.stringContaining('"record"') }],
    })
  })

  it('refuses a file that only claims to be Parquet', async () => {
    await expect(read(await csv('PAR1 nothing'), { format: 'parquet' })).rejects.toMatchObject({
      code: 'parquet.unreadable',
    })
  })
})
