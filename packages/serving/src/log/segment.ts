import type { PredictionLogRow } from '@modelsmith/api'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import { decodeRows, encodeRows } from './rows.ts'

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
  const forms = new Map<string, number>()

  const formOf = ({ inputs, scores, ids, outcome }: LoggedRows): { number: number; line: string } => {
    const form = {
      inputs: inputs.schema.columns,
      scores: scores.schema.columns,
      ids: ids?.schema.columns ?? [],
      outcome,
    }
    const key = JSON.stringify(form)
    const known = forms.get(key)
    if (known !== undefined) return { number: known, line: '' }
    const number = forms.size
    forms.set(key, number)
    return { number, line: `${JSON.stringify({ form: number, ...form } satisfies FormLine)}\n` }
  }

  return (entry: PredictionLogEntry, rows: LoggedRows | undefined): Buffer => {
    if (rows === undefined) return Buffer.from(`${JSON.stringify(entry)}\n`)
    const { number, line } = formOf(rows)
    const tables = rows.ids === undefined ? [rows.inputs, rows.scores] : [rows.inputs, rows.scores, rows.ids]
    const block = Buffer.concat(tables.flatMap(encodeRows))
    const own: EntryLine = { ...entry, block: { form: number, bytes: block.length } }
    return Buffer.concat([Buffer.from(`${line}${JSON.stringify(own)}\n`), block])
  }
}

export type LoggedRequest = { readonly entry: PredictionLogEntry; readonly rows: LoggedRows | undefined }

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
      requests.push({ entry, rows: form && rowsIn(bytes.subarray(at, at + length), form, entry.rows) })
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

const rowsIn = (block: Uint8Array, form: FormLine, rows: number): LoggedRows | undefined => {
  const { inputs, scores, ids, outcome } = form
  const table = decodeRows(block, [...inputs, ...scores, ...ids], rows)
  if (table === undefined) return undefined
  const part = (start: number, columns: readonly ColumnSchema[]): Table => ({
    schema: { columns },
    rows,
    columns: table.columns.slice(start, start + columns.length),
  })
  return {
    inputs: part(0, inputs),
    scores: part(inputs.length, scores),
    ids: ids.length === 0 ? undefined : part(inputs.length + scores.length, ids),
    outcome,
  }
}
