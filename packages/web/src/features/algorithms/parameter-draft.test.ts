import type { Hyperparameter } from '@modelsmith/domain'
import { expect, it } from 'vitest'
import { draftOf, emptyParameter, parameterOf } from './parameter-draft.ts'

it.each<Hyperparameter>([
  { name: 'depth', type: 'int', min: 1, max: 10, default: 3 },
  { name: 'rate', type: 'float', min: 0, advanced: true },
  { name: 'kernel', type: 'select', values: ['rbf', 'linear'], default: 'rbf' },
  { name: 'fast', type: 'boolean', default: false },
  { name: 'label', type: 'string' },
])('keeps $name between the form and the declaration', (parameter) => {
  expect(parameterOf(draftOf(parameter))).toEqual(parameter)
})

it('leaves to the server what is wrong', () => {
  expect(parameterOf({ ...emptyParameter, name: ' k ', type: 'int', default: 'many', allowed: '1 to x' })).toEqual({
    name: 'k',
    type: 'int',
    default: 'many',
    min: 1,
    max: Number.NaN,
  })
})
