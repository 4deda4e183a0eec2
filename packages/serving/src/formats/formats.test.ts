import { openParquetTable } from '@modelsmith/scoring'
import {
  type ColumnSchema,
  concatTables,
  type LooseTable,
  openArrow,
  rowsFromTable,
  sourceOf,
  type Table,
  tableFromColumns,
  tableFromRows,
  writeCsv,
} from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFolderServer } from '../folder-server.ts'
import { answerForm } from './accept.ts'
import { mediaTypes, type TableFormat, tableBytes, tableWriter } from './formats.ts'

const inputs: readonly ColumnSchema[] = [
  { name: 'size', type: 'number' },
  { name: 'town', type: 'category' },
  { name: 'new', type: 'boolean' },
  { name: 'built', type: 'date' },
]
const records = [
  { size: 8, town: 'Ghent, "B"', new: true, built: '1999-12-31T23:59:59.5Z' },
  { size: 2.5, new: false },
]
const table = tableFromRows({ columns: inputs }, records)

const seen: unknown[][] = []
let server: Awaited<ReturnType<typeof startFolderServer>>
const end = Promise.withResolvers<string>()
beforeAll(async () => {
  server = await startFolderServer({
    name: 'houses',
    version: '1.2.3',
    inputs,
    targetType: 'binary',
    classes: ['no', 'yes, "so"'],
    open: async () => ({
      inputs,
      predict: async (rows: Table) => {
        seen.push(rowsFromTable(rows))
        const yes = Float64Array.from(rowsFromTable(rows), ([size]) => Number(size) / 10)
        return {
          schema: { columns: ['no', 'yes'].map((name) => ({ name, type: 'number' as const })) },
          rows: rows.rows,
          columns: [
            { kind: 'float64', values: yes.map((value) => 1 - value), validity: undefined },
            { kind: 'float64', values: yes, validity: undefined },
          ],
        }
      },
      close: async () => end.resolve('closed'),
      ended: end.promise,
    }),
    listen: { host: '127.0.0.1', port: 0 },
  })
  await server.settled
})
afterAll(() => server.close())

const ask = async (body: BodyInit, type: string, accept?: string, path = '/predictions') => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...(accept === undefined ? {} : { accept }) },
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, type: response.headers.get('content-type') ?? '', bytes }
}
const json = ({ bytes }: { bytes: Uint8Array }) => JSON.parse(new TextDecoder().decode(bytes))

const answerSchema: readonly ColumnSchema[] = [
  { name: 'prediction', type: 'category' },
  { name: 'probability_no', type: 'number' },
  { name: 'probability_yes, "so"', type: 'number' },
]
const rowsOf = (batches: Iterable<LooseTable>): unknown[][] =>
  rowsFromTable(concatTables([...batches].map((batch) => tableFromColumns(answerSchema, batch))))
const most = {
  maxRows: 100,
  maxBytes: 2 ** 20,
  codecs: { lz4: (bytes: Uint8Array) => bytes, zstd: (b: Uint8Array) => b },
}
const readers: Readonly<Record<Exclude<TableFormat, 'csv'>, (bytes: Uint8Array) => unknown[][]>> = {
  arrow: (bytes) => rowsOf(openArrow(sourceOf(bytes), most).batches()),
  parquet: (bytes) => rowsOf(openParquetTable(sourceOf(bytes), { rows: 100, bytes: 2 ** 20 }).batches()),
}
const expected = [
  ['yes, "so"', 1 - 0.8, 0.8],
  ['no', 0.75, 0.25],
]

const bodies: readonly (readonly [string, string, BodyInit])[] = [
  ['JSON records', 'application/json', JSON.stringify({ rows: records })],
  [
    'JSON columns',
    'application/json; charset=utf-8',
    JSON.stringify({
      columns: {
        built: [records[0]?.built, null],
        size: [8, 2.5],
        town: ['Ghent, "B"', null],
        new: [true, false],
      },
    }),
  ],
  ['CSV', mediaTypes.csv, writeCsv(table)],
  ['Arrow', mediaTypes.arrow, tableBytes(table, 'arrow') as BodyInit],
  [
    'an Arrow file',
    'application/vnd.apache.arrow.file',
    Buffer.concat([...tableWriter('arrowFile').write(table), new Uint8Array()]) as BodyInit,
  ],
  ['Parquet', mediaTypes.parquet, tableBytes(table, 'parquet') as BodyInit],
]

