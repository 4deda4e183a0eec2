import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openModelFile } from '@modelsmith/scoring'
import { mediaTypes, startFolderServer, tableWriter } from '@modelsmith/serving'
import {
  type ColumnSchema,
  concatTables,
  createCsvReader,
  createSchemaFinder,
  rowsFromTable,
  sliceRows,
  type Table,
  tableFromColumns,
  tableFromRows,
} from '@modelsmith/table'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../command-line.ts'
import { openTableFile } from '../table-file.ts'
import { servedModel } from './served-model.ts'

const fixtures = fileURLToPath(new URL('../../../../../fixtures', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-tables-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const modelOf = (fixture: string): string =>
  ['model.pkl', 'model.zip'].map((name) => join(fixtures, fixture, name)).find((path) => existsSync(path)) ?? ''

const readCsv = (path: string): Table => {
  const bytes = new Uint8Array(readFileSync(path))
  const finder = createSchemaFinder()
  finder.push(bytes)
  const { schema, dialect } = finder.end()
  const reader = createCsvReader({ schema, dialect })
  return concatTables([...reader.push(bytes), ...reader.end()])
}

const write = (name: string, format: 'arrow' | 'arrowFile' | 'parquet', tables: readonly Table[]): string => {
  const path = join(folder, name)
  const writer = tableWriter(format)
  writeFileSync(path, Buffer.concat([...tables.flatMap((table) => writer.write(table)), ...writer.end()]))
  return path
}

const quietly = async (...args: string[]): Promise<void> => {
  const status = await run(args)
  process.exitCode = 0
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}.`)
}

const score = async (fixture: string, input: string, output: string, ...more: string[]): Promise<Table> => {
  const path = join(folder, output)
  await quietly('score', '--model', modelOf(fixture), '--input', input, '--output', path, '--json', ...more)
  if (output.endsWith('.csv')) return readCsv(path)
  const file = openTableFile(path, output.endsWith('.parquet') ? 'parquet' : 'arrow')
  const [first] = [...file.batches()]
  file.close()
  if (first === undefined) throw new Error('no rows')
  return tableFromColumns(
    first.columns.map(({ name, type }): ColumnSchema => ({ name, type })),
    first,
  )
}

const named = (table: Table): unknown => [
  table.schema.columns.map(({ name }) => name),
  // Labels that are numbers read as numbers from CSV.
  rowsFromTable(table).map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
]

const cases = [
  'sklearn-modern/rfr_missing',
  'sklearn-modern/linear_svc',
  'sklearn-modern/text_tfidf_logreg',
  'sklearn-modern/svc_break_ties',
  'sklearn-modern/lgbm_clf_multi',
]

describe('score --model', () => {
  it.each(cases.slice(0, 3))(
    'gives for Parquet and Arrow what it gives for CSV, in each format: %s',
    async (fixture) => {
      const csv = join(fixtures, fixture, 'input.csv')
      const table = readCsv(csv)
      const half = Math.ceil(table.rows / 2)
      const halves = [sliceRows(table, 0, half), sliceRows(table, half, table.rows)]
      const expected = named(await score(fixture, csv, 'expected.csv'))
      const ways: readonly (readonly [string, string])[] = [
        [csv, 'out.parquet'],
        [csv, 'out.arrow'],
        [write('in.parquet', 'parquet', halves), 'out.csv'],
        [write('in.arrow', 'arrowFile', [table]), 'out.parquet'],
        [write('in.arrows', 'arrow', halves), 'out.csv'],
      ]
      for (const [input, output] of ways) expect(named(await score(fixture, input, output))).toEqual(expected)
    },
  )

  it('keeps columns with their types, and says what is wrong with a file', async () => {
    const fixture = 'sklearn-modern/rfr_missing'
    const table = readCsv(join(fixtures, fixture, 'input.csv'))
    const [first = ''] = table.schema.columns.map(({ name }) => name)
    const input = write('kept.parquet', 'parquet', [table])
    const kept = await score(fixture, input, 'kept-out.parquet', '--keep', first)
    expect(kept.schema.columns.map(({ name }) => name)).toEqual([first, 'prediction'])
    expect(rowsFromTable(kept).map(([cell]) => cell)).toEqual(rowsFromTable(table).map(([cell]) => cell))
    const broken = join(folder, 'broken.parquet')
    writeFileSync(broken, readFileSync(input).subarray(0, 300))
    const wrong: readonly (readonly [string, RegExp])[] = [
      [broken, /not a valid Parquet file/],
      [join(folder, 'nowhere.arrow'), /no such file/],
      [
        write('other.parquet', 'parquet', [tableFromRows({ columns: [{ name: 'z', type: 'number' }] }, [{ z: 1 }])]),
        /z/,
      ],
      [write('empty.arrow', 'arrowFile', [sliceRows(table, 0, 0)]), /it has no rows/],
    ]
    for (const [path, message] of wrong) {
      const said: string[] = []
      const { write: original } = process.stderr
      process.stderr.write = ((text: string) => said.push(text) > 0) as typeof process.stderr.write
      const status = await run(['score', '--model', modelOf(fixture), '--input', path]).finally(() => {
        process.stderr.write = original
      })
      expect([status, said.join('')]).toEqual([2, expect.stringMatching(message)])
    }
  })
})

describe('serve --model', () => {
  it.each(cases)('answers what score gives: %s', async (fixture) => {
    const csv = join(fixtures, fixture, 'input.csv')
    const table = readCsv(csv)
    const model = servedModel(
      openModelFile(readFileSync(modelOf(fixture))),
      'model',
      table.schema.columns.map(({ name }) => name),
    )
    const server = await startFolderServer({
      ...model,
      name: 'm',
      version: '1',
      listen: { host: '127.0.0.1', port: 0 },
    })
    await server.settled
    try {
      const response = await fetch(`http://127.0.0.1:${server.port}/predictions`, {
        method: 'POST',
        headers: { 'content-type': mediaTypes.csv, accept: 'text/csv' },
        body: readFileSync(csv),
      })
      const text = await response.text()
      expect([response.status, text]).toEqual([200, expect.stringContaining('prediction')])
      const path = join(folder, 'served.csv')
      writeFileSync(path, text)
      expect(named(readCsv(path))).toEqual(named(await score(fixture, csv, 'scored.csv')))
      const document = await (await fetch(`http://127.0.0.1:${server.port}/openapi.json`)).json()
      expect(JSON.stringify(document)).toContain('"prediction"')
    } finally {
      await server.close()
    }
  })

  it('refuses what it cannot answer row by row', () => {
    const open = (fixture: string) => servedModel(openModelFile(readFileSync(modelOf(fixture))), 'model.pkl', [])
    expect(() => open('sklearn-modern/power')).toThrow(/predicts nothing|transformers/)
    expect(() => open('sklearn-modern/ridge_multi')).toThrow(/has \d targets; only one is served/)
  })
})
