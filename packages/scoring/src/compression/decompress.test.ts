import { deflateSync, gzipSync } from 'node:zlib'
import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { decompress, detectCompression } from './decompress.ts'

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(5)

/** The text as Python's bz2, lzma and lz4 packages compress it. */
const packed: Readonly<Record<string, string>> = {
  bzip2:
    'QlpoOTFBWSZTWcnizvwAABsTgEABBAA////wIABwUAA0AAAilNTTRowmhtTbUkJkkp6SU8JVISqaJ3T2kJskJsJZLk3ThNUsnRPiQlySm6UTJKpwlE1T8lkokpKaK8pyn8XckU4UJDJ4s78A',
  lzma: 'XQAAQAD//////////wAqGgiiAyVm8Ut4xaIF/y7m2dIgGq00+OId6EE2+twGabs85BA0Jwnrs2bj7Td5aKriLf//+pUgAA==',
  xz: '/Td6WFoAAATm1rRGAgAhARQAAAD/5+wJ4ADgADNdACoaCKIDJWbxS3jFogX/LubZ0iAarTT44h3oQTb63AZpuzzkEDQnCeuzZuPtN3lon7MAAAAA72Ehssdyuf8AAU/hAQAAAG7lU5CxxGf7AgAAAAAEWVo=',
  lz4: 'BCJNGGxA4QAAAAAAAAD4OAAAAP8eVGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gLQCcUGRvZy4gAAAAAKVBoCI=',
}

const content = (name: string): Uint8Array => {
  if (name === 'zlib') return new Uint8Array(deflateSync(text))
  if (name === 'gzip') return new Uint8Array(gzipSync(text))
  return Uint8Array.from(Buffer.from(packed[name] as string, 'base64'))
}

describe.each(['zlib', 'gzip', 'bzip2', 'lzma', 'xz', 'lz4'] as const)('%s', (name) => {
  it('is recognised and read', () => {
    const bytes = content(name)
    expect(detectCompression(bytes)).toBe(name)
    expect(new TextDecoder().decode(decompress(bytes, name, defaultLimits))).toBe(text)
  })

  it('is refused where it is cut short', () => {
    const bytes = content(name)
    expect(() => decompress(bytes.slice(0, -5), name, defaultLimits)).toThrow(/damaged/)
  })

  it('is refused where it grows past the limit', () => {
    const limits = { ...defaultLimits, expandedBytes: 100 }
    expect(() => decompress(content(name), name, limits)).toThrow(/bytes after decompression/)
  })

  it('either is read or is refused with a code when any one byte is changed', () => {
    const bytes = content(name)
    const errors = bytes.keys().map((at) => {
      const changed = bytes.slice()
      changed[at] = (changed[at] as number) ^ 0x10
      try {
        decompress(changed, name, defaultLimits)
        return undefined
      } catch (error) {
        return error
      }
    })
    const refused = [...errors].filter((error) => error !== undefined)
    expect(refused.length).toBeGreaterThan(bytes.length / 2)
    expect(refused.filter((error) => !(error instanceof ModelsmithError))).toEqual([])
  })
})

describe('limits of LZMA', () => {
  it('refuses a dictionary of 4 GiB before anything is decoded', () => {
    const bytes = content('lzma').slice()
    bytes.set([0xff, 0xff, 0xff, 0xff], 1)
    expect(() => decompress(bytes, 'lzma', defaultLimits)).toThrow(/an LZMA dictionary/)
  })
})

describe('deflate', () => {
  it('reads stored, fixed and dynamic blocks of every kind of data', () => {
    const random = Uint8Array.from({ length: 70_000 }, (_, index) => (Math.imul(index, 0x9e3779b1) >>> 13) & 0xff)
    const samples = [new Uint8Array(0), new Uint8Array(100_000), random, Uint8Array.from(random, (byte) => byte & 7)]
    for (const sample of samples)
      for (const level of [0, 1, 6, 9]) {
        const bytes = new Uint8Array(deflateSync(sample, { level }))
        expect(decompress(bytes, 'zlib', defaultLimits)).toEqual(sample)
      }
  })
})
