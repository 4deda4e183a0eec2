import { type Cell, canonicalLabel, type Column, type ColumnSchema, cellReader, type Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'

/** The code of a row without a class, or with one that the project does not know. */
export const noClass = -1

/**
 * Classes in the order in which hooks receive them, as canonical labels. Numbers ascend; other labels ascend by code units,
 * so `No` precedes `Yes` and `False` precedes `True`. In a binary project the last one is the positive class, unless
 * somebody chose it.
 */
export const orderClasses = (values: Iterable<Cell>, positive?: Cell): string[] => {
  const labels = [...new Set(Array.from(values, canonicalLabel))]
  const numeric = labels.every((label) => label.trim() !== '' && Number.isFinite(Number(label)))
  const ordered = labels.toSorted((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1))
  const last = positive === undefined ? undefined : canonicalLabel(positive)
  return last === undefined || !ordered.includes(last) ? ordered : [...ordered.filter((label) => label !== last), last]
}

/** The distinct classes of a target column, missing values left out. */
export const classesOf = (column: Column, schema: ColumnSchema, rows: number, positive?: Cell): string[] => {
  const read = cellReader(column, schema)
  const found = new Set<Cell>()
  for (let row = 0; row < rows; row++) found.add(read(row))
  found.delete(null)
  return orderClasses(found, positive)
}

/** The positive class that somebody chose must be one of the target's. */
export const checkPositiveClass = (
  target: string,
  classes: readonly string[],
  chosen: string | undefined,
): Finding[] =>
  chosen === undefined || classes.includes(canonicalLabel(chosen))
    ? []
    : [finding('project.positiveClass', { target, found: chosen, classes })]

/** The position of each row's class; `noClass` where the value is missing or none of the classes. */
export const classCodes = (
  column: Column,
  schema: ColumnSchema,
  rows: number,
  classes: readonly string[],
): Int32Array => {
  const read = cellReader(column, schema)
  const byLabel = new Map(classes.map((label, code) => [label, code]))
  const known = new Map<Cell, number>([[null, noClass]])
  const codes = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const value = read(row)
    let code = known.get(value)
    if (code === undefined) {
      code = byLabel.get(canonicalLabel(value)) ?? noClass
      known.set(value, code)
    }
    codes[row] = code
  }
  return codes
}
