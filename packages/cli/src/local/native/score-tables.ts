import { createReadStream } from 'node:fs'
import {
  type Answers,
  answerer,
  compile,
  dataOfTable,
  type InputColumn,
  inputOf,
  type OpenedModel,
  schemaOfInput,
} from '@modelsmith/scoring'
import { tableWriter } from '@modelsmith/serving'
import {
  type ColumnSchema,
  cellReader,
  concatTables,
  createCsvReader,
  createSchemaFinder,
  type LooseColumn,
  type LooseTable,
  type Table,
  tableFromColumns,
  takeRows,
  textColumn,
} from '@modelsmith/table'
import { cliError } from '../../errors.ts'
import { outputFormatOf, tableFormatOfFile } from '../../files.ts'
import { inFile, openTableFile } from '../table-file.ts'
import { openInput } from './input-file.ts'
import { openOutput } from './output-file.ts'
import { planColumns } from './plan.ts'
import type { ScoredFile, ScoreOptions } from './score-file.ts'

/** Where rows come from, batch by batch. */
type Rows = {
  readonly names: readonly string[]
  readonly batches: () => Iterable<LooseTable> | AsyncIterable<LooseTable>
  readonly fraction: () => number
  readonly close: () => void
}

/** Scores a table that is not CSV, or is to become another format: in this thread, a batch of the file at a time. */
export const scoreTables = async (opened: OpenedModel, options: ScoreOptions): Promise<ScoredFile> => {
  const format = tableFormatOfFile(options.input)
  const rows = format === 'csv' ? await csvRows(options.input) : openTableFile(options.input, format)
  try {
    return await scoreRows(opened, rows, options)
  } finally {
    rows.close()
  }
}

const scoreRows = async (opened: OpenedModel, source: Rows, options: ScoreOptions): Promise<ScoredFile> => {
  const { model, featureNames } = opened
  const { input: path, asked, keep, columns: order, signal, onProgress } = options
  const scorer = compile(model)
  const names = featureNames ?? (scorer.columns === undefined && order.length > 0 ? order : undefined)
  const input = inputOf(model, scorer, names, source.names)
  const read = columnsToRead(input, source.names, { path, keep, order })
  const { isOfBatch, answer } = answerer(scorer, asked)
  const output = await openOutput(options.output)
  const writer = tableWriter(outputFormatOf(options.output))
  const done = { rows: 0, written: 0, columns: [] as readonly string[] }
  let keptSchema: readonly ColumnSchema[] | undefined
  const score = async (table: Table, kept: Table): Promise<void> => {
    const answers = inFile(path, () => answer(dataOfTable(input, table)))
    const result = besideKept(kept, answers)
    done.columns = result.schema.columns.map(({ name }) => name)
    done.written += result.rows
    for (const bytes of writer.write(result)) await output.write(bytes)
  }
  try {
    const all: [Table, Table][] = []
    for await (const batch of source.batches()) {
      if (signal.aborted) throw cliError('cli.cancelled', {})
      if (batch.rows === 0) continue
      const view = { rows: batch.rows, columns: read.map(({ column, place }) => under(column, batch, place)) }
      const table = inFile(path, () =>
        tableFromColumns(
          read.map(({ column }) => schemaOfInput(column)),
          view,
          done.rows,
        ),
      )
      const chosen = keep.map((name) => batch.columns.find((column) => column.name === name) as LooseColumn)
      keptSchema ??= chosen.map(({ name, type }) => ({ name, type: type === 'integer' ? 'number' : type }))
      const kept = keptTable(keptSchema, chosen, batch.rows)
      done.rows += batch.rows
      if (isOfBatch) all.push([table, kept])
      else await score(table, kept)
      onProgress(source.fraction(), done.rows)
    }
    if (done.rows === 0) throw cliError('cli.input', { path, problem: 'it has no rows.' })
    if (isOfBatch) await score(concatTables(all.map(([table]) => table)), concatTables(all.map(([, kept]) => kept)))
    for (const bytes of writer.end()) await output.write(bytes)
    await output.finish()
    return { rows: done.written, columns: done.columns, threads: 1 }
  } catch (error) {
    await output.discard()
    throw error
  }
}

