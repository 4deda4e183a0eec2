import { type Assertion, end, not, start } from './assertions.ts'
import type { CharacterTest } from './characters.ts'
import {
  isLineEnd,
  javaBoundary,
  javaClass,
  javaLineEnd,
  javaLineStart,
  javaProperty,
  lookedBackAt,
} from './java-characters.ts'
import { Dialect } from './dialect.ts'
import { type ParsedPattern, type Pattern, PatternError } from './pattern.ts'
import { mayBeEmpty, repeated } from './repeated.ts'

type Flags = {
  readonly ignoresCase: boolean
  readonly isMultiline: boolean
  readonly dotIsAll: boolean
  readonly isUnix: boolean
}

/** Reads the part of Java's pattern syntax (java.util.regex.Pattern) that a machine without memory of the past can match. */
export const parseJavaPattern = (source: string): JavaParsed => new Parser(unquoted(source)).parse()

/** Java starts no match within a surrogate pair where a set or class of the pattern (a full stop is none) has more than ASCII. */
export type JavaParsed = ParsedPattern & { readonly testsPairs: boolean }

/** What stands between `\Q` and `\E` stands for itself. */
const unquoted = (source: string): string =>
  source.replaceAll(/\\(?:Q([^]*?)(?:\\E|$)|[^])/g, (found, quoted: string | undefined) =>
    quoted === undefined
      ? found
      : Array.from(quoted, (code) => `\\x{${(code.codePointAt(0) as number).toString(16)}}`).join(''),
  )

class Parser extends Dialect {
  #flags: Flags = { ignoresCase: false, isMultiline: false, dotIsAll: false, isUnix: false }
  readonly #names = new Set<string>()
  #testsPairs = false

  constructor(source: string) {
    super(source)
    if (this.codes.some((code) => isHalf(code.codePointAt(0) as number))) throw halfPair()
  }

  parse(): JavaParsed {
    return { root: this.whole(), groups: 0, testsPairs: this.#testsPairs }
  }

  protected override repeated(body: Pattern): Pattern {
    const counts = this.#counts()
    if (counts === undefined) return body
    const isGreedy = !this.takeIf('?')
    if (this.next === '+') throw new PatternError('possessive repetition is not read')
    if (this.next === '*' || this.next === '?' || this.next === '{') throw new PatternError('a repetition is repeated')
    const [min, max] = counts
    // Java ends such a loop early, in an order of its own.
    if (max > 1 && mayBeEmpty(body)) throw new PatternError('it repeats what may be empty')
    return repeated({ type: 'repeat', body, min, max, isGreedy })
  }

  #counts(): readonly [number, number] | undefined {
    if (this.takeIf('*')) return [0, Infinity]
    if (this.takeIf('+')) return [1, Infinity]
    if (this.takeIf('?')) return [0, 1]
    if (this.next !== '{') return undefined
    const ending = this.codes.indexOf('}', this.at)
    const inner = ending < 0 || ending - this.at > 20 ? '' : this.codes.slice(this.at + 1, ending).join('')
    const found = /^(\d+)(,?)(\d*)$/.exec(inner)
    if (found === null) throw new PatternError('a brace is no count of repetitions')
    this.at = ending + 1
    const [, min, comma, max] = found as unknown as [string, string, string, string]
    if (comma === '' && max !== '') throw new PatternError('a brace is no count of repetitions')
    return [Number(min), max === '' ? (comma === '' ? Number(min) : Infinity) : Number(max)]
  }