describe('rows', () => {
  it.each(bodies)('come as %s, and mean the same', async (_, type, body) => {
    for (const path of ['/predictions', '/invocations']) {
      if (path === '/invocations' && type.startsWith('application/json')) continue
      seen.length = 0
      const answer = await ask(body, type, undefined, path)
      expect(answer.status).toBe(200)
      expect(seen).toEqual([rowsFromTable(table)])
    }
  })

  it.each(['arrow', 'parquet'] as const)('are answered as %s', async (format) => {
    for (const [, type, body] of bodies) {
      const answer = await ask(body, type, mediaTypes[format])
      expect([answer.status, answer.type]).toEqual([200, mediaTypes[format]])
      expect(readers[format](answer.bytes)).toEqual(expected)
    }
  })

  it('are answered as CSV, and as lists under the names of columns', async () => {
    const body = JSON.stringify({ rows: records })
    const csv = await ask(body, 'application/json', 'text/csv;q=0.9, application/json;q=0.1')
    expect(new TextDecoder().decode(csv.bytes)).toBe(
      `prediction,probability_no,"probability_yes, ""so"""\n"yes, ""so""",${1 - 0.8},0.8\nno,0.75,0.25\n`,
    )
    const columns = await ask(body, 'application/json', 'application/json; layout=columns')
    expect(json(columns).columns).toEqual({
      prediction: ['yes, "so"', 'no'],
      probability_no: [1 - 0.8, 0.75],
      'probability_yes, "so"': [0.8, 0.25],
    })
  })
})

describe('bodies that are wrong', () => {
  const arrow = tableBytes(table, 'arrow')
  const parquet = tableBytes(table, 'parquet')
  const many = tableFromRows(
    { columns: [{ name: 'size', type: 'number' }] },
    Array.from({ length: 10_001 }, () => ({ size: 1 })),
  )
  const lacking = tableFromRows({ columns: inputs.slice(0, 2) }, [{ size: 1 }])
  const texts = tableFromRows({ columns: inputs.map(({ name }) => ({ name, type: 'text' as const })) }, [
    { size: 'large', built: 'once' },
  ])
  const none = tableFromRows({ columns: inputs }, [])

  it.each<[string, string, BodyInit, number, string]>([
    ['an empty stream', mediaTypes.arrow, '', 422, 'arrow.invalid'],
    ['text as Arrow', mediaTypes.arrow, 'size,town\n1,2\n', 422, 'arrow.invalid'],
    ['half a stream', mediaTypes.arrow, arrow.slice(0, arrow.length / 2) as BodyInit, 422, 'arrow.invalid'],
    ['a stream without columns', mediaTypes.arrow, tableBytes(lacking, 'arrow') as BodyInit, 422, 'csv.missingColumns'],
    ['cells of other types', mediaTypes.arrow, tableBytes(texts, 'arrow') as BodyInit, 422, 'rows.cell'],
    ['no rows in a stream', mediaTypes.arrow, tableBytes(none, 'arrow') as BodyInit, 422, 'serving.rowCount'],
    ['too many rows in a stream', mediaTypes.arrow, tableBytes(many, 'arrow') as BodyInit, 413, 'arrow.limit'],
    ['nothing as Parquet', mediaTypes.parquet, '', 422, 'parquet.invalid'],
    ['half a Parquet file', mediaTypes.parquet, parquet.slice(0, 200) as BodyInit, 422, 'parquet.invalid'],
    [
      'Parquet without columns',
      mediaTypes.parquet,
      tableBytes(lacking, 'parquet') as BodyInit,
      422,
      'csv.missingColumns',
    ],
    ['other types in Parquet', mediaTypes.parquet, tableBytes(texts, 'parquet') as BodyInit, 422, 'rows.cell'],
    ['too many rows in Parquet', mediaTypes.parquet, tableBytes(many, 'parquet') as BodyInit, 413, 'parquet.limit'],
    ['columns of two lengths', 'application/json', '{"columns":{"size":[1,2],"new":[true]}}', 422, 'serving.bodyShape'],
    ['columns that are no lists', 'application/json', '{"columns":{"size":1}}', 422, 'serving.bodyShape'],
    ['no columns', 'application/json', '{"columns":{}}', 422, 'serving.rowCount'],
    ['rows and columns', 'application/json', '{"rows":[],"columns":{}}', 422, 'serving.bodyShape'],
    ['an unknown column', 'application/json', '{"columns":{"colour":["red"]}}', 422, 'rows.unknownColumn'],
    ['another type', 'application/xml', '<rows/>', 415, 'serving.bodyType'],
  ])('are refused: %s', async (_, type, body, status, code) => {
    const answer = await ask(body, type)
    expect([answer.status, json(answer).code]).toEqual([status, code])
  })

  it('are told of an answer that there is not', async () => {
    const answer = await ask(JSON.stringify({ rows: records }), 'application/json', 'image/png, text/html;q=0')
    expect(answer.status).toBe(406)
    expect(json(answer)).toMatchObject({ code: 'serving.accept', detail: 'No answer is image/png, text/html;q=0.' })
  })
})

it.each([
  [undefined, 'json'],
  ['', 'json'],
  ['*/*', 'json'],
  ['text/html, */*;q=0.1', 'json'],
  ['application/vnd.apache.parquet;q=0.5, application/vnd.apache.arrow.stream', 'arrow'],
  ['text/*', 'csv'],
  ['TEXT/CSV ; q=oops, application/json; LAYOUT=columns', 'columns'],
] as const)('the header Accept %j asks for %s', (accept, form) => {
  expect(answerForm(accept)).toBe(form)
})
