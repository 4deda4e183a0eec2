import { dirname } from 'node:path'
import {
  DuckDBBooleanVector,
  type DuckDBConnection,
  DuckDBDoubleVector,
  type DuckDBVector,
  DuckDBVarCharVector,
} from '@duckdb/node-api'
import {
  type Column,
  type ColumnSchema,
  type ColumnType,
  concatTables,
  type Finding,
  ModelsmithError,
  type Table,
  textColumn,
  textOrCategory,
} from '@modelsmith/table'
import { openDuckDb, sqlName, sqlText } from './duckdb.ts'
import { queryError } from './errors.ts'

/** Whole numbers up to here are exact in a float64. */
const exactIntegers = 2 ** 53

type Source = { readonly name: string; readonly sqlType: string }
/** How a Parquet column is selected, and what it becomes. */
type Selection = ColumnSchema & { readonly sql: string }

/** Reads a Parquet file into one table; nested and binary columns are refused, all at once. */
export const readParquet = async (
  file: string,
  { memoryMb, schema }: { readonly memoryMb: number; readonly schema?: readonly ColumnSchema[] | undefined },
): Promise<Table> => {
  const connection = await openDuckDb([dirname(file)], memoryMb)
  try {
    const from = `read_parquet(${sqlText(file)})`
    const sources = await describe(connection, from)
    const selections = await select(connection, from, sources, schema)
    return await fetchTable(connection, from, selections)
  } catch (error) {
    if (error instanceof ModelsmithError) throw error
    throw queryError('parquet.unreadable', { reason: reasonOf(error, file) }, { cause: error })
  } finally {
    connection.closeSync()
  }
}

/** DuckDB's own words, without the place where the platform keeps the file. */
const reasonOf = (error: unknown, file: string): string => {
  const [first = ''] = String(error instanceof Error ? error.message : error).split('\n')
  return first.replace(/^[\w ]+ Error: /, '').replaceAll(` '${file}'`, '')
}

const describe = async (connection: DuckDBConnection, from: string): Promise<Source[]> => {
  const rows = await (await connection.run(`DESCRIBE SELECT * FROM ${from}`)).getRows()
  return rows.map(([name, sqlType]) => ({ name: String(name), sqlType: String(sqlType) }))
}

const typeFamily = (sqlType: string): 'whole' | 'real' | 'boolean' | 'text' | 'moment' | undefined => {
  if (/^(U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT|U?HUGEINT)$/.test(sqlType)) return 'whole'
  if (/^(FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(sqlType)) return 'real'
  if (sqlType === 'BOOLEAN') return 'boolean'
  if (/^(VARCHAR|UUID|ENUM\(.*\))$/.test(sqlType)) return 'text'
  if (/^(DATE|TIMESTAMP.*)$/.test(sqlType)) return 'moment'
  return undefined
}

const select = async (
  connection: DuckDBConnection,
  from: string,
  sources: readonly Source[],
  wanted: readonly ColumnSchema[] | undefined,
): Promise<Selection[]> => {
  const findings: Finding[] = []
  const selections: Selection[] = []
  for (const source of sources) {
    const family = typeFamily(source.sqlType)
    if (family === undefined) {
      const { code, message, hint } = queryError('parquet.columnType', { column: source.name, type: source.sqlType })
      findings.push({ code, message, ...(hint === undefined ? {} : { hint }) })
      continue
    }
    const chosen = wanted?.find(({ name }) => name === source.name)
    const type = chosen?.type ?? (await foundType(connection, from, source, family))
    selections.push({ ...(chosen ?? { name: source.name, type }), sql: expression(sqlName(source.name), family, type) })
  }
  const [first] = findings
  if (first === undefined) return selections
  throw new ModelsmithError({ ...first, kind: 'unsupported', findings })
}

const foundType = async (
  connection: DuckDBConnection,
  from: string,
  { name }: Source,
  family: NonNullable<ReturnType<typeof typeFamily>>,
): Promise<ColumnType> => {
  const column = sqlName(name)
  switch (family) {
    case 'real':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'moment':
      return 'date'
    case 'whole': {
      const [range] = await rowsOf(connection, `SELECT max(abs(CAST(${column} AS DOUBLE))) FROM ${from}`)
      return Number(range?.[0] ?? 0) >= exactIntegers ? 'text' : 'integer'
    }
    case 'text': {
      const [counts] = await rowsOf(
        connection,
        `SELECT count(DISTINCT ${column}), count(${column}), max(length(CAST(${column} AS VARCHAR))) FROM ${from}`,
      )
      const [distinct, values, longest] = (counts ?? []).map(Number)
      return textOrCategory({ distinct: distinct ?? 0, values: values ?? 0, longest: longest ?? 0 })
    }
  }
}

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<unknown[][]> =>
  (await connection.run(sql)).getRows()

const expression = (column: string, family: NonNullable<ReturnType<typeof typeFamily>>, type: ColumnType): string => {
  switch (type) {
    case 'number':
    case 'integer':
      return `CAST(${column} AS DOUBLE)`
    case 'boolean':
      return `CAST(${column} AS BOOLEAN)`
    case 'date':
      return `CAST(epoch_us(CAST(${column} AS TIMESTAMP)) AS DOUBLE)`
    case 'category':
    case 'text':
      return family === 'moment'
        ? `strftime(CAST(${column} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')`
        : `CAST(${column} AS VARCHAR)`
  }
}

const fetchTable = async (
  connection: DuckDBConnection,
  from: string,
  selections: readonly Selection[],
): Promise<Table> => {
  const schema = { columns: selections.map(({ sql: _sql, ...column }) => column) }
  const result = await connection.stream(
    `SELECT ${selections.map(({ sql }, index) => `${sql} AS c${index}`).join(', ')} FROM ${from}`,
  )
  const batches: Table[] = []
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    const columns = selections.map(({ type }, index) => columnOf(chunk.getColumnVector(index), chunk.rowCount, type))
    batches.push({ schema, rows: chunk.rowCount, columns })
  }
  if (batches.length === 0) throw queryError('dataset.empty', {})
  return concatTables(batches)
}

const columnOf = (vector: DuckDBVector, rows: number, type: ColumnType): Column => {
  if (vector instanceof DuckDBDoubleVector) {
    const values = new Float64Array(rows).fill(Number.NaN)
    const validity = eachItem(vector, rows, (row, item) => {
      values[row] = Number(item)
    })
    return { kind: 'float64', values, validity }
  }
  if (vector instanceof DuckDBBooleanVector) {
    const values = new Uint8Array(rows)
    const validity = eachItem(vector, rows, (row, item) => {
      values[row] = item === true ? 1 : 0
    })
    return { kind: 'boolean', values, validity }
  }
  if (vector instanceof DuckDBVarCharVector) {
    return textColumn(
      Array.from({ length: rows }, (_, row) => vector.getItem(row)),
      type === 'category' ? 'category' : 'text',
    )
  }
  throw queryError('parquet.columnType', { column: '', type: vector.constructor.name })
}

/** Visits the items that are there; returns the bitmap of them, or nothing when all are. */
const eachItem = (
  vector: DuckDBVector,
  rows: number,
  visit: (row: number, item: unknown) => void,
): Uint8Array | undefined => {
  const validity = new Uint8Array(Math.ceil(rows / 8))
  let present = 0
  for (let row = 0; row < rows; row++) {
    const item = vector.getItem(row)
    if (item === null) continue
    visit(row, item)
    validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7))
    present++
  }
  return present === rows ? undefined : validity
}
