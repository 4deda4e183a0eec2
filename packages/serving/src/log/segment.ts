import type { PredictionLogRow } from '@modelsmith/api'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import { decodeRows, isWhole, type RowsBlock, rowsEncoder } from './rows.ts'

export type PredictionLogEntry = PredictionLogRow & { readonly deploymentId: string }

/** What a request asked and was answered. */
export type LoggedRows = {
  readonly inputs: Table
  /** As the model gave them: one column a class, or the prediction. */
  readonly scores: Table
  /** One column: by what the actual value of each row will be known. */
  readonly ids: Table | undefined
  readonly outcome: Outcome
}

/**
 * A segment of the log is lines of JSON: an entry for each request. Where the rows of a request are kept, its line says how many
 * bytes of a block follow it and under which form, which a line before has told.
 */
type FormLine = {
  readonly form: number
  readonly inputs: readonly ColumnSchema[]
  readonly scores: readonly ColumnSchema[]
  readonly ids: readonly ColumnSchema[]
  readonly outcome: Outcome
}
type EntryLine = PredictionLogEntry & { readonly block?: { readonly form: number; readonly bytes: number } }

/** Writes entries of one segment as bytes. */
export const segmentWriter = () => {
  const encode = rowsEncoder()
  const forms = new Map<string, number>()
  /** The form of the last request: most are like it. */
  let last: { readonly of: Form; readonly number: number } | undefined

  const formOf = (rows: LoggedRows): { number: number; line: string } => {
    const form = {
      inputs: rows.inputs.schema.columns,
      scores: rows.scores.schema.columns,
      ids: rows.ids?.schema.columns ?? none,
      outcome: rows.outcome,
    }
    if (last !== undefined && isSame(form, last.of)) return { number: last.number, line: '' }
    const key = JSON.stringify(form)
    const known = forms.get(key)
    const number = known ?? forms.size
    forms.set(key, number)
    last = { of: form, number }
    const line = known === undefined ? `${JSON.stringify({ form: number, ...form } satisfies FormLine)}\n` : ''
    return { number, line }
  }

  return (entry: PredictionLogEntry, rows: LoggedRows | undefined): Buffer => {
    if (rows === undefined) return Buffer.from(`${JSON.stringify(entry)}\n`)
    const { number, line } = formOf(rows)
    const block = encode(rows.ids === undefined ? [rows.inputs, rows.scores] : [rows.inputs, rows.scores, rows.ids])
    const own: EntryLine = { ...entry, block: { form: number, bytes: block.length } }
    return Buffer.concat([Buffer.from(`${line}${JSON.stringify(own)}\n`), block])
  }
}

type Form = Omit<FormLine, 'form'>
const none: readonly ColumnSchema[] = []

/** Whether two forms are surely the same; of others their text tells. */
const isSame = (one: Form, other: Form): boolean =>
  areSame(one.inputs, other.inputs) &&
  areSame(one.scores, other.scores) &&
  areSame(one.ids, other.ids) &&
  outcomeKeys.every((key) => one.outcome[key] === other.outcome[key])

const outcomeKeys = [
  'targetType',
  'classes',
  'labels',
  'outputs',
  'withoutProbabilities',
  'only',
  'passedThrough',
] as const

const areSame = (one: readonly ColumnSchema[], other: readonly ColumnSchema[]): boolean => {
  if (one === other) return true
  if (one.length !== other.length) return false
  for (const [at, column] of one.entries()) {
    const known = other[at] as ColumnSchema
    if (
      column !== known &&
      (column.name !== known.name || column.type !== known.type || column.format !== known.format)
    )
      return false
  }
  return true
}

/** A request of a segment. Its rows are read when they are asked for; `rowsTogether` reads those of many at once. */
export type LoggedRequest = {
  readonly entry: PredictionLogEntry
  /** Undefined where none were logged. */
  readonly rows: LoggedRows | undefined
  readonly block?: LoggedBlock | undefined
}
/** The rows of a request as they lie in a segment. */
export type LoggedBlock = RowsBlock & { readonly form: FormLine }

const loggedRequest = (entry: PredictionLogEntry, block: LoggedBlock | undefined): LoggedRequest => {
  let read: LoggedRows | undefined
  return {
    entry,
    block,
    get rows() {
      return block && (read ??= rowsIn([block], block.form))
    },
  }
}

/** What blocks hold, in as few tables as there are forms. */
export const rowsTogether = (blocks: readonly LoggedBlock[]): LoggedRows[] =>
  [...Map.groupBy(blocks, ({ form }) => form)].map(([form, own]) => rowsIn(own, form))

const columnsOf = ({ inputs, scores, ids }: FormLine): readonly ColumnSchema[] => [...inputs, ...scores, ...ids]

const newline = 10

/** The requests of a segment; what was cut off when the process was killed is not a request that was answered. */
export const readSegment = (bytes: Uint8Array): LoggedRequest[] => {
  const forms = new Map<number, FormLine>()
  const requests: LoggedRequest[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(newline, at)
    if (end < 0) break
    const line = parseLine(bytes.subarray(at, end))
    at = end + 1
    if (line === undefined) continue
    if ('form' in line) forms.set(line.form, line)
    else {
      const { block, ...entry } = line
      const length = block?.bytes ?? 0
      if (at + length > bytes.length) break
      const form = block === undefined ? undefined : forms.get(block.form)
      const rows = form && { form, bytes: bytes.subarray(at, at + length), rows: entry.rows }
      requests.push(loggedRequest(entry, rows && isWhole(rows, columnsOf(form)) ? rows : undefined))
      at += length
    }
  }
  return requests
}

const parseLine = (line: Uint8Array): FormLine | EntryLine | undefined => {
  try {
    return JSON.parse(Buffer.from(line).toString()) as FormLine | EntryLine
  } catch {
    return undefined
  }
}

const rowsIn = (blocks: readonly RowsBlock[], form: FormLine): LoggedRows => {
  const { inputs, scores, ids, outcome } = form
  const { rows, columns } = decodeRows(blocks, columnsOf(form))
  const part = (start: number, schema: readonly ColumnSchema[]): Table => ({
    schema: { columns: schema },
    rows,
    columns: columns.slice(start, start + schema.length),
  })
  return {
    inputs: part(0, inputs),
    scores: part(inputs.length, scores),
    ids: ids.length === 0 ? undefined : part(inputs.length + scores.length, ids),
    outcome,
  }
}
