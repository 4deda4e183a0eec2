import type { Application } from '@modelsmith/api'
import { rowsFromTable, type Table, tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { answerRows, type Outcome } from '../answer.ts'
import { codedInputs, codedModel } from './coded-model.ts'

const application: Application = {
  inputs: [
    { input: 'a', field: 'A', type: 'number', default: 7, unit: null },
    { input: 'b', field: 'B', type: 'text', default: 'none', unit: null },
    { input: 'c', field: 'C', type: 'boolean', default: null, unit: null },
  ],
  passThrough: [{ field: 'id', type: 'text' }],
}

it('gives the code the inputs under their names, with what stands for missing cells', async () => {
  const given: Table[] = []
  const code = {
    predict: async (rows: Table) => {
      given.push(rows)
      return tableFromRows({ columns: [{ name: 'Predictions', type: 'number' }] }, [
        { Predictions: 1 },
        { Predictions: 2 },
      ])
    },
  }
  const outcome: Outcome = { targetType: 'regression', classes: [], passedThrough: 1 }
  const { inputs, predict } = codedModel(code, application, { outcome, outputs: [], columns: [] })
  expect(inputs.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'id'])
  const rows = tableFromRows({ columns: inputs }, [{ C: true, A: 1, id: 'x' }, { B: 'b' }])
  expect(answerRows(await predict(rows, {}), outcome)).toEqual([
    { prediction: 1, passThrough: { id: 'x' } },
    { prediction: 2, passThrough: { id: null } },
  ])
  expect(given[0]?.schema.columns).toEqual(codedInputs(application))
  expect(rowsFromTable(given[0] as Table)).toEqual([
    [1, 'none', true],
    [7, 'b', null],
  ])
})

it('reads the cells of a field as those of the column were read that the model learnt from', async () => {
  const given: Table[] = []
  const code = {
    predict: async (rows: Table) => {
      given.push(rows)
      return tableFromRows({ columns: [{ name: 'Predictions', type: 'number' }] }, [{ Predictions: 1 }])
    },
  }
  const when = { input: 'day', field: 'When', type: 'date' as const, default: null, unit: null }
  const columns = [{ name: 'day', type: 'date' as const, format: { date: '%d/%m/%Y' } }]
  const outcome: Outcome = { targetType: 'regression', classes: [] }
  const model = codedModel(code, { inputs: [when], passThrough: [] }, { outcome, outputs: [], columns })
  expect(model.inputs).toEqual([{ ...columns[0], name: 'When' }])
  await model.predict(tableFromRows({ columns: model.inputs }, [{ When: '02/01/2026' }]), {})
  expect(given[0]?.schema.columns).toEqual(columns)
})

const answering = (columns: Readonly<Record<string, 'number' | 'text' | 'boolean'>>, cells: object) => {
  const schema = { columns: Object.entries(columns).map(([name, type]) => ({ name, type })) }
  const code = { predict: async () => tableFromRows(schema, [cells as Record<string, unknown>]) }
  const outcome: Outcome = { targetType: 'transform', classes: [], outputs: true }
  const outputs = [
    { name: 'n', kind: 'number' as const },
    { name: 't', kind: 'text' as const },
  ]
  const inputs = [{ input: 'a', field: 'a', type: 'number' as const, default: null, unit: null }]
  const model = codedModel(code, { inputs, passThrough: [] }, { outcome, outputs, columns: [] })
  return model.predict(tableFromRows({ columns: model.inputs }, [{ a: 1 }]), {})
}

it('answers declared columns in the declared order', async () => {
  expect(rowsFromTable(await answering({ t: 'text', n: 'number' }, { t: 'a', n: null }))).toEqual([[null, 'a']])
})

it.each([
  [
    'a column too few',
    { n: 'number' },
    'code.outputs',
    /^The code answered with the columns "n"; declared and not there: "t"\.$/,
  ],
  ['a column too many', { n: 'number', t: 'text', u: 'text' }, 'code.outputs', /; there and not declared: "u"\.$/],
  [
    'a text for a number',
    { n: 'text', t: 'text' },
    'code.outputType',
    /^The code answered with text in the column "n"/,
  ],
  ['a truth for a number', { n: 'boolean', t: 'text' }, 'code.outputType', /with boolean in the column "n"/],
] as const)('refuses %s', async (_, columns, code, message) => {
  await expect(answering(columns, { n: null })).rejects.toMatchObject({
    code,
    kind: 'userCode',
    message: expect.stringMatching(message),
  })
})
