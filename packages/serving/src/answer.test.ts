import { tableFromRows } from '@modelsmith/table'
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
