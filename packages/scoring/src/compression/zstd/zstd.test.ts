import { constants, zstdCompressSync } from 'node:zlib'
import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { decompressZstd } from './zstd.ts'

/** Bytes that repeat more or less, by a seed. */
const mixed = (length: number, seed: number, alphabet: number): Uint8Array => {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const out = new Uint8Array(length)
  for (let at = 0; at < length; ) {
    const count = Math.min(length - at, 1 + Math.floor(next() * next() * 90))
    const back = Math.floor(next() * Math.min(at, 5_000))
    if (next() < 0.5 && back > 0) for (let i = 0; i < count; i++) out[at + i] = out[at + i - back] as number
    else for (let i = 0; i < count; i++) out[at + i] = Math.floor(next() * next() * alphabet)
    at += count
  }
  return out
}

const packed = (content: Uint8Array, level: number, isChecked = false): Uint8Array =>
  new Uint8Array(
    zstdCompressSync(content, {
      params: {
        [constants.ZSTD_c_compressionLevel]: level,
        [constants.ZSTD_c_checksumFlag]: isChecked ? 1 : 0,
      },
    }),
  )

describe('unpacking zstd', () => {
  it.each([0, 1, 5, 100, 1_000, 20_000, 300_000])('gives back %i bytes, however they were packed', (length) => {
    for (const alphabet of [1, 2, 16, 256])
      for (const level of [-5, 1, 3, 9, 19]) {
        const content = mixed(length, length + alphabet, alphabet)
        expect(Buffer.compare(decompressZstd(packed(content, level), length), content), `${alphabet}, ${level}`).toBe(0)
      }
  })

  it('takes several frames, checksums and frames to be skipped', () => {
    const [a, b] = [mixed(500, 1, 20), mixed(700, 2, 20)]
    const skipped = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3)
    const all = Buffer.concat([packed(a, 3, true), skipped, packed(b, 3)])
    expect(Buffer.compare(decompressZstd(new Uint8Array(all), 1_200), Buffer.concat([a, b]))).toBe(0)
  })

  it('refuses another length than was said', () => {
    const content = mixed(1_000, 3, 30)
    expect(() => decompressZstd(packed(content, 3), 999)).toThrow('it holds more than it should')
    expect(() => decompressZstd(packed(content, 3), 1_001)).toThrow('it holds less than it should')
  })

  it('refuses data that are cut short or changed, or gives what fits, and never anything else', () => {
    const content = mixed(3_000, 4, 60)
    const whole = packed(content, 5)
    const outcome = (bytes: Uint8Array): unknown => {
      try {
        return decompressZstd(bytes, content.length).length
      } catch (error) {
        return error instanceof ModelsmithError ? 'refused' : error
      }
    }
    for (let length = 0; length < whole.length; length += 7)
      expect(() => decompressZstd(whole.subarray(0, length), content.length)).toThrow(ModelsmithError)
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice()
      changed[at] = (changed[at] as number) ^ (1 << (at % 8))
      expect(outcome(changed)).toBeOneOf([content.length, 'refused'])
    }
  })
})
