import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LibraryTask } from '@modelsmith/engine'
import { type Cell, compile, type Data, dense, type FrameColumn, openModel, run } from '@modelsmith/scoring'
import { ModelsmithError, rowsFromTable, type Table } from '@modelsmith/table'

type Columns = LibraryTask['entry']['columns']

/** Columns made ready for the native scorer, as the runtime of the library makes them ready for Python. */
const readyOf = (columns: Columns, table: Table): Data => {
  const rows = rowsFromTable(table)
  const names = table.schema.columns.map(({ name }) => name)
  const frame = (cellOf: (cell: unknown) => Cell): Data => ({
    kind: 'frame',
    rows: table.rows,
    columns: names.map((name, at): FrameColumn => ({ name, values: rows.map((row) => cellOf(row[at])) })),
  })
  switch (columns) {
    case 'rows':
      return dense(table.rows, 1)
    case 'numbers':
    case 'values':
      return dense(
        table.rows,
        names.length,
        Float64Array.from(rows.flatMap((row) => row.map((cell) => Number(cell ?? Number.NaN)))),
      )
    case 'categories':
      return frame((cell) => (cell === null || cell === undefined ? '(missing)' : String(cell)))
    case 'documents':
      return frame((cell) => (cell === null || cell === undefined ? '' : String(cell)))
    case 'pairs':
      return {
        kind: 'dicts',
        rows: table.rows,
        values: rows.map((row) => new Map(names.map((name, at) => [`${name}=${row[at] ?? '(missing)'}`, 1]))),
      }
    default:
      throw new Error(`Nothing native takes ${columns}.`)
  }
}

export type NativeStep = { readonly task: LibraryTask; readonly artifacts: string }

/** What the fitted steps give natively, column by column; why not, where one of them is not read. */
export const scoreNatively = (
  steps: readonly NativeStep[],
  table: Table,
): { readonly predictions: readonly (readonly number[])[] } | { readonly why: string } => {
  try {
    let data = readyOf((steps[0] as NativeStep).task.entry.columns, table)
    for (const [index, { task, artifacts }] of steps.entries()) {
      const { methods } = compile(openModel(readFileSync(join(artifacts, 'model.joblib'))))
      const { entry } = task
      if (entry.targetTypes.includes('transform') && entry.method === undefined) {
        if (methods.transform === undefined) return { why: `${entry.name} has no transform` }
        data = methods.transform.apply(data)
        continue
      }
      const isAnomaly = entry.targetTypes.includes('anomaly')
      const output = isAnomaly
        ? methods.scoreSamples
        : entry.targetTypes.includes('transform')
          ? methods.predictProba
          : (methods.predictProba ?? methods.predict)
      if (output === undefined) return { why: `${entry.name} has no such method` }
      const values = new Float64Array(run(output, data))
      if (index < steps.length - 1) data = dense(table.rows, output.columns, values)
      else
        return {
          predictions: Array.from({ length: output.columns }, (_, column) =>
            Array.from(
              { length: table.rows },
              (__, row) => (isAnomaly ? -1 : 1) * (values[row * output.columns + column] as number),
            ),
          ),
        }
    }
    return { why: 'no estimator' }
  } catch (error) {
    if (error instanceof ModelsmithError || error instanceof Error)
      return { why: error.message.split('\n')[0] as string }
    throw error
  }
}
