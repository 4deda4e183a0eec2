import { readFileSync } from 'node:fs'
import type { Application } from '@modelsmith/api'
import { openModelFile } from '@modelsmith/scoring'
import { rowsFromTable, tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { explainNatively } from './native-explainer.ts'
import { nativeModel } from './native-model.ts'

const opened = (path: string) =>
  openModelFile(readFileSync(new URL(`../../../../${path}`, import.meta.url)), { withCover: true })
const tree = opened('fixtures/sklearn-0.21.3/dtc_iris/model.pkl')
const line = opened('packages/scoring/src/explain/fixtures/linear.pkl')

/** The columns x0, x1, … under other names, and one field that is only handed on. */
const applicationOf = (fields: readonly (string | null)[]): Application => ({
  inputs: fields.map((field, at) => ({ input: `x${at}`, field, type: 'number', default: null, unit: null })),
  passThrough: [{ field: 'flower', type: 'text' }],
})
const iris = applicationOf(['sepal length', 'sepal width', 'petal length', 'petal width'])
const rows = [
  { 'sepal length': 5.8, 'sepal width': 4, 'petal length': 1.2, 'petal width': 0.2, flower: 'a' },
  { 'petal width': 2.3, 'petal length': 5.4, 'sepal width': 3, 'sepal length': 6.1 },
]

it('explains rows by the fields of the application, and adds up to what the model answers', () => {
  const found = explainNatively(tree, iris, { rows, background: [] })
  expect(found.features).toEqual(['sepal length', 'sepal width', 'petal length', 'petal width'])
  const { inputs, predict } = nativeModel(tree, iris)
  const answers = rowsFromTable(predict(tableFromRows({ columns: inputs }, rows)))
  const sums = found.rows.map(({ outputs }) =>
    outputs.map(({ contributions }, output) =>
      contributions.reduce((sum, value) => sum + value, found.outputs[output]?.base ?? Number.NaN),
    ),
  )
  for (const [row, answer] of answers.entries())
    for (const [output, score] of answer.slice(-3).entries()) expect(sums[row]?.[output]).toBeCloseTo(Number(score), 12)
  expect(found.outputs.map(({ label }) => label)).toEqual(['setosa', 'versicolor', 'virginica'])
})

it('refuses to explain more than an answer has room for, before anything is computed', () => {
  const many = Array.from({ length: 416_667 }, () => ({ 'no field': 1 }))
  expect(() => explainNatively(tree, iris, { rows: many, background: [] })).toThrow(
    expect.objectContaining({
      code: 'serving.answerTooLarge',
      message: 'The answer would have 12 values for each of 416,667 rows; the limit is 5,000,000 in all.',
    }),
  )
  expect(() => explainNatively(tree, iris, { rows: many.slice(1), background: [] })).toThrow('no field')
})

it('measures a linear model from the means of background rows, which must have all values', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const application = applicationOf(names)
  const of = (value: number | null) => Object.fromEntries(names.map((name) => [name, value]))
  const { rows: explained, outputs } = explainNatively(line, application, {
    rows: [of(1), of(3)],
    background: [of(0), of(2)],
  })
  expect(explained[0]?.outputs[0]?.contributions.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0])
  expect(explained[0]?.outputs[0]?.score).toBeCloseTo(outputs[0]?.base ?? Number.NaN, 12)
  expect(explained[1]?.outputs[0]?.contributions.every((value) => value !== 0)).toBe(true)
  for (const background of [[], [of(1), of(null)]])
    expect(() => explainNatively(line, application, { rows: [of(1)], background })).toThrow('needs 6 finite means')
  expect(() => explainNatively(line, application, { rows: [{ colour: 'red' }], background: [of(1)] })).toThrow('colour')
})
