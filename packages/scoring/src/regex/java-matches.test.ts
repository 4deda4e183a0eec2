import { describe, expect, it } from 'vitest'
import { javaPattern } from './java-matches.ts'

describe("Java's patterns", () => {
  // What Java 17 answers.
  it.each([
    [String.raw`\s`, ' a  b ', ['', 'a', '', 'b']],
    [String.raw`\s`, ' ', []],
    [String.raw`\s`, '', ['']],
    ['', 'ab', ['a', 'b']],
    [String.raw`\b`, 'é1 x\u0301y', ['é1', ' ', 'x\u0301y']],
    [String.raw`[a-z&&[^aeiou]]+`, 'abcde', ['a', 'e']],
    [String.raw`(?<=a)b|\Qa.\E`, 'abxa.b', ['a', 'x', 'b']],
    [String.raw`(?i)É|z`, 'aéÉbZc', ['aé', 'b', 'c']],
    ['(?i:x)|Y', 'aXbyYc', ['a', 'by', 'c']],
    [String.raw`\p{L}+`, '1aé2', ['1', '2']],
    [String.raw`\u00e9|\x{1F600}|\0101`, 'aéb😀cAd', ['a', 'b', 'c', 'd']],
    [String.raw`\uD83D\uDE00`, 'a😀b', ['a', 'b']],
    ['(?m)^', 'a\r\nb\n', ['a\r\n', 'b\n']],
    [String.raw`\h|\R`, 'a\u00a0b\u2028c', ['a', 'b', 'c']],
  ])('%s splits %j', (pattern, text, expected) => {
    expect(javaPattern(pattern).split(text)).toEqual(expected)
  })

  it.each([
    ['x*', 'axb', ['', 'x', '', '']],
    ['a|ab', 'abab', ['a', 'a']],
    ['.+?b', 'aab\nb', ['aab']],
    ['a$', 'a\u0085', ['a']],
    [String.raw`(\w)(\w)`, 'abcde', ['ab', 'cd']],
    [String.raw`\w+`, 'aé_1', ['a', '_1']],
    ['[^a]', 'a😀', ['😀']],
    ['', '😀', ['', '', '']],
  ])('%s finds in %j', (pattern, text, expected) => {
    expect(javaPattern(pattern).findAll(text)).toEqual(expected)
  })

  it.each([
    ['a++', 'possessive repetition is not read'],
    ['(?=ab)', 'looking ahead or back at more than one character is not read'],
    [String.raw`(a)\1`, 'a reference back to a group is not read'],
    [String.raw`\p{javaLowerCase}`, 'the property javaLowerCase is not read'],
    [String.raw`\G`, String.raw`the escape \G is not read`],
    ['(?x)a', 'the flag x is not read'],
    ['(?>a)', 'a group that starts with (?> is not read'],
    ['(a|)*', 'it repeats what may be empty'],
    ['a{,2}', 'a brace is no count of repetitions'],
    ['[^a[b]]', 'a set within a negated set is not read'],
    ['[a&&b]', 'an intersection with anything but one set is not read'],
    ['(?<n>a)(?<n>b)', 'two groups have one name'],
    ['\ud83d', 'it holds one half of a surrogate pair'],
    ['(a', 'a parenthesis is never closed'],
    ['[a', 'it ends too early'],
    [String.raw`\x{110000}`, 'an escape names no character'],
  ])('%s is refused', (pattern, why) => {
    expect(() => javaPattern(pattern)).toThrow(why)
  })

  it.each([
    ['^(a+)+$', /repetitions of nothing but repetitions/],
    ['('.repeat(200), /groups within groups/],
    ['['.repeat(200), /groups within groups/],
    ['(?:a{999}){999}', /instructions of a pattern/],
  ])('%s meets a limit', (pattern, what) => {
    expect(() => javaPattern(pattern)).toThrow(what)
  })

  it('take time that grows with the text only', () => {
    expect(javaPattern('(?:a|a)+b').findAll('a'.repeat(20_000))).toEqual([])
  })
})
