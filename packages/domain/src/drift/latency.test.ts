import { expect, it } from 'vitest'
import { randomFrom } from '../random.ts'
import { latencyBin, latencyError, latencyQuantiles } from './latency.ts'

const shares = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 1]
const sketchOf = (values: readonly number[]) => {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(latencyBin(value), (counts.get(latencyBin(value)) ?? 0) + 1)
  return counts
}
const exact = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] as number

it.each([1, 2, 3, 7, 100, 20_000])('gives each quantile of %i durations within its stated error', (rows) => {
  const random = randomFrom(rows)
  // From microseconds to hours, with a long tail.
  const values = Array.from({ length: rows }, () => Math.exp((random() / 2 ** 32) ** 3 * 22 - 6))
  const found = latencyQuantiles(sketchOf(values), shares)
  shares.forEach((share, index) => {
    const wanted = exact(values, share)
    expect(Math.abs((found[index] as number) - wanted) / wanted).toBeLessThanOrEqual(latencyError * (1 + 1e-9))
  })
})

it('is the same for the whole and for its parts added up', () => {
  const [a, b] = [
    [0.2, 1.5, 80],
    [3, 3, 2000],
  ]
  expect(latencyQuantiles([...sketchOf(a as number[]), ...sketchOf(b as number[])], shares)).toEqual(
    latencyQuantiles(sketchOf([...(a as number[]), ...(b as number[])]), shares),
  )
})

it('says nothing of no durations, and bins what is none', () => {
  expect(latencyQuantiles([], [0.5])).toEqual([null])
  expect([0, -1, Number.NaN].map(latencyBin)).toEqual([0, 0, 0])
  expect(Number.isFinite(latencyBin(Number.POSITIVE_INFINITY))).toBe(true)
})