type ColumnToRead = { readonly column: InputColumn; readonly place: number }

/** Columns that the model reads, each with its place in the file; the rules are those for CSV files. */
const columnsToRead = (
  input: ReturnType<typeof inputOf>,
  names: readonly string[],
  choice: { readonly path: string; readonly keep: readonly string[]; readonly order: readonly string[] },
): readonly ColumnToRead[] => {
  const plan = planColumns(input, names, 0x2c, choice)
  const columns =
    input.shape === 'mappings'
      ? plan.names.map((name): InputColumn => ({ name, isNamed: true, type: 'any' }))
      : input.columns
  return columns.flatMap((column, at): ColumnToRead[] => {
    const source = plan.sources[at]
    const place = source === undefined ? -1 : plan.csv.uses.indexOf(source)
    return place < 0 ? [] : [{ column, place }]
  })
}

/** A column of the file under the model's name for it; truth values are numbers where numbers are wanted. */
const under = ({ name, type }: InputColumn, { columns }: LooseTable, place: number): LooseColumn => {
  const loose = columns[place] as LooseColumn
  if (type !== 'number' || loose.type !== 'boolean') return { ...loose, name }
  const at = (row: number): unknown => {
    const value = loose.at(row)
    return value === null ? null : Number(value)
  }
  return { name, type, column: undefined, at }
}

const keptTable = (schema: readonly ColumnSchema[], columns: readonly LooseColumn[], rows: number): Table =>
  schema.length === 0 ? { schema: { columns: [] }, rows, columns: [] } : tableFromColumns(schema, { rows, columns })

const besideKept = (kept: Table, { rows, columns, kept: rowsKept }: Answers): Table => {
  const chosen = rowsKept === undefined ? kept : takeRows(kept, Int32Array.from(rowsKept))
  const schemas = columns.map(
    ({ name, values }): ColumnSchema => ({
      name,
      type: values instanceof Float64Array ? 'number' : 'text',
    }),
  )
  return {
    schema: { columns: [...chosen.schema.columns, ...schemas] },
    rows,
    columns: [
      ...chosen.columns,
      ...columns.map(({ values }) =>
        values instanceof Float64Array
          ? ({ kind: 'float64', values, validity: undefined } as const)
          : textColumn(values, 'text'),
      ),
    ],
  }
}

/** A CSV file for an answer of another format: its types are found first, so that what is kept has them. */
const csvRows = async (path: string): Promise<Rows> => {
  // Says what is wrong where it cannot be read at all.
  await (await openInput(path)).close()
  const finder = createSchemaFinder()
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const bytes = new Uint8Array(chunk as Buffer)
    inFile(path, () => finder.push(bytes))
  }
  const { schema, dialect } = inFile(path, () => finder.end())
  async function* batches(): AsyncGenerator<LooseTable> {
    // Texts keep what numbers would lose, such as zeros at their beginning.
    const texts = createCsvReader({
      schema: { columns: schema.columns.map(({ name }) => ({ name, type: 'text' })) },
      dialect,
    })
    const typed = createCsvReader({ schema, dialect })
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      const bytes = new Uint8Array(chunk as Buffer)
      yield* together(typed.push(bytes), texts.push(bytes))
    }
    yield* together(typed.end(), texts.end())
  }
  return { names: schema.columns.map(({ name }) => name), batches, fraction: () => 0, close: () => {} }
}

function* together(typed: readonly Table[], texts: readonly Table[]): Generator<LooseTable> {
  if (typed.length === 0) return
  const [table, plain] = [concatTables(typed), concatTables(texts)]
  yield {
    rows: table.rows,
    columns: table.schema.columns.map((schema, index): LooseColumn => {
      const column = table.columns[index] as Table['columns'][number]
      const text = cellReader(plain.columns[index] as Table['columns'][number], { name: schema.name, type: 'text' })
      return { name: schema.name, type: schema.type, column, at: text }
    }),
  }
}
