import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeMetrics } from '../metrics/compute.ts'
import { randomFrom } from '../random.ts'
import { checkDownsampling, downsample, majorityClass, majorityZeros } from './downsample.ts'

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

describe('downsample', () => {
  it('keeps every row of the minority, the wanted share of the majority, and the sum of weights of both', () => {
    const rows = fc.array(fc.record({ code: fc.integer({ min: 0, max: 1 }), weight: fc.integer({ min: 0, max: 5 }) }), {
      minLength: 4,
      maxLength: 200,
    })
    fc.assert(
      fc.property(
        rows,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.integer({ min: 0 }),
        (list, kept, seed) => {
          const codes = Int32Array.from(list, ({ code }) => code)
          const weights = Float64Array.from(list, ({ weight }) => weight)
          const majority = majorityClass(codes, ['no', 'yes'])
          const result = downsample(list.length, majority, { kept, seed, weights })
          const many = result.kept.filter(majority.has)
          expect(many.length).toBe(Math.max(1, Math.round(majority.rows * kept)))
          expect(result.kept.length - many.length).toBe(list.length - majority.rows)
          const weightOf = (of: (position: number) => boolean) => [
            sum(list.flatMap(({ weight }, position) => (of(position) ? [weight] : []))),
            sum(result.weights.filter((_, index) => of(result.kept[index] as number))),
          ]
          for (const of of [majority.has, (position: number) => !majority.has(position)]) {
            const [before, after] = weightOf(of)
            expect(after).toBeCloseTo(before as number, 9)
          }
        },
      ),
      { seed: 5 },
    )
  })

  it('leaves weighted metrics as they are over all rows, where unweighted ones are far off', () => {
    const random = randomFrom(6)
    const draw = () => random() / 2 ** 32
    // One row in twenty is positive; the scores know something about it.
    const actual = Int32Array.from({ length: 20_000 }, () => (draw() < 0.05 ? 1 : 0))
    const positive = Float64Array.from(actual, (each) => Math.min(0.95, 0.04 + 0.3 * each * draw() + 0.05 * draw()))
    const scoresOf = (rows: Int32Array, weights?: Float64Array) => {
      const chosen = Float64Array.from(rows, (row) => positive[row] as number)
      return computeMetrics({
        targetType: 'binary',
        actual: Array.from(rows, (row) => actual[row] as number),
        predicted: [chosen.map((value) => 1 - value), chosen],
        ...(weights === undefined ? {} : { weights }),
      }).scores as Record<string, number>
    }
    const whole = scoresOf(Int32Array.from(actual.keys()))
    const fewer = downsample(actual.length, majorityClass(actual, ['no', 'yes']), { kept: 0.1, seed: 1 })
    const corrected = scoresOf(fewer.kept, fewer.weights)
    const uncorrected = scoresOf(fewer.kept)
    for (const name of ['LogLoss', 'Brier score', 'AUC', 'PR AUC'] as const)
      expect(Math.abs(corrected[name]! - whole[name]!) / whole[name]!).toBeLessThan(0.03)
    expect(uncorrected['LogLoss']! / whole['LogLoss']!).toBeGreaterThan(2)
  })

  it('draws the same rows from the same seed', () => {
    const codes = Int32Array.from({ length: 100 }, (_, row) => (row % 10 === 0 ? 1 : 0))
    const of = (seed: number) => downsample(100, majorityClass(codes, ['a', 'b']), { kept: 0.5, seed }).kept.join()
    expect(of(1)).toBe(of(1))
    expect(of(1)).not.toBe(of(2))
  })
})

describe('checkDownsampling', () => {
  const messages = (...[majority, kept, targetType]: Parameters<typeof checkDownsampling>) =>
    checkDownsampling(majority, kept, targetType).map(({ message }) => message)

  it('refuses fewer rows of the majority than of the next class', () => {
    const majority = majorityClass(Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1), ['no', 'yes'])
    expect(messages(majority, 0.5, 'binary')).toEqual([])
    expect(messages(majority, 0.1, 'binary')).toEqual([
      'Of "no" only 1 row would be left, fewer than the 2 of the rest that it is reduced to match.',
    ])
  })

  it('takes the zeros of a number when they are more than half', () => {
    expect(messages(majorityZeros(Float64Array.of(0, 0, 0, 4)), 0.5, 'regression')).toEqual([])
    expect(messages(majorityZeros(Float64Array.of(0, 1, 2, 4)), 0.5, 'regression')).toEqual(['Only 1 row of 4 is 0.'])
    expect(messages(majorityZeros(Float64Array.of(0, 0, 2)), 0.5, 'anomaly')[0]).toContain('not downsampled')
  })
})
