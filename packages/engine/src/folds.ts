import type { Table } from '@modelsmith/table'
import type { PartResult } from './lane.ts'
import type { PlannedPart } from './plan.ts'

/** Predictions of each row by the model that did not see it, with the row's index in the dataset and its fold. */
export type OutOfFold = { readonly rows: Int32Array; readonly predictions: Table; readonly fold: Int8Array }

/** The predictions of folds, numbered from 1 as they are given, in the order of the dataset's rows. */
export const joinFolds = (
  folds: readonly PlannedPart[],
  results: ReadonlyMap<string, PartResult>,
  datasetRows: number,
): OutOfFold => {
  const foldOf = new Int8Array(datasetRows)
  folds.forEach(({ predictRows }, index) => {
    for (const row of predictRows) foldOf[row] = index + 1
  })
  const rows = Int32Array.from(foldOf.keys()).filter((row) => (foldOf[row] as number) > 0)
  const position = new Int32Array(datasetRows)
  rows.forEach((row, index) => {
    position[row] = index
  })
  const first = (results.get((folds[0] as PlannedPart).name) as PartResult).predictions as Table
  const columns = first.columns.map(() => new Float64Array(rows.length))
  for (const { name, predictRows } of folds) {
    const { predictions } = results.get(name) as PartResult
    columns.forEach((values, index) => {
      const column = predictions?.columns[index]
      if (column?.kind !== 'float64') return
      predictRows.forEach((row, at) => {
        values[position[row] as number] = column.values[at] as number
      })
    })
  }
  const predictions: Table = {
    schema: first.schema,
    rows: rows.length,
    columns: columns.map((values) => ({ kind: 'float64', values, validity: undefined })),
  }
  return { rows, predictions, fold: Int8Array.from(rows, (row) => foldOf[row] as number) }
}
