import { expect, it } from 'vitest'
import { mergedStatus } from './merge-status.ts'

const one = (state: 'starting' | 'active' | 'failed', generation: number, problem: string | null = null) => ({
  generation,
  deployments: [{ id: 'd', releaseId: 'r', state, problem }],
})

it('says of each deployment how it fares where it fares worst, and in how many processes', () => {
  expect(mergedStatus([one('active', 3), one('active', 2)])).toEqual(one('active', 2))
  expect(mergedStatus([one('active', 3), one('starting', 3)])).toEqual(one('starting', 3))
  expect(mergedStatus([one('active', 3), one('failed', 3, 'It crashed.'), one('starting', 3)])).toEqual(
    one('failed', 3, 'In 1 of 3 prediction processes: It crashed.'),
  )
  expect(mergedStatus([one('failed', 3, 'It crashed.'), one('failed', 3, 'It crashed.')])).toEqual(
    one('failed', 3, 'It crashed.'),
  )
})
