import { describe, expect, it } from 'vitest'
import { findAll } from './find-all.ts'
import { parsePattern } from './parse.ts'
import { programOf } from './program.ts'

const find = (pattern: string, text: string): readonly string[] => findAll(programOf(parsePattern(pattern)), text)

describe('finding all matches', () => {
  // What Python 3.7 answers.
  it.each([
    [String.raw`\b\w\w+\b`, 'a bc  déf g_1', ['bc', 'déf', 'g_1']],
    [String.raw`(?i)\b([aeiou]\w*)\b`, 'Apple bar Egg', ['Apple', 'Egg']],
    ['a|ab|[b-d]*', 'abcd xa', ['a', 'bcd', '', '', 'a', '']],
    [String.raw`[^\W\d_]{2,4}?|\d+`, 'abcd12 é_', ['ab', 'cd', '12']],
    [String.raw`(?m)^\w+|\w$`, 'ab cd\nef g', ['ab', 'd', 'ef', 'g']],
    [String.raw`\$\d+(?:\.\d\d)?`, '$5 $3.25 $x', ['$5', '$3.25']],
    [String.raw`[a\]-]+`, 'a]-b', ['a]-']],
    ['(?:ab)*?c', 'ababc c', ['ababc', 'c']],
    [String.raw`\S{2,}$`, 'xx yy\n', ['yy']],
    [String.raw`(?a)\w+`, 'dé ok', ['d', 'ok']],
    ['x*', 'axb', ['', 'x', '', '']],
    ['[\\x41-C\\u00e9]', 'ABCDé', ['A', 'B', 'C', 'é']],
  ])('%s in %j', (pattern, text, expected) => {
    expect(find(pattern, text)).toEqual(expected)
  })

  it('takes time that grows with the text only', () => {
    expect(find('(?:a|a)+b', 'a'.repeat(20_000))).toEqual([])
  })
})

describe('a pattern', () => {
  it.each([
    ['a(?=b)', 'a group that starts with (?= is not read'],
    [String.raw`(a)\1`, 'a reference back to a group is not read'],
    ['(a)(b)', 'it has 2 groups, so that a match is no single text'],
    ['(a', 'a parenthesis is never closed'],
    ['a)', 'a parenthesis closes that was never opened'],
    ['*a', 'there is nothing to repeat'],
    ['[z-a]', 'a range of characters goes backwards'],
    ['a++', 'possessive repetition is not read'],
    ['[a', 'it ends too early'],
    ['a(?i)b', 'flags that do not stand at its start are not read'],
  ])('%s is refused', (pattern, why) => {
    expect(() => find(pattern, '')).toThrow(why)
  })

  it.each([
    ['(a+)+', /repetitions of nothing but repetitions/],
    [String.raw`(\s*\w+\s*)*`, /repetitions of nothing but repetitions/],
    ['a{2000}', /repetitions of a pattern/],
    ['(?:a{999}){999}', /instructions of a pattern/],
    ['('.repeat(200), /groups within groups/],
  ])('%s meets a limit', (pattern, what) => {
    expect(() => find(pattern, '')).toThrow(what)
  })

  it('may repeat what must hold something else than repetitions', () => {
    expect(find(String.raw`\w+(?:-\w+)*`, 'well-to-do men')).toEqual(['well-to-do', 'men'])
  })
})
