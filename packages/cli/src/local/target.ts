import {
  checkPartitioning,
  checkTargetType,
  classCodes,
  classesOf,
  defaultPartitioning,
  type EstimatorType,
  isClassification,
  isError,
  noClass,
  orderClasses,
  partitionRows,
  type TargetType,
  validationPart,
} from '@modelsmith/domain'
import { canonicalLabel, type Column, type ColumnSchema, columnIndex, isValid } from '@modelsmith/table'
import { cliError } from '../errors.ts'
import type { LocalData } from './data.ts'

/** Fewer rows than this say nothing about a task when a fifth of them is held back. */
const leastRowsToMeasure = 50

export type LocalTarget = {
  readonly classes: readonly string[]
  /** Rows to fit on: those that have a target, or all. */
  readonly rows: Int32Array
  /** The value to learn of each row of the data: a class position or a number. */
  readonly actual: ArrayLike<number>
  readonly validation: { readonly trainRows: Int32Array; readonly predictRows: Int32Array } | undefined
}

export type ChosenLabels = {
  readonly labels: readonly string[]
  readonly positive: string | undefined
  readonly negative: string | undefined
}

/** What a task learns from: classes in their order, the rows that have a target, and which of them may measure it. */
export const readTarget = (
  data: LocalData,
  target: string | undefined,
  targetType: TargetType,
  chosen: ChosenLabels,
): LocalTarget => {
  if (target === undefined) {
    if (targetType !== 'transform' && targetType !== 'anomaly') {
      throw cliError('cli.usage', { problem: `--target or --target-csv is needed for the target type ${targetType}.` })
    }
    return { classes: [], rows: rowsWhere(data, () => true), actual: [], validation: undefined }
  }
  const index = columnIndex(data.table, target)
  const column = data.table.columns[index] as Column
  if (targetType === 'transform' || targetType === 'anomaly') {
    const rows = rowsWhere(data, (row) => isValid(column.validity, row))
    return { classes: [], rows, actual: [], validation: undefined }
  }
  refuseTarget(data, index, targetType)
  const schema = data.table.schema.columns[index] as ColumnSchema
  const classes = isClassification(targetType) ? classesFor(column, schema, data.table.rows, targetType, chosen) : []
  const actual =
    targetType === 'regression' && column.kind === 'float64'
      ? column.values
      : classCodes(column, schema, data.table.rows, classes)
  const rows = rowsWhere(data, (row) => isValid(column.validity, row) && actual[row] !== noClass)
  return { classes, rows, actual, validation: validationOf(rows, actual, targetType, classes.length) }
}

const rowsWhere = ({ table }: LocalData, wanted: (row: number) => boolean): Int32Array =>
  Int32Array.from(Array.from({ length: table.rows }, (_, row) => row).filter(wanted))

const refuseTarget = (data: LocalData, index: number, targetType: EstimatorType): void => {
  const profile = data.profile[index]
  if (profile === undefined) return
  const findings = checkTargetType({ ...profile, rows: data.table.rows }, targetType)
  const errors = findings.filter(isError)
  if (errors.length > 0) {
    throw cliError(
      'cli.usage',
      { problem: `--target ${profile.name} does not fit --target-type ${targetType}.` },
      { findings },
    )
  }
}

const classesFor = (
  column: Column,
  schema: ColumnSchema,
  rows: number,
  targetType: EstimatorType,
  { labels, positive, negative }: ChosenLabels,
): readonly string[] => {
  const found = classesOf(column, schema, rows)
  const pair = [negative, positive].filter((label) => label !== undefined)
  const given = (labels.length > 0 ? labels : pair.length === 2 ? pair : []).map(canonicalLabel)
  if (given.length === 0) return orderClasses(found, positive)
  const unknown = found.filter((label) => !given.includes(label))
  if (unknown.length > 0 || (targetType === 'binary' && given.length !== 2)) {
    const problem = `The class labels are ${given.join(', ')}; the target has ${found.join(', ')}.`
    throw cliError('cli.usage', { problem })
  }
  return given
}

/** A fifth of the rows, by the same rules by which a project deals its folds. */
const validationOf = (
  rows: Int32Array,
  actual: ArrayLike<number>,
  targetType: EstimatorType,
  classes: number,
): LocalTarget['validation'] => {
  const partitioning = { ...defaultPartitioning(targetType), holdout: 0 }
  const strata = isClassification(targetType) ? Int32Array.from(rows, (row) => actual[row] as number) : undefined
  const sizes = Array.from({ length: classes }, () => 0)
  for (const code of strata ?? []) sizes[code] = (sizes[code] as number) + 1
  const known = { targetType, rows: rows.length, ...(classes === 0 ? {} : { smallestClass: Math.min(...sizes) }) }
  if (rows.length < leastRowsToMeasure || checkPartitioning(partitioning, known).length > 0) return undefined
  const parts = partitionRows({ ...partitioning, rows: rows.length, strata })
  return {
    trainRows: rows.filter((_, position) => parts[position] !== validationPart),
    predictRows: rows.filter((_, position) => parts[position] === validationPart),
  }
}
