import { allows, type Hyperparameter } from '@modelsmith/domain'
import { expect, it } from 'vitest'
import { parseParameter } from './parameter-value.ts'

const depth: Hyperparameter = { name: 'depth', type: 'int', min: 1 }
const leaf: Hyperparameter = {
  name: 'leaf',
  type: 'multi',
  values: { int: { min: 1, max: 9 }, select: { values: ['auto'] } },
}
const label: Hyperparameter = { name: 'label', type: 'string' }

it('reads numbers where they may be meant', () => {
  expect(parseParameter(depth, ' 12 ')).toBe(12)
  expect(parseParameter(leaf, '3')).toBe(3)
  expect(parseParameter(leaf, 'auto')).toBe('auto')
  expect(parseParameter(label, '3')).toBe('3')
})

it('takes an empty field as the default', () => {
  expect(parseParameter(depth, ' ')).toBeUndefined()
})

it('leaves what fits nowhere to the check', () => {
  expect(parseParameter(depth, '1e')).toBe('1e')
  expect(allows(depth, '1e')).toBe(false)
  expect(allows(depth, parseParameter(depth, '1.5') ?? null)).toBe(false)
})
