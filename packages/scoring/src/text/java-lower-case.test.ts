import { expect, it } from 'vitest'
import { type CaseLanguage, javaLowerCase } from './java-lower-case.ts'
import { javaNumber } from './java-number.ts'

// What Java 17 answers.
it.each([
  ['İI', undefined, 'i̇i'],
  ['İI', 'tr', 'iı'],
  ['ÌJ', 'lt', 'i̇̀j'],
  ['ΑΣ ΣΑΣ', undefined, 'ας σας'],
  ['Σ', undefined, 'σ'],
  // Java joins what a full stop, a hyphen or an underscore stands between; JavaScript and Java differ here.
  ['Α.Σ', undefined, 'α.ς'],
  ['Α-ΣΑ', undefined, 'α-σα'],
  ['Α_Σ', undefined, 'α_ς'],
  ['Α,Σ', undefined, 'α,σ'],
  ['日Σ', undefined, '日σ'],
  // A capital without a small letter until Unicode 14.
  ['\u2c2fA', undefined, '\u2c2fa'],
] as const)('%j in %s becomes %j', (text, language: CaseLanguage | undefined, expected) => {
  expect(javaLowerCase(text, language)).toBe(expected)
})

it.each([
  [1, 'double', '1.0'],
  [-0, 'double', '-0.0'],
  [0.001, 'double', '0.001'],
  [0.0001, 'double', '1.0E-4'],
  [9_999_999, 'double', '9999999.0'],
  [1e7, 'double', '1.0E7'],
  [123_456.789, 'double', '123456.789'],
  [5e-324, 'double', '4.9E-324'],
  [Number.NEGATIVE_INFINITY, 'double', '-Infinity'],
  [Number.NaN, 'double', 'NaN'],
  [Math.fround(1.1), 'float', '1.1'],
  [3, 'int', '3'],
  [1, 'boolean', 'true'],
] as const)('%d as %s is written %s', (value, type, expected) => {
  expect(javaNumber(value, type)).toBe(expected)
})