  protected override atom(): Pattern | undefined {
    const code = this.take()
    const { isMultiline, isUnix, dotIsAll } = this.#flags
    switch (code) {
      case '.':
        return { type: 'character', test: (c) => dotIsAll || !(isUnix ? c === 10 : isLineEnd(c)) }
      case '^':
        return { type: 'assertion', holds: isMultiline ? javaLineStart(isUnix) : start }
      case '$':
        return { type: 'assertion', holds: javaLineEnd({ isUnix, isMultiline }) }
      case '[':
        return { type: 'character', test: this.#set() }
      case '(':
        return this.#group()
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternError('there is nothing to repeat')
      default:
        return this.#literal(code.codePointAt(0) as number)
    }
  }

  #literal(code: number): Pattern {
    this.#testsPairs ||= code > 0xffff
    return { type: 'character', test: this.#caseless((c) => c === code) }
  }

  /** Without a further flag Java disregards the case of ASCII letters only. */
  #caseless(test: CharacterTest): CharacterTest {
    if (!this.#flags.ignoresCase) return test
    return (code) => test(code) || (isAsciiLetter(code) && test(code ^ 32))
  }

  #group(): Pattern | undefined {
    const flags = this.#flags
    if (this.takeIf('?')) {
      const kind = this.take()
      switch (kind) {
        case ':':
          break
        case '=':
        case '!':
          return this.#look(kind === '!', false)
        case '<':
          if (this.next === '=' || this.next === '!') return this.#look(this.take() === '!', true)
          if (!/^[A-Za-z]$/.test(this.next ?? '')) throw new PatternError('a group has no sound name')
          this.#nameGroup()
          break
        default:
          if (!/[a-zA-Z-]/.test(kind)) throw new PatternError(`a group that starts with (?${kind} is not read`)
          if (this.#changeFlags(kind) === ')') return undefined
      }
    }
    const body = this.choice()
    if (!this.takeIf(')')) throw new PatternError('a parenthesis is never closed')
    this.#flags = flags
    return body
  }

  #nameGroup(): void {
    let name = ''
    for (let code = this.take(); code !== '>'; code = this.take()) name += code
    if (this.#names.has(name)) throw new PatternError('two groups have one name')
    this.#names.add(name)
  }

  /** What stands before or behind, where that is one character. */
  #look(isNegated: boolean, isBehind: boolean): Pattern {
    const flags = this.#flags
    const from = this.at
    const test = oneCharacter(this.choice())
    const seesPairs = this.codes.slice(from, this.at).some((code) => code.length > 1)
    if (test === undefined) throw new PatternError('looking ahead or back at more than one character is not read')
    if (!this.takeIf(')')) throw new PatternError('a parenthesis is never closed')
    this.#flags = flags
    const holds: Assertion = (codes, position) => {
      const code = isBehind ? lookedBackAt(codes, position, seesPairs) : codes[position]
      return code !== undefined && test(code)
    }
    return { type: 'assertion', holds: isNegated ? not(holds) : holds }
  }

