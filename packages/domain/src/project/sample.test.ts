import fc from 'fast-check'
import { expect, it } from 'vitest'
import { trainOnlyPart } from './partition.ts'
import { sampleTraining } from './sample.ts'

it('takes the share of each training part, never of the holdout, and nests smaller samples in larger ones', () => {
  const parts = fc.array(fc.constantFrom(-1, 0, 1, 2, 3, trainOnlyPart), { minLength: 1, maxLength: 200 })
  const share = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(parts, share, share, fc.integer({ min: 0 }), (list, one, other, seed) => {
      const partition = Int8Array.from(list)
      const [small, large] = [Math.min(one, other), Math.max(one, other)].map((each) =>
        sampleTraining(partition, each, seed),
      ) as [Uint8Array, Uint8Array]
      for (const part of [1, 2, 3, trainOnlyPart]) {
        const size = list.filter((each) => each === part).length
        const taken = list.filter((each, row) => each === part && small[row] === 1).length
        expect(taken).toBe(size === 0 ? 0 : Math.max(1, Math.round(size * Math.min(one, other))))
      }
      expect(list.every((part, row) => part > 0 || large[row] === 0)).toBe(true)
      expect(small.every((taken, row) => taken <= (large[row] as number))).toBe(true)
    }),
    { seed: 7 },
  )
})
