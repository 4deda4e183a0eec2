import { expect, it } from 'vitest'
import { dense } from '../data/data.ts'
import { compile } from './compile.ts'
import type { IsotonicModel } from './isotonic.ts'
import { type Output, run } from './scorer.ts'

const line = (outside: IsotonicModel['outside']): Output => {
  const model: IsotonicModel = {
    kind: 'isotonic',
    name: 'IsotonicRegression',
    x: Float64Array.of(1, 2, 4),
    y: Float64Array.of(0, 10, 20),
    outside,
    arithmetic: 'float64',
  }
  return compile(model).methods.predict as Output
}

const at = (...values: number[]) => dense(values.length, 1, Float64Array.from(values))

it('interpolates between points and meets each', () => {
  expect([...run(line('clip'), at(1, 1.5, 2, 3, 4))]).toEqual([0, 5, 10, 15, 20])
})

it('gives what lies outside the value of the nearest end, or NaN', () => {
  expect([...run(line('clip'), at(0, 5))]).toEqual([0, 20])
  expect([...run(line('nan'), at(0, 5))]).toEqual([Number.NaN, Number.NaN])
})

it('refuses what lies outside, with the row', () => {
  expect(() => run(line('raise'), at(2, 5))).toThrow('IsotonicRegression takes values from 1 to 4; row 1 has 5.')
})
