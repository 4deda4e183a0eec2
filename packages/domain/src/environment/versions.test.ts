import { describe, expect, it } from 'vitest'
import { compareVersions, isVersion, packageName } from './versions.ts'

/** All pairs of a list that is in its order. */
const inOrder = (versions: readonly string[], language: 'python' | 'r') =>
  versions.flatMap((one, at) =>
    versions.map((other, index) => [
      one,
      other,
      Math.sign(at - index),
      Math.sign(compareVersions(one, other, language) ?? Number.NaN),
    ]),
  )

describe('versions of Python', () => {
  it('are ordered as PEP 440 says', () => {
    const versions = [
      '0.9',
      '1.0.dev456',
      '1.0a1.dev1',
      '1.0a1',
      '1.0a2.dev456',
      '1.0a12.dev456',
      '1.0a12',
      '1.0b1.dev456',
      '1.0b2',
      '1.0b2.post345.dev456',
      '1.0b2.post345',
      '1.0rc1.dev456',
      '1.0rc1',
      '1.0',
      '1.0+abc.5',
      '1.0+abc.7',
      '1.0+5',
      '1.0.post456.dev34',
      '1.0.post456',
      '1.0.15',
      '1.1.dev1',
      '1.9',
      '1.10',
      '2024.1',
      '1!0.1',
    ]
    for (const [one, other, expected, found] of inOrder(versions, 'python'))
      expect([one, other, found]).toEqual([one, other, expected])
  })

  it('are equal however they are spelt', () => {
    for (const [one, other] of [
      ['1.0', '1'],
      ['1.0.0', '1.0'],
      ['1.0-alpha.1', '1.0a1'],
      ['v1.0', '1.0'],
      ['1.0-1', '1.0.post1'],
      ['1.0c1', '1.0RC1'],
      ['1.0.post', '1.0.post0'],
      ['0.0', '0'],
    ] as const)
      expect([one, other, compareVersions(one, other, 'python')]).toEqual([one, other, 0])
  })
})

it('versions of R are ordered by their numbers', () => {
  const versions = ['0.9-9', '1.0', '1.0-1', '1.0.2', '1.2-10', '1.10', '1.10.0.1', '3.1.3.1']
  for (const [one, other, expected, found] of inOrder(versions, 'r'))
    expect([one, other, found]).toEqual([one, other, expected])
  expect(compareVersions('1.2-3', '1.2.3', 'r')).toBe(0)
})

it('says where a text is no version', () => {
  for (const text of ['', 'latest', '1.', '1..2', '>=1.0', '1.0 2', '1.0+', '1.0a1b2'])
    expect([text, isVersion(text, 'python')]).toEqual([text, false])
  for (const text of ['1.0a1', '1.0.dev1', 'x']) expect([text, isVersion(text, 'r')]).toEqual([text, false])
  expect(compareVersions('1.0', 'x', 'python')).toBe(undefined)
})

it('takes names of Python however they are spelt, those of R as they are', () => {
  expect(packageName('Scikit_Learn', 'python')).toBe('scikit-learn')
  expect(packageName('data.table', 'r')).toBe('data.table')
})
