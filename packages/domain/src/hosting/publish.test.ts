import { expect, it } from 'vitest'
import type { Application } from './application.ts'
import { checkConfiguration, servedApplication, signatureChanges, usualConfiguration } from './publish.ts'

const application: Application = {
  inputs: [{ input: 'x0', field: 'age', type: 'number', default: null, unit: null }],
  passThrough: [
    { field: 'id', type: 'text' },
    { field: 'note', type: 'text' },
  ],
}
const several = { answer: 'outputs', outputs: [{ name: 'a' }, { name: 'b' }] } as const
const codes = (...given: Parameters<typeof checkConfiguration>) => checkConfiguration(...given).map(({ code }) => code)

it('finds everything that a configuration names and the candidate lacks', () => {
  expect(codes({ outputs: ['b'], passThrough: ['id'] }, several, application)).toEqual([])
  expect(codes({ outputs: null, passThrough: null }, several, application)).toEqual([])
  expect(codes({ outputs: ['c', 'd'], passThrough: ['name'] }, several, application)).toEqual([
    'publish.unknownOutput',
    'publish.unknownOutput',
    'publish.unknownField',
  ])
  expect(codes({ outputs: ['a'], passThrough: [] }, { answer: 'label', outputs: [] }, application)).toEqual([
    'publish.noOutputs',
  ])
})

it('passes on what was chosen', () => {
  expect(servedApplication(application, { passThrough: null })).toBe(application)
  expect(servedApplication(application, { passThrough: ['note'] }).passThrough).toEqual([
    { field: 'note', type: 'text' },
  ])
})

it('says what clients would notice of another release, and nothing of what they would not', () => {
  const configuration = usualConfiguration
  const from = { application, targetType: 'binary', classes: ['no', 'yes'], configuration } as const
  const fewer = servedApplication(application, { passThrough: [] })
  expect(signatureChanges(from, { ...from, classes: ['yes', 'no'] })).toEqual([])
  expect(signatureChanges(from, { ...from, application: fewer })).toEqual([
    'It knows no field "id".',
    'It knows no field "note".',
  ])
  const inputs = [
    { ...(application.inputs[0] as Application['inputs'][number]), type: 'text' as const },
    { input: 'x1', field: 'city', type: 'text' as const, default: null, unit: null },
  ]
  const changed = {
    application: { ...application, inputs },
    targetType: 'multiclass',
    classes: ['no'],
    configuration,
  } as const
  expect(signatureChanges(from, changed)).toEqual([
    'It takes "age" as text in place of number.',
    'It needs the field "city" too.',
    'It answers multiclass in place of binary.',
    'It tells other classes apart.',
  ])
  const less = { ...configuration, probabilities: false, outputs: ['a'], rowsPerRequest: 10 }
  expect(signatureChanges(from, { ...from, configuration: less })).toEqual([
    'It answers no probabilities.',
    'Of its outputs it answers only a.',
    'It takes 10 rows in a request in place of 10000.',
  ])
  expect(signatureChanges({ ...from, configuration: less }, from)).toEqual([])
})
