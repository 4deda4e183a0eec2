import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { booleanColumn, numberColumn, rowsFromTable, type Table, textColumn } from '@modelsmith/table'
import { openPredictionLog } from './log.ts'
import { type LoggedRows, type PredictionLogEntry, readSegment, rowsTogether, segmentWriter } from './segment.ts'

const entry = (requestId: string, rows: number): PredictionLogEntry => ({
  requestId,
  deploymentId: 'deployment',
  releaseId: 'release',
  at: '2026-01-31T12:00:00.000Z',
  rows,
  latencyMs: 1.5,
  status: 'ok',
  errorCode: null,
})

const inputs: Table = {
  schema: {
    columns: [
      { name: 'size', type: 'number' },
      { name: 'sold', type: 'boolean' },
      { name: 'colour', type: 'category' },
      { name: 'note', type: 'text' },
      { name: 'on', type: 'date' },
    ],
  },
  rows: 3,
  columns: [
    numberColumn([1.5, null, Number.NEGATIVE_INFINITY]),
    booleanColumn([true, null, false]),
    textColumn(['rød\n{"form":0}', null, 'rød\n{"form":0}'], 'category'),
    textColumn([null, '', '💡'], 'text'),
    numberColumn([0, 1e15, null]),
  ],
}
const scores: Table = {
  schema: { columns: [{ name: 'Predictions', type: 'number' }] },
  rows: 3,
  columns: [numberColumn([1, 2, 3])],
}
const ids: Table = {
  schema: { columns: [{ name: 'id', type: 'text' }] },
  rows: 3,
  columns: [textColumn(['a', 'b', null], 'text')],
}
const outcome = { targetType: 'regression', classes: [] } as const
const kept: LoggedRows = { inputs, scores, ids, outcome }

const bytesOf = (...rows: readonly (LoggedRows | undefined)[]) => {
  const write = segmentWriter()
  return Buffer.concat(rows.map((each, index) => write(entry(`r${index}`, 3), each)))
}

it('gives back what was asked and answered, cell by cell', () => {
  const [first, second, third] = readSegment(bytesOf(kept, undefined, { ...kept, ids: undefined }))
  expect(first?.entry).toEqual(entry('r0', 3))
  expect(first?.rows?.outcome).toEqual(outcome)
  expect(rowsFromTable(first?.rows?.inputs as Table)).toEqual([
    [1.5, true, 'rød\n{"form":0}', null, '1970-01-01'],
    [null, null, null, '', '2001-09-09T01:46:40Z'],
    [Number.NEGATIVE_INFINITY, false, 'rød\n{"form":0}', '💡', null],
  ])
  expect(rowsFromTable(first?.rows?.scores as Table)).toEqual([[1], [2], [3]])
  expect(rowsFromTable(first?.rows?.ids as Table)).toEqual([['a'], ['b'], [null]])
  expect(second).toEqual({ entry: entry('r1', 3), rows: undefined })
  expect(third?.rows?.ids).toBe(undefined)
})

it('reads many requests as one table for each form, in their order', () => {
  const values = Float64Array.from({ length: 100 }, (_, row) => row / 7)
  const many: LoggedRows = {
    ...kept,
    inputs: {
      schema: { columns: [{ name: 'size', type: 'number' }] },
      rows: 100,
      columns: [{ kind: 'float64', values, validity: undefined }],
    },
    scores: { ...scores, rows: 100, columns: [{ kind: 'float64', values, validity: undefined }] },
    ids: undefined,
  }
  const write = segmentWriter()
  const bytes = Buffer.concat([
    write(entry('a', 3), kept),
    write(entry('b', 100), many),
    write(entry('c', 3), kept),
    write(entry('d', 100), many),
  ])
  const requests = readSegment(bytes)
  const together = rowsTogether(requests.flatMap(({ block }) => block ?? []))
  expect(together.map(({ inputs: { rows } }) => rows)).toEqual([6, 200])
  const parts = [requests.filter((_, at) => at % 2 === 0), requests.filter((_, at) => at % 2 === 1)]
  for (const part of ['inputs', 'scores', 'ids'] as const)
    for (const [form, own] of parts.entries()) {
      const apart = own.flatMap(({ rows }) => rowsFromTable(rows?.[part] ?? empty))
      expect(rowsFromTable(together[form]?.[part] ?? empty)).toEqual(apart)
    }
})

const empty: Table = { schema: { columns: [] }, rows: 0, columns: [] }

it('reads all requests that are whole, wherever a kill has cut the last one off', () => {
  const whole = bytesOf(kept, kept)
  const oneRequest = bytesOf(kept).length
  for (let length = 0; length < whole.length; length++) {
    const read = readSegment(whole.subarray(0, length))
    expect(read.length).toBe(length < oneRequest ? 0 : 1)
    expect(read.every(({ rows }) => rows?.inputs.rows === 3)).toBe(true)
  }
})

it('keeps the line of a request whose block does not fit its form', () => {
  const text = bytesOf(kept).toString('latin1').replace('"rows":3', '"rows":2')
  expect(readSegment(Buffer.from(text, 'latin1'))).toMatchObject([{ entry: { requestId: 'r0' }, rows: undefined }])
})

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ms-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('tells the form of rows anew in each segment', () => {
  for (const requestId of ['first', 'second']) {
    const log = openPredictionLog(folder)
    log.append(entry(requestId, 3), kept)
    log.close()
  }
  const read = readdirSync(folder).flatMap((name) => readSegment(readFileSync(join(folder, name))))
  expect(read.map(({ entry: { requestId }, rows }) => [requestId, rows?.inputs.rows]).toSorted()).toEqual([
    ['first', 3],
    ['second', 3],
  ])
})
