import { describe, expect, it } from 'vitest'
import { stripAccents } from './accents.ts'
import { type Analysis, analyzerOf } from './analyzer.ts'
import { murmurHash3 } from './murmur-hash.ts'

const words: Analysis = {
  unit: 'word',
  isLowercase: true,
  accents: undefined,
  tokenPattern: String.raw`(?u)\b\w\w+\b`,
  stopWords: [],
  ngrams: [1, 1],
}

describe('terms of a text', () => {
  it('are words of two characters or more, small', () => {
    expect(analyzerOf(words)('A Straße, x_1 日本')).toEqual(['straße', 'x_1', '日本'])
  })

  it('are words in a row after stop words are gone', () => {
    expect(analyzerOf({ ...words, stopWords: ['of'], ngrams: [1, 2] })('Isle of Man')).toEqual([
      'isle',
      'man',
      'isle man',
    ])
  })

  it('are characters, whatever their size', () => {
    expect(analyzerOf({ ...words, unit: 'char', ngrams: [2, 2] })('a😀  b')).toEqual(['a😀', '😀 ', ' b'])
  })

  it('are characters within words; a short word counts once', () => {
    expect(analyzerOf({ ...words, unit: 'char_wb', ngrams: [3, 5] })('ab c')).toEqual([' ab', 'ab ', ' ab ', ' c '])
  })
})

describe('accents', () => {
  it('go from letters, and what is not ASCII with them', () => {
    expect(stripAccents('naïve ﬁne ø', 'ascii')).toBe('naive fine ')
  })

  it('go as marks that combine; vowel signs stay', () => {
    expect(stripAccents('é हि', 'unicode')).toBe('e हि')
  })

  it('stayed in decomposed texts before 0.22', () => {
    expect(stripAccents('e\u0301', 'unicode-before-0.22')).toBe('e\u0301')
    expect(stripAccents('e\u0301', 'unicode')).toBe('e')
  })
})

it.each([
  ['', 0],
  ['a', 1009084850],
  ['ab', -1681926305],
  ['abc', -1277324294],
  ['abcd', 1139631978],
  ['straße', 2095602437],
])('the hash of %j is what scikit-learn computes', (text, hash) => {
  expect(murmurHash3(new TextEncoder().encode(text))).toBe(hash)
})
