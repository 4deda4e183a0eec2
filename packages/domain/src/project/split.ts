import {
  type Cell,
  canonicalLabel,
  type Column,
  type ColumnSchema,
  cellReader,
  type Finding,
  isValid,
} from '@modelsmith/table'
import type { EstimatorType } from '../contract/schema.ts'
import { finding, isError } from '../errors.ts'
import { orderClasses } from './classes.ts'
import {
  checkNamedParts,
  checkPartitioning,
  holdoutPart,
  partitionByColumn,
  partitionByTime,
  partitionGroups,
  partitionRows,
  trainOnlyPart,
  unusedPart,
} from './partition.ts'
import { partsSaid } from './said.ts'
import type { Partitioning } from './schema.ts'

export type NamedColumn = { readonly column: Column; readonly schema: ColumnSchema }

/** One part of a split, for people: how many rows, and which value or span of the column it comes from. */
export type PartSummary = {
  readonly name: string
  readonly rows: number
  readonly from: string | null
  readonly to: string | null
}

export type Split = {
  /** The part of each of the rows. */
  readonly parts: Int8Array
  readonly folds: number
  readonly summary: readonly PartSummary[]
}

export type SplitRequest = {
  /** The rows that take part, as rows of the table. */
  readonly rows: Int32Array
  readonly targetType: EstimatorType
  readonly target: string | undefined
  /** Of a classification: the class of each of the rows, and how many there are. */
  readonly codes: Int32Array | undefined
  readonly classes: number
  /** The column that the partitioning names. */
  readonly by: NamedColumn | undefined
  /** What a function said of each of the rows. */
  readonly said?: Float64Array | undefined
  /** Names of the classes. */
  readonly labels?: readonly string[]
}

/** Splits rows as a partitioning says, or tells everything that keeps it from it. */
export const splitRows = (partitioning: Partitioning, request: SplitRequest): Split | readonly Finding[] => {
  const { method, folds } = partitioning
  const { rows, codes, by } = request
  const problems = [...checkPartitioning(partitioning, known(request)), ...checkBy(partitioning, request)]
  if (problems.some(isError)) return problems.filter(isError)
  if (method === 'function') {
    if (request.said === undefined) throw new TypeError('A split by a function needs what it said of the rows.')
    const said = partsSaid(request.said, codes, request.labels ?? [])
    return Array.isArray(said) ? said : { ...said, summary: summarise(said.parts, said.folds, () => undefined) }
  }
  if (by === undefined || method === 'random' || method === 'stratified') {
    const parts = partitionRows({ ...partitioning, rows: rows.length, strata: codes })
    return { parts, folds, summary: summarise(parts, folds, () => undefined) }
  }
  try {
    if (method === 'date') {
      const { values } = by.column as Extract<Column, { kind: 'float64' }>
      const parts = partitionByTime(
        Float64Array.from(rows, (row) => values[row] as number),
        partitioning,
      )
      return { parts, folds, summary: summarise(parts, folds, spans(parts, rows, by)) }
    }
    const { codes: keys, labels } = labelsOf(by, rows)
    if (method === 'group') {
      const parts = partitionGroups(keys, partitioning)
      return { parts, folds, summary: summarise(parts, folds, () => undefined) }
    }
    const named = partitionByColumn(keys, labels, partitioning)
    const value = (part: number) =>
      part === holdoutPart
        ? partitioning.holdoutValue
        : part === trainOnlyPart
          ? partitioning.trainingValue
          : named.folds[part - 1]
    return {
      parts: named.parts,
      folds: named.folds.length,
      summary: summarise(named.parts, named.folds.length, (part) => both(value(part))),
    }
  } catch (error) {
    return [asFinding(error)]
  }
}

const asFinding = (error: unknown): Finding => {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string }
  if (code?.startsWith('project.') !== true) throw error
  return { code, message, ...(hint === undefined ? {} : { hint }) }
}

const both = (value: string | undefined) => (value === undefined ? undefined : ([value, value] as const))

const known = ({ targetType, rows, codes, classes }: SplitRequest) => {
  const sizes = Array.from({ length: classes }, () => 0)
  for (const code of codes ?? []) sizes[code] = (sizes[code] ?? 0) + 1
  return { targetType, rows: rows.length, ...(sizes.length === 0 ? {} : { smallestClass: Math.min(...sizes) }) }
}

const checkBy = (partitioning: Partitioning, { by, rows, target }: SplitRequest): Finding[] => {
  const { method } = partitioning
  if (method === 'random' || method === 'stratified' || method === 'function') return []
  if (by === undefined) return [finding('project.partitionColumn', { method })]
  const { name, type } = by.schema
  const missing = rows.reduce((sum, row) => sum + (isValid(by.column.validity, row) ? 0 : 1), 0)
  return [
    ...(name === target ? [finding('project.partitionTarget', { column: name })] : []),
    ...(missing > 0 ? [finding('project.partitionMissing', { column: name, rows: missing })] : []),
    ...(method === 'date' && by.column.kind !== 'float64'
      ? [finding('project.partitionType', { column: name, type })]
      : []),
    ...(method === 'column' ? checkNamedParts(name, labelsOf(by, rows).labels, partitioning) : []),
  ]
}

/** The distinct values among these rows as canonical labels in the order of classes, and the position of each row's. Missing ones have none. */
const labelsOf = ({ column, schema }: NamedColumn, rows: Int32Array) => {
  const read = cellReader(column, schema)
  const found = new Set<Cell>()
  for (const row of rows) found.add(read(row))
  found.delete(null)
  const labels = orderClasses(found)
  const byLabel = new Map(labels.map((label, code) => [label, code]))
  const byCell = new Map([...found].map((value) => [value, byLabel.get(canonicalLabel(value)) as number]))
  return { labels, codes: Int32Array.from(rows, (row) => byCell.get(read(row)) ?? -1) }
}

type Span = readonly [from: string, to: string] | undefined

const spans = (parts: Int8Array, rows: Int32Array, { column, schema }: NamedColumn): ((part: number) => Span) => {
  const read = cellReader(column, schema)
  const { values } = column as Extract<Column, { kind: 'float64' }>
  const ends = new Map<number, [number, number]>()
  parts.forEach((part, position) => {
    const row = rows[position] as number
    const [first, last] = ends.get(part) ?? [row, row]
    const at = values[row] as number
    ends.set(part, [at < (values[first] as number) ? row : first, at > (values[last] as number) ? row : last])
  })
  return (part) => {
    const found = ends.get(part)
    return found === undefined ? undefined : [String(read(found[0])), String(read(found[1]))]
  }
}

const summarise = (parts: Int8Array, folds: number, spanOf: (part: number) => Span): PartSummary[] => {
  const count = (part: number) => parts.reduce((sum, each) => sum + (each === part ? 1 : 0), 0)
  const one = (name: string, part: number): PartSummary => {
    const [from, to] = spanOf(part) ?? [null, null]
    return { name, rows: count(part), from, to }
  }
  return [
    one('holdout', holdoutPart),
    ...Array.from({ length: folds }, (_, fold) => one(`fold ${fold + 1}`, fold + 1)),
    one('only trained on', trainOnlyPart),
    one('not used', unusedPart),
  ].filter(({ rows }) => rows > 0)
}
