import { expect, it } from 'vitest'
import { pushNearer, selectSmallest, sortTogether } from './distance-order.ts'

const tied = [3, 1, 2, 1, 3, 2, 2, 1, 0, 3, 1, 2, 0, 3, 2, 1, 1, 2, 3, 0]
const start = () => ({ values: Float64Array.from(tied), indices: Int32Array.from(tied.keys()) })

it('selects the smallest in the order of numpy 1.17, by insertion and by partition', () => {
  const few = start()
  selectSmallest(few.values, few.indices, 6)
  expect(Array.from(few.indices.subarray(0, 6))).toEqual([12, 19, 8, 7, 1, 10])
  const many = start()
  selectSmallest(many.values, many.indices, 18)
  expect(Array.from(many.indices.subarray(0, 18))).toEqual([
    8, 19, 12, 15, 10, 1, 7, 16, 3, 5, 11, 17, 14, 2, 6, 0, 18, 4,
  ])
})

it('sorts in the order of scikit-learn 1.9', () => {
  const { values, indices } = start()
  sortTogether(values, indices, 'introsort')
  expect([...indices]).toEqual([19, 12, 8, 16, 15, 7, 10, 3, 1, 5, 11, 14, 2, 17, 6, 4, 9, 0, 13, 18])
})

it.each(['quicksort', 'introsort'] as const)('sorts 5,000 equal values by %s without growing the stack', (sort) => {
  const values = new Float64Array(5_000)
  sortTogether(values, new Int32Array(5_000), sort)
  expect(values.every((value) => value === 0)).toBe(true)
})

it('keeps the first of rows at the same distance in a heap', () => {
  const distances = new Float64Array(1).fill(Number.POSITIVE_INFINITY)
  const indices = new Int32Array(1)
  for (const index of [7, 8]) pushNearer(distances, indices, 1, index)
  expect(indices[0]).toBe(7)
})
