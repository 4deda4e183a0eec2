import { expect, it } from 'vitest'
import type { Application } from './application.ts'
import { checkConfiguration, servedApplication } from './publish.ts'

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
