import { type Table, tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { answerColumns, answerRows, answerSchema, answerTable } from './answer.ts'
import type { Outcome } from './answer.ts'
import { mlflow } from './protocols/invocations.ts'
import { openInference } from './protocols/open-inference.ts'

const columns = [
  { name: 'id', type: 'text' },
  { name: 'no', type: 'number' },
  { name: 'yes', type: 'number' },
] as const
const table = tableFromRows({ columns }, [{ id: 'a', no: 0.25, yes: 0.75 }])
const namesOf = ({ schema }: ReturnType<typeof answerTable>) => schema.columns.map(({ name }) => name)

const about = (outcome: Outcome) => ({ name: 'm', version: 'r1', inputs: columns.slice(0, 1), outcome, facts: {} })
const invoked = (outcome: Outcome) => {
  const body = Buffer.from('{"instances": [["a"]]}')
  return mlflow.begin({}, undefined)(body, about(outcome)).answer(table).body
}
const inferred = (outcome: Outcome, outputs?: readonly { readonly name: string }[]) => {
  const inputs = [{ name: 'id', shape: [1], datatype: 'BYTES', data: ['a'] }]
  const body = Buffer.from(JSON.stringify({ inputs, outputs }))
  return JSON.parse(openInference.begin({}, undefined)(body, about(outcome)).answer(table).body as string)
}

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
  expect(answerSchema(outcome)).toEqual([{ name: 'prediction', type: 'category' }])
  expect(invoked(outcome)).toEqual({ predictions: ['yes'] })
})

it('answers the outputs that are served', () => {
  const outcome = { targetType: 'transform', classes: [], outputs: true, passedThrough: 1, only: ['yes'] } as const
  const served = { ...outcome, only: [...outcome.only] }
  expect(answerRows(table, served)).toEqual([{ prediction: null, outputs: { yes: 0.75 }, passThrough: { id: 'a' } }])
  expect(answerColumns(table, served)).toEqual({ id: ['a'], yes: [0.75] })
  expect(namesOf(answerTable(table, served))).toEqual(['id', 'yes'])
  expect(answerSchema(served)).toEqual([{ name: 'yes', type: 'number' }])
  expect(invoked(served)).toEqual({ predictions: [{ yes: 0.75 }] })
  expect(inferred(served)).toMatchObject({
    model_version: 'r1',
    outputs: [{ name: 'yes', datatype: 'FP64', shape: [1], data: [0.75] }],
  })
  expect(() => inferred(served, [{ name: 'no' }])).toThrow('"no"')
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
