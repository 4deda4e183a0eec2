import { type Table, tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { answerColumns, answerRows, answerTable } from './answer.ts'
import { invocationAnswer } from './protocols/invocations.ts'

const columns = [
  { name: 'id', type: 'text' },
  { name: 'no', type: 'number' },
  { name: 'yes', type: 'number' },
] as const
const table = tableFromRows({ columns }, [{ id: 'a', no: 0.25, yes: 0.75 }])
const namesOf = ({ schema }: ReturnType<typeof answerTable>) => schema.columns.map(({ name }) => name)

it('answers classes alone where probabilities are not served', () => {
  const outcome = {
    targetType: 'binary',
    classes: ['no', 'yes'],
    passedThrough: 1,
    withoutProbabilities: true,
  } as const
  expect(answerRows(table, outcome)).toEqual([{ prediction: 'yes', passThrough: { id: 'a' } }])
  expect(answerColumns(table, outcome)).toEqual({ id: ['a'], prediction: ['yes'] })
  expect(namesOf(answerTable(table, outcome))).toEqual(['id', 'prediction'])
  const scores = tableFromRows({ columns: columns.slice(1) }, [{ no: 0.25, yes: 0.75 }])
  expect(invocationAnswer(scores, outcome)).toEqual({ predictions: ['yes'] })
})

it('answers the outputs that are served', () => {
  const outcome = { targetType: 'transform', classes: [], outputs: true, passedThrough: 1, only: ['yes'] } as const
  const served = { ...outcome, only: [...outcome.only] }
  expect(answerRows(table, served)).toEqual([{ prediction: null, outputs: { yes: 0.75 }, passThrough: { id: 'a' } }])
  expect(answerColumns(table, served)).toEqual({ id: ['a'], yes: [0.75] })
  expect(namesOf(answerTable(table, served))).toEqual(['id', 'yes'])
})

const wide = (rows: number, width: number): Table => ({
  schema: { columns: Array.from({ length: width }, (_, part) => ({ name: `v:${part}`, type: 'number' })) },
  rows,
  columns: Array.from({ length: width }, () => ({
    kind: 'float64',
    values: new Float64Array(rows),
    validity: undefined,
  })),
})
const transformed = { targetType: 'transform', classes: [], outputs: true } as const

it('refuses an answer of more values than memory has room for, and says how many there are', () => {
  expect(() => answerRows(wide(60, 100_000), transformed)).toThrow(
    expect.objectContaining({
      code: 'serving.answerTooLarge',
      message: 'The answer would have 100,000 values for each of 60 rows; the limit is 5,000,000 in all.',
    }),
  )
  expect(answerRows(wide(2, 2), transformed).map(({ outputs }) => outputs)).toEqual([
    { 'v:0': 0, 'v:1': 0 },
    { 'v:0': 0, 'v:1': 0 },
  ])
})
