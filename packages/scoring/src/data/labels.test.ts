import { describe, expect, it } from 'vitest'
import { floatText, labelText } from './labels.ts'

describe('the text of a float', () => {
  it.each([
    [1, '1.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [9007199254740992, '9007199254740992.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [5e-324, '5e-324'],
    [1.5e-7, '1.5e-07'],
    [Number.NaN, 'nan'],
    [-Infinity, '-inf'],
  ])('of %d is %s, as Python writes it', (value, text) => {
    expect(floatText(value)).toBe(text)
  })
})

it('shows labels with their type', () => {
  expect(labelText({ type: 'float', values: [1] }, 0)).toBe('1.0')
  expect(labelText({ type: 'integer', values: [1] }, 0)).toBe('1')
  expect(labelText({ type: 'boolean', values: [true] }, 0)).toBe('true')
})
