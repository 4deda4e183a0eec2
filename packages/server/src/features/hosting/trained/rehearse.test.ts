import { expect, it } from 'vitest'
import { wordsForRun } from '../publish-job.ts'
import { trainingRows } from './rehearse.ts'

it('asks no row of the holdout, and none that is left out', () => {
  const partition = Buffer.from(Int8Array.from([0, -1, 1, 0, 127, 2, 1]).buffer)
  expect([...trainingRows(partition, 20)]).toEqual([2, 4, 5, 6])
  expect([...trainingRows(partition, 2)]).toEqual([2, 4])
  expect([...trainingRows(Buffer.alloc(0), 2)]).toEqual([])
})

it('tells nothing of the rows of a training, which answers hand on', () => {
  const answers = [{ prediction: 1, passThrough: { name: 'Anna' } }] as never
  expect(wordsForRun({ asked: 1, kind: 'training ', answers })).toBe('1 training rows answered')
  for (const kind of ['', 'made-up '] as const)
    expect(wordsForRun({ asked: 1, kind, answers })).toBe(
      `1 ${kind}rows answered; the first: {"prediction":1,"passThrough":{"name":"Anna"}}`,
    )
})
