import { expect, it } from 'vitest'
import { newRequestId, timeOfRequest } from './request-id.ts'

const uuid7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

it('gives ids that tell their time, sort by it and are never the same', () => {
  const times = [0, 1, 1_700_000_000_000, Date.now(), 2 ** 48 - 1]
  const ids = times.map((ms) => newRequestId(ms))
  expect(ids.map(timeOfRequest)).toEqual(times)
  expect(ids.toSorted()).toEqual(ids)
  for (const id of ids) expect(id).toMatch(uuid7)
  const many = Array.from({ length: 10_000 }, () => newRequestId())
  expect(new Set(many).size).toBe(10_000)
  expect(new Set(many.map((id) => id[19]))).toEqual(new Set(['8', '9', 'a', 'b']))
})

it('tells no time of other ids', () => {
  for (const id of ['', 'same', 'job_01-3', '9b2f6f0e-5c1e-4f0e-8b1a-0123456789ab', `${newRequestId()}0`])
    expect(timeOfRequest(id)).toBeUndefined()
})
