import { describe, expect, it } from 'vitest'
import { readDelta, readDeltaLength } from './byte-arrays.ts'

const readerOf = (...bytes: readonly number[]) => ({ view: new DataView(Uint8Array.from(bytes).buffer), offset: 0 })
/** One block of one mini-block, in which every number is more than the one before by `step`. */
const numbers = (first: number, step: number, count: number): readonly number[] => [
  // 128 numbers in a block, in 1 part of it.
  128,
  1,
  1,
  (count & 127) | 128,
  count >> 7,
  first * 2,
  step * 2,
  0,
]

describe('values of bytes', () => {
  it('repeat the start of the one before', () => {
    const reader = readerOf(...numbers(0, 1, 3), ...numbers(1, 0, 3), 97, 98, 99)
    const taken: number[] = []
    const values = readDelta(reader, 3, (bytes) => taken.push(bytes))
    expect(values.map((value) => new TextDecoder().decode(value))).toEqual(['a', 'ab', 'abc'])
    expect(taken).toEqual([0, 1, 2])
  })

  it('may not ask for more than the budget has', () => {
    const refuse = (bytes: number) => {
      if (bytes > 1) throw new RangeError('spent')
    }
    const reader = readerOf(...numbers(0, 1, 3), ...numbers(1, 0, 3), 97, 98, 99)
    expect(() => readDelta(reader, 3, refuse)).toThrow('spent')
  })

  it('are refused where they repeat more than there is, or end outside', () => {
    const longer = readerOf(...numbers(5, 1, 3), ...numbers(1, 0, 3), 97, 98, 99)
    expect(() => readDelta(longer, 3, () => undefined)).toThrow('repeats more')
    expect(() => readDeltaLength(readerOf(...numbers(4, 0, 2), 97), 2)).toThrow('outside its page')
  })
})
