import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ingest } from '@modelsmith/query'
import { afterAll, expect, it } from 'vitest'
import { readData } from './data.ts'

const fixtures = fileURLToPath(new URL('../../../table/src/arrow/fixtures', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-data-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.each(['snappy.parquet', 'zstd.parquet'])(
  'finds the types in %s that the server finds, and the same in an Arrow file',
  async (name) => {
    const source = join(fixtures, name)
    const spec = { source, format: 'parquet', blocksFile: join(folder, `${name}.cols`) } as const
    const server = await ingest(spec, { memoryMb: 2048 })
    const { signal } = new AbortController()
    const typesOf = (columns: readonly { name: string; type: string }[]) =>
      columns.map((each) => [each.name, each.type])
    const here = await readData(source, join(folder, `${name}.here`), signal)
    expect(typesOf(here.columns)).toEqual(typesOf(server.columns))
    expect(here.table.rows).toBe(server.rows)
    const arrow = await readData(join(fixtures, 'file.arrow'), join(folder, `${name}.arrow`), signal)
    const known = new Map(arrow.columns.map(({ name: column, type }) => [column, type]))
    expect(typesOf(here.columns)).toEqual(here.columns.map(({ name: column }) => [column, known.get(column)]))
  },
)
