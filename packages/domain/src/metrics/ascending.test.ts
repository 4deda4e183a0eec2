import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascending } from './ascending.ts'

const rank = (value: number): number => (Number.isNaN(value) ? 1 : 0)
const compared = (values: Float64Array): number[] =>
  [...values.keys()].sort((a, b) => {
    const [first, second] = [values[a] as number, values[b] as number]
    return rank(first) - rank(second) || (first < second ? -1 : first > second ? 1 : 0)
  })

describe('ascending', () => {
  const values = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 0.5, -1, Infinity, -Infinity, Number.NaN)), {
    minLength: 1,
    maxLength: 60,
  })

  it('sorts as comparing does, few values and many', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(1, 200), (some, times) => {
        const all = Float64Array.from(
          { length: some.length * times },
          (_, at) => some[(at * 7) % some.length] as number,
        )
        expect([...ascending(all)]).toEqual(compared(all))
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  it('sorts nothing, and what is sorted', () => {
    expect(ascending(new Float64Array())).toEqual(new Uint32Array())
    const many = Float64Array.from({ length: 5000 }, (_, at) => at)
    expect([...ascending(many.toReversed())]).toEqual([...many].toReversed())
  })
})
