import type { Table } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { digestOf } from './digest.ts'

const predicted = (values: readonly number[], name = 'Predictions', rows = [...values.keys()]) => {
  const predictions: Table = {
    schema: { columns: [{ name, type: 'number' }] },
    rows: values.length,
    columns: [{ kind: 'float64', values: Float64Array.from(values), validity: undefined }],
  }
  return { rows: Int32Array.from(rows), predictions }
}

it('is the same for the same predictions, and another for one bit, row or name', () => {
  const digest = digestOf(predicted([0.1, 0.3]))
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(digestOf(predicted([0.1, 0.3]))).toBe(digest)
  const others = [
    predicted([0.1, 0.1 + 0.2]),
    predicted([0.1, 0.3], 'yes'),
    predicted([0.1, 0.3], 'Predictions', [0, 2]),
    predicted([0.1]),
  ]
  expect(others.map(digestOf)).not.toContain(digest)
  expect(digestOf(predicted([-0]))).not.toBe(digestOf(predicted([0])))
})