  /** Flags count until their group ends; gives what stands behind them. */
  #changeFlags(first: string): string {
    let isOn = true
    let letter = first
    for (; letter !== ')' && letter !== ':'; letter = this.take()) {
      if (letter === '-' && isOn) isOn = false
      else if (Object.hasOwn(flagNames, letter))
        this.#flags = { ...this.#flags, [flagNames[letter] as keyof Flags]: isOn }
      else throw new PatternError(`the flag ${letter} is not read`)
    }
    return letter
  }

  #escape(): Pattern {
    const letter = this.take()
    const assertion = this.#assertion(letter)
    if (assertion !== undefined) return { type: 'assertion', holds: assertion }
    if (letter === 'R') {
      if (this.next === '{') throw new PatternError(String.raw`a count of \R is not read`)
      return {
        type: 'choice',
        options: [
          { type: 'sequence', parts: [isExactly(13), isExactly(10)] },
          { type: 'character', test: javaClass('v') as CharacterTest },
        ],
      }
    }
    const test = this.#class(letter)
    if (test !== undefined) return { type: 'character', test }
    if (/[1-9k]/.test(letter)) throw new PatternError('a reference back to a group is not read')
    return this.#literal(this.#escapedCode(letter))
  }

  #assertion(letter: string): Assertion | undefined {
    switch (letter) {
      case 'A':
        return start
      case 'z':
        return end
      case 'Z':
        return javaLineEnd({ isUnix: this.#flags.isUnix, isMultiline: false })
      case 'b':
        if (this.next === '{') throw new PatternError(String.raw`\b{ is not read`)
        return javaBoundary
      case 'B':
        return not(javaBoundary)
      default:
        return undefined
    }
  }

  #class(letter: string): CharacterTest | undefined {
    if (letter !== 'p' && letter !== 'P') {
      const known = javaClass(letter)
      this.#testsPairs ||= known !== undefined && letter < 'a'
      return known
    }
    let name = this.take()
    if (name === '{') {
      name = ''
      for (let code = this.take(); code !== '}'; code = this.take()) name += code
    }
    const property = javaProperty(name)
    if (property === undefined) throw new PatternError(`the property ${name.slice(0, 40)} is not read`)
    if (this.#flags.ignoresCase) throw new PatternError('a property without regard to case is not read')
    const { test, isAscii } = property
    this.#testsPairs ||= !isAscii || letter === 'P'
    return letter === 'p' ? test : (code) => !test(code)
  }

  #escapedCode(letter: string): number {
    if (Object.hasOwn(controls, letter)) return controls[letter] as number
    switch (letter) {
      case 'x':
        if (!this.takeIf('{')) return this.#hex(2)
        return this.#hex(this.codes.indexOf('}', this.at) - this.at, '}')
      case 'u': {
        const high = this.#hex(4)
        if (!isHalf(high)) return high
        if (high >= 0xdc00 || !(this.takeIf('\\') && this.takeIf('u'))) throw halfPair()
        const low = this.#hex(4)
        if (!(low >= 0xdc00 && low <= 0xdfff)) throw halfPair()
        return ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000
      }
      case '0': {
        let digits = ''
        while (digits.length < (/^[0-3]/.test(digits) ? 3 : 2) && /^[0-7]$/.test(this.next ?? '')) digits += this.take()
        if (digits === '') throw new PatternError(String.raw`\0 has no digits`)
        return Number.parseInt(digits, 8)
      }
      case 'c':
        return (this.take().codePointAt(0) as number) ^ 64
      default:
        if (/[a-zA-Z\d]/.test(letter)) throw new PatternError(`the escape \\${letter} is not read`)
        return letter.codePointAt(0) as number
    }
  }

  #hex(digits: number, ending = ''): number {
    const text = this.codes.slice(this.at, this.at + digits).join('')
    this.at += digits
    const code = /^[\da-f]+$/i.test(text) && text.length === digits ? Number.parseInt(text, 16) : Infinity
    if (!(code <= 0x10ffff) || (ending !== '' && !this.takeIf(ending)))
      throw new PatternError('an escape names no character')
    return code
  }

  #set(): CharacterTest {
    return this.deeper(() => this.#setMembers())
  }

  #setMembers(): CharacterTest {
    const isNegated = this.takeIf('^')
    this.#testsPairs ||= isNegated
    const tests: CharacterTest[] = []
    const union = (): CharacterTest => {
      const own = [...tests]
      return (code) => own.some((test) => test(code))
    }
    // Versions of Java differ in what a negation takes in of sets within sets.
    const onlyPlain = (): void => {
      if (isNegated) throw new PatternError('a set within a negated set is not read')
    }
    while (this.next !== ']' || tests.length === 0) {
      if (this.takeIf('[')) {
        onlyPlain()
        tests.push(this.#set())
      } else if (this.next === '&' && this.codes[this.at + 1] === '&') {
        onlyPlain()
        this.at += 2
        if (tests.length === 0 || !this.takeIf('['))
          throw new PatternError('an intersection with anything but one set is not read')
        const left = union()
        const right = this.#set()
        const behind = this.codes[this.at]
        if (behind !== ']' && !(behind === '&' && this.codes[this.at + 1] === '&'))
          throw new PatternError('an intersection with anything but one set is not read')
        tests.splice(0, tests.length, (code) => left(code) && right(code))
      } else tests.push(this.#setMember())
    }
    this.at++
    const test = union()
    return isNegated ? (code) => !test(code) : test
  }

  #setMember(): CharacterTest {
    const low = this.#setCode()
    if (typeof low === 'function') return low
    const behind = this.codes[this.at + 1]
    if (this.next !== '-' || behind === ']' || behind === '[') return this.#caseless((code) => code === low)
    this.at++
    const high = this.#setCode()
    if (typeof high === 'function' || high < low) throw new PatternError('a range of characters goes backwards')
    this.#testsPairs ||= this.#flags.ignoresCase
    return this.#caseless((code) => code >= low && code <= high)
  }

  #setCode(): number | CharacterTest {
    const code = this.take()
    const letter = code === '\\' ? this.take() : undefined
    const known = letter === undefined ? undefined : this.#class(letter)
    if (known !== undefined) return known
    const number = letter === undefined ? (code.codePointAt(0) as number) : this.#escapedCode(letter)
    this.#testsPairs ||= number > 0xffff
    return number
  }
}

const flagNames: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoresCase',
  m: 'isMultiline',
  s: 'dotIsAll',
  d: 'isUnix',
}
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 }

const isHalf = (code: number): boolean => code >= 0xd800 && code <= 0xdfff
const halfPair = (): PatternError => new PatternError('it holds one half of a surrogate pair')
const isAsciiLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122
const isExactly = (code: number): Pattern => ({ type: 'character', test: (c) => c === code })

/** The test of a pattern that is one character; undefined where it is not. */
const oneCharacter = (pattern: Pattern): CharacterTest | undefined => {
  switch (pattern.type) {
    case 'character':
      return pattern.test
    case 'sequence':
      return pattern.parts.length === 1 ? oneCharacter(pattern.parts[0] as Pattern) : undefined
    case 'choice': {
      const tests = pattern.options.map(oneCharacter)
      return tests.includes(undefined) ? undefined : (code) => tests.some((test) => test?.(code))
    }
    default:
      return undefined
  }
}
