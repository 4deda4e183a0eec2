import type { Column, Finding, Table } from '@modelsmith/table'
import { finding, isError } from '../errors.ts'
import { matchClassColumns } from './labels.ts'
import type { EstimatorType } from './schema.ts'

/** How far a row's probabilities, rounded to float32, may sum away from 1. */
export const probabilityTolerance = 1e-6

/** The column of a regression or anomaly prediction. */
export const predictionColumn = 'Predictions'

export type PredictionCheck = {
  readonly findings: readonly Finding[]
  /** Float64 columns: one a class in the order of `classes`, or the one prediction; undefined when there are findings. */
  readonly columns?: readonly Float64Array[]
}

/** What a scoring hook returned for `rows` rows of input, against what the target type asks. All findings at once. */
export const checkPredictions = (input: {
  readonly task: string
  readonly targetType: EstimatorType
  readonly classes: readonly string[]
  readonly rows: number
  readonly table: Table
}): PredictionCheck => {
  const { task, rows, table } = input
  const wrongRows =
    rows === table.rows ? [] : [finding('contract.rowCount', { task, returned: table.rows, given: rows })]
  const named = isClassification(input.targetType) ? classColumns(input) : singleColumn(input)
  const numeric = named.columns.flatMap(({ name, column }) => checkNumbers(task, name, column))
  const findings = [...wrongRows, ...named.findings, ...numeric]
  const columns = named.columns.map(({ column }) => numbersOf(column)).filter((values) => values !== undefined)
  if (isClassification(input.targetType) && findings.length === 0) {
    findings.push(...checkProbabilities(task, input.classes, columns))
  }
  return findings.some(isError) ? { findings } : { findings, columns }
}

export const isClassification = (targetType: EstimatorType): boolean =>
  targetType === 'binary' || targetType === 'multiclass'

type Named = {
  readonly findings: readonly Finding[]
  readonly columns: readonly { readonly name: string; readonly column: Column }[]
}

const singleColumn = ({ task, table }: { readonly task: string; readonly table: Table }): Named => {
  const names = table.schema.columns.map(({ name }) => name)
  const column = table.columns[names.length === 1 ? 0 : -1]
  return column === undefined
    ? {
        findings: [
          finding('contract.predictionColumns', {
            task,
            expected: `one column ${predictionColumn}`,
            found: wordsOfNames(names),
          }),
        ],
        columns: [],
      }
    : { findings: [], columns: [{ name: names[0] ?? predictionColumn, column }] }
}

const classColumns = ({
  task,
  classes,
  table,
}: {
  readonly task: string
  readonly classes: readonly string[]
  readonly table: Table
}): Named => {
  const names = table.schema.columns.map(({ name }) => name)
  const positions = matchClassColumns(classes, names)
  if (names.length !== classes.length || positions.includes(undefined)) {
    return {
      findings: [
        finding('contract.predictionColumns', {
          task,
          expected: `one column for each of the classes ${wordsOfNames(classes)}`,
          found: wordsOfNames(names),
        }),
      ],
      columns: [],
    }
  }
  return {
    findings: [],
    columns: classes.map((name, index) => ({ name, column: table.columns[positions[index] as number] as Column })),
  }
}

const numbersOf = (column: Column): Float64Array | undefined =>
  column.kind === 'float64' ? column.values : column.kind === 'boolean' ? Float64Array.from(column.values) : undefined

const checkNumbers = (task: string, name: string, column: Column): Finding[] => {
  const values = numbersOf(column)
  if (values === undefined) return [finding('contract.predictionType', { task, column: name, found: 'text' })]
  const broken = rowsWhere(values.length, (row) => !Number.isFinite(values[row]))
  return broken.rows === 0 ? [] : [finding('contract.predictionMissing', { task, column: name, ...broken })]
}

const checkProbabilities = (task: string, classes: readonly string[], columns: readonly Float64Array[]): Finding[] => {
  const outside = classes.flatMap((column, index) => {
    const values = columns[index] as Float64Array
    const broken = rowsWhere(values.length, (row) => !((values[row] as number) >= 0 && (values[row] as number) <= 1))
    return broken.rows === 0
      ? []
      : [finding('contract.probabilityRange', { task, column, ...broken, found: values[broken.first - 1] as number })]
  })
  if (outside.length > 0) return outside
  const sumOf = (row: number) => columns.reduce((sum, values) => sum + Math.fround(values[row] as number), 0)
  const broken = rowsWhere(columns[0]?.length ?? 0, (row) => Math.abs(sumOf(row) - 1) > probabilityTolerance)
  return broken.rows === 0
    ? []
    : [finding('contract.probabilitySum', { task, ...broken, found: sumOf(broken.first - 1) })]
}

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
