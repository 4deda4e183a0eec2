import { createReadStream } from 'node:fs'
import {
  type ColumnSchema,
  createCsvReader,
  createPieceReader,
  csvHead,
  ModelsmithError,
  sliceRows,
  type Table,
  validityOf,
} from '@modelsmith/table'
import { cliError } from '../errors.ts'
import { openInput, pieceBytes } from './native/input-file.ts'

/** Rows that a session holds at a time. */
const batchRows = 20_000
const chunkBytes = 2 ** 20

/** A file that the quick reader does not understand to its end: the careful one says what is wrong with it. */
export class NeedsCare extends Error {}

/**
 * The rows of a CSV file under these types, some thousands at a time, so that memory does not grow with the file. Where all are numbers
 * `isQuick` reads them several times faster; it throws `NeedsCare` for what it would have to explain.
 */
export const rowsOfCsv = (path: string, columns: readonly ColumnSchema[], isQuick: boolean): AsyncGenerator<Table> =>
  isQuick && columns.every(({ type }) => type === 'number' || type === 'integer')
    ? numbersOfCsv(path, columns)
    : cellsOfCsv(path, columns)

async function* cellsOfCsv(path: string, columns: readonly ColumnSchema[]): AsyncGenerator<Table> {
  // Says at once when there is no such file.
  await (await openInput(path)).close()
  const reader = createCsvReader({ schema: { columns }, batchRows })
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) yield* reader.push(chunk as Buffer)
    yield* reader.end()
  } catch (error) {
    if (!(error instanceof ModelsmithError) || !error.code.startsWith('csv.')) throw error
    const { names } = error.values
    const problem =
      error.code === 'csv.missingColumns' && Array.isArray(names)
        ? `it lacks columns that the task was fitted with: ${names.join(', ')}.`
        : error.message
    throw cliError('cli.input', { path, problem }, { findings: error.findings, cause: error })
  }
}

async function* numbersOfCsv(path: string, columns: readonly ColumnSchema[]): AsyncGenerator<Table> {
  const file = await openInput(path)
  try {
    const delimiter = file.dialect.delimiter.charCodeAt(0)
    const head = csvHead(file.start, delimiter, file.isShort)
    const places = columns.map(({ name }) => head?.names.indexOf(name) ?? -1)
    if (head === undefined || places.includes(-1)) throw new NeedsCare()
    file.skip(head.end)
    const uses = head.names.map((_, column) => {
      const at = places.indexOf(column)
      return at < 0 ? ({ kind: 'skip' } as const) : ({ kind: 'number', at } as const)
    })
    const read = createPieceReader({ delimiter, names: head.names, uses, numbers: columns.length, texts: 0, kept: [] })
    const batch = createBatch(columns)
    let buffer: ArrayBuffer = new ArrayBuffer(pieceBytes)
    for (;;) {
      const next = await file.next(buffer)
      buffer = next.buffer
      if (next.length === 0) break
      const { rows, numbers, wrong } = read(new Uint8Array(buffer, 0, next.length))
      if (wrong > 0) throw new NeedsCare()
      for (let from = 0; from < rows; ) {
        from += batch.take(numbers, from, rows)
        if (batch.isFull()) yield batch.finish()
      }
    }
    if (!batch.isEmpty()) yield batch.finish()
  } finally {
    await file.close()
  }
}

/** Rows of numbers, laid out anew column by column. */
const createBatch = (columns: readonly ColumnSchema[]) => {
  const width = columns.length
  const fresh = () => columns.map(() => new Float64Array(batchRows))
  let values = fresh()
  let filled = 0
  return {
    isFull: () => filled === batchRows,
    isEmpty: () => filled === 0,
    /** Takes as many of the rows as there is room for, and says how many. */
    take(numbers: Float64Array, from: number, to: number): number {
      const count = Math.min(to - from, batchRows - filled)
      for (let column = 0; column < width; column++) {
        const target = values[column] as Float64Array
        for (let row = 0, at = from * width + column; row < count; row++, at += width)
          target[filled + row] = numbers[at] as number
      }
      filled += count
      return count
    },
    finish(): Table {
      const rows = filled
      const table: Table = {
        schema: { columns: [...columns] },
        rows,
        columns: values.map((column, index) => numberColumnOf(column.subarray(0, rows), columns[index]?.type)),
      }
      values = fresh()
      filled = 0
      return table
    },
  }
}

const numberColumnOf = (values: Float64Array, type: ColumnSchema['type'] | undefined): Table['columns'][number] => {
  let missing = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    if (value !== value) missing++
    else if (type === 'integer' && !Number.isInteger(value)) throw new NeedsCare()
  }
  // A cell that is there is never NaN.
  const validity = missing === 0 ? undefined : validityOf(values.length, (row) => !Number.isNaN(values[row]))
  return { kind: 'float64', values, validity }
}

/** The rows of a table that is in memory, in pieces of the same size. */
export async function* rowsOfTable(table: Table): AsyncGenerator<Table> {
  for (let from = 0; from < table.rows; from += batchRows) yield sliceRows(table, from, from + batchRows)
}
