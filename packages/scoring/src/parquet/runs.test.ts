import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../conformance/fuzz/random.ts'
import { readRuns } from './runs.ts'

const seed = 20_261_129

/** Writes values as one packed run, the lowest bits first. */
const packed = (values: readonly number[], width: number): Uint8Array => {
  const groups = Math.ceil(values.length / 8)
  const bytes = new Uint8Array(1 + groups * width)
  bytes[0] = groups * 2 + 1
  values.forEach((value, index) => {
    for (let bit = 0; bit < width; bit++) {
      const at = index * width + bit
      const held = bytes[1 + (at >> 3)] as number
      bytes[1 + (at >> 3)] = held | ((Math.floor(value / 2 ** bit) % 2) << (at & 7))
    }
  })
  return bytes
}

describe('runs', () => {
  it(`are read at every width, seed ${seed}`, () => {
    const random = randomFrom(seed)
    for (let width = 1; width <= 32; width++) {
      const values = Array.from(
        { length: 1 + random.below(60) },
        () => Math.floor(random.below(2 ** 31) * 2) % 2 ** width,
      )
      const out = new Uint32Array(values.length)
      readRuns(packed(values, width), width, out)
      expect([...out], `width ${width}`).toEqual(values)
    }
  })

  it('of equal values do no more than there is room for', () => {
    const out = new Uint8Array(5)
    readRuns(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 3), 2, out)
    expect([...out]).toEqual([3, 3, 3, 3, 3])
  })

  it.each([
    ['no bytes', [], 1],
    ['a run without its value', [8], 1],
    ['a packed run that ends early', [3, 0xff], 3],
    ['runs of nothing', [0, 1, 0, 1, 0, 1], 8],
    ['a length without end', Array.from({ length: 12 }, () => 0xff), 1],
    ['numbers of 33 bits', [8, 0], 33],
  ])('are refused where there is %s', (_, bytes, width) => {
    expect(() => readRuns(Uint8Array.from(bytes), width, new Uint8Array(8))).toThrow(RangeError)
  })

  it('have only zeros where a number has no bits', () => {
    const out = new Uint32Array(3)
    readRuns(new Uint8Array(0), 0, out)
    expect([...out]).toEqual([0, 0, 0])
  })
})
