import type { Column, ColumnSchema, Finding, Table } from '@modelsmith/table'
import { finding } from '../errors.ts'
import { matchClassColumns } from './labels.ts'
import { type EstimatorType, isClassification } from './schema.ts'

/** How far a row's probabilities, rounded to float32, may sum away from 1. */
export const probabilityTolerance = 1e-6

/** The column of a regression or anomaly prediction. */
export const predictionColumn = 'Predictions'

export type PredictionCheck = {
  readonly findings: readonly Finding[]
  /** Float64 columns: one a class in the order of `classes`, or the one prediction; undefined when there are findings. */
  readonly columns?: readonly Float64Array[]
}

/** A hook gives one row out per row in; it can neither filter nor repeat. */
export const checkRowCount = (task: string, given: number, returned: number): Finding[] =>
  given === returned ? [] : [finding('contract.rowCount', { task, returned, given })]

/** What a scoring hook returned for `rows` rows of input, against what the target type asks. All findings at once. */
export const checkPredictions = ({
  task,
  targetType,
  classes,
  rows,
  table,
}: {
  readonly task: string
  readonly targetType: EstimatorType
  readonly classes: readonly string[]
  readonly rows: number
  readonly table: Table
}): PredictionCheck => {
  const expected = isClassification(targetType) ? classes : [predictionColumn]
  const positions = isClassification(targetType) ? classPositions(classes, table) : onlyPosition(table)
  const wrongRows = checkRowCount(task, rows, table.rows)
  if (positions === undefined) {
    const words = `${isClassification(targetType) ? 'one column for each of the classes' : 'one column'} ${wordsOfNames(expected)}`
    const found = wordsOfNames(table.schema.columns.map(({ name }) => name))
    return { findings: [...wrongRows, finding('contract.predictionColumns', { task, expected: words, found })] }
  }
  const findings = [...wrongRows, ...positions.flatMap((position) => checkNumbers(task, table, position))]
  if (findings.length > 0) return { findings }
  const columns = positions.map((position) => numbersOf(table, position) as Float64Array)
  const improbable = isClassification(targetType) ? checkProbabilities(task, classes, columns) : []
  return improbable.length > 0 ? { findings: improbable } : { findings: [], columns }
}

const onlyPosition = (table: Table): readonly number[] | undefined => (table.columns.length === 1 ? [0] : undefined)

const classPositions = (classes: readonly string[], table: Table): readonly number[] | undefined => {
  const names = table.schema.columns.map(({ name }) => name)
  const positions = matchClassColumns(classes, names).filter((position) => position !== undefined)
  return positions.length === classes.length && names.length === classes.length ? positions : undefined
}

const numbersOf = (table: Table, position: number): Float64Array | undefined => {
  const column = table.columns[position] as Column
  if (column.kind === 'boolean') return Float64Array.from(column.values)
  return column.kind === 'float64' && table.schema.columns[position]?.type !== 'date' ? column.values : undefined
}

const checkNumbers = (task: string, table: Table, position: number): Finding[] => {
  const { name: column, type: found } = table.schema.columns[position] as ColumnSchema
  const values = numbersOf(table, position)
  if (values === undefined) return [finding('contract.predictionType', { task, column, found })]
  const broken = rowsWhere(values.length, (row) => !Number.isFinite(values[row]))
  return broken.rows === 0 ? [] : [finding('contract.predictionMissing', { task, column, ...broken })]
}

const checkProbabilities = (task: string, classes: readonly string[], columns: readonly Float64Array[]): Finding[] => {
  const outside = classes.flatMap((column, index) => {
    const values = columns[index] as Float64Array
    const broken = rowsWhere(values.length, (row) => !((values[row] as number) >= 0 && (values[row] as number) <= 1))
    return broken.rows === 0
      ? []
      : [
          finding('contract.probabilityRange', {
            task,
            column,
            ...broken,
            found: rounded(values[broken.first - 1] as number),
          }),
        ]
  })
  if (outside.length > 0) return outside
  const sumOf = (row: number) => columns.reduce((sum, values) => sum + Math.fround(values[row] as number), 0)
  const broken = rowsWhere(columns[0]?.length ?? 0, (row) => Math.abs(sumOf(row) - 1) > probabilityTolerance)
  return broken.rows === 0
    ? []
    : [finding('contract.probabilitySum', { task, ...broken, found: rounded(sumOf(broken.first - 1)) })]
}

const rounded = (value: number): number => Number(value.toPrecision(7))

/** How many rows break a rule, and the first of them, counted from 1. */
const rowsWhere = (rows: number, breaks: (row: number) => boolean): { rows: number; first: number } => {
  let broken = 0
  let first = 0
  for (let row = 0; row < rows; row++) {
    if (!breaks(row)) continue
    if (broken === 0) first = row + 1
    broken++
  }
  return { rows: broken, first }
}

const wordsOfNames = (names: readonly string[]): string =>
  names.length === 0
    ? 'no columns'
    : `${names
        .slice(0, 10)
        .map((name) => `"${name}"`)
        .join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`
