import { type Assertion, boundary, end, lastLineEnd, lineEnd, lineStart, not, start } from './assertions.ts'
import { type CharacterTest, escapedClass } from './characters.ts'
import { Dialect } from './dialect.ts'
import { PatternError, type ParsedPattern, type Pattern } from './pattern.ts'
import { repeated } from './repeated.ts'

type Flags = { isAscii: boolean; ignoresCase: boolean; isMultiline: boolean; dotIsAll: boolean }

/** Reads the part of Python's `re` syntax that a machine without memory of the past can match. */
export const parsePattern = (source: string): ParsedPattern => new Parser(source).parse()

class Parser extends Dialect {
  readonly #flags: Flags = { isAscii: false, ignoresCase: false, isMultiline: false, dotIsAll: false }
  #groups = 0

  parse(): ParsedPattern {
    return { root: this.whole(), groups: this.#groups }
  }

  protected override repeated(body: Pattern): Pattern {
    const counts = this.#counts()
    if (counts === undefined) return body
    if (body.type === 'assertion') throw new PatternError('an assertion is repeated')
    const isGreedy = !this.takeIf('?')
    if (this.next === '+') throw new PatternError('possessive repetition is not read')
    if (this.#counts() !== undefined) throw new PatternError('a repetition is repeated')
    const [min, max] = counts
    return repeated({ type: 'repeat', body, min, max, isGreedy })
  }

  #counts(): readonly [number, number] | undefined {
    if (this.takeIf('*')) return [0, Infinity]
    if (this.takeIf('+')) return [1, Infinity]
    if (this.takeIf('?')) return [0, 1]
    if (this.next !== '{') return undefined
    const end = this.codes.indexOf('}', this.at)
    const inner = end < 0 || end - this.at > 20 ? undefined : this.codes.slice(this.at + 1, end).join('')
    const found = /^(\d*)(,?)(\d*)$/.exec(inner ?? '-')
    if (found === null || inner === '' || inner === ',') return undefined
    this.at = end + 1
    const [, min, comma, max] = found as unknown as [string, string, string, string]
    return [Number(min), max === '' ? (comma === '' ? Number(min) : Infinity) : Number(max)]
  }

  protected override atom(): Pattern | undefined {
    const code = this.take()
    const { isMultiline } = this.#flags
    switch (code) {
      case '.': {
        const { dotIsAll } = this.#flags
        return { type: 'character', test: (c) => dotIsAll || c !== 10 }
      }
      case '^':
        return { type: 'assertion', holds: isMultiline ? lineStart : start }
      case '$':
        return { type: 'assertion', holds: isMultiline ? lineEnd : lastLineEnd }
      case '[':
        return this.#set()
      case '(':
        return this.#group()
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new PatternError('there is nothing to repeat')
      default:
        return this.#literal(code.codePointAt(0) as number)
    }
  }

  #literal(code: number): Pattern {
    return { type: 'character', test: this.#caseless((c) => c === code) }
  }

  /** Without regard to case a character matches where its small or capital letter does. */
  #caseless(test: CharacterTest): CharacterTest {
    if (!this.#flags.ignoresCase) return test
    return (code) => {
      const text = String.fromCodePoint(code)
      return (
        test(code) || [text.toLowerCase(), text.toUpperCase()].some((other) => test(other.codePointAt(0) as number))
      )
    }
  }

  #group(): Pattern | undefined {
    let isCapturing = true
    if (this.takeIf('?')) {
      isCapturing = false
      const kind = this.take()
      if (kind === 'P' && this.takeIf('<')) {
        while (this.take() !== '>');
        isCapturing = true
      } else if (kind === '#') {
        while (this.take() !== ')');
        return undefined
      } else if (/[aimsuLx]/.test(kind)) return this.#globalFlags(kind)
      else if (kind !== ':') throw new PatternError(`a group that starts with (?${kind} is not read`)
    }
    const index = isCapturing ? ++this.#groups : 0
    const body = this.choice()
    if (!this.takeIf(')')) throw new PatternError('a parenthesis is never closed')
    return isCapturing ? { type: 'group', index, body } : body
  }

  #globalFlags(first: string): undefined {
    for (let flag = first; flag !== ')'; flag = this.take())
      switch (flag) {
        case 'a':
          this.#flags.isAscii = true
          break
        case 'i':
          this.#flags.ignoresCase = true
          break
        case 'm':
          this.#flags.isMultiline = true
          break
        case 's':
          this.#flags.dotIsAll = true
          break
        case 'u':
          break
        default:
          throw new PatternError(`the flag ${flag} is not read`)
      }
    if (
      this.codes
        .slice(0, this.at)
        .join('')
        .replaceAll(/\(\?[aimsu]+\)/g, '') !== ''
    )
      throw new PatternError('flags that do not stand at its start are not read')
  }

  #escape(): Pattern {
    const letter = this.take()
    const assertion = this.#assertion(letter)
    if (assertion !== undefined) return { type: 'assertion', holds: assertion }
    const test = escapedClass(letter, this.#flags.isAscii)
    if (test !== undefined) return { type: 'character', test }
    if (/[1-9]/.test(letter)) throw new PatternError('a reference back to a group is not read')
    return this.#literal(this.#escapedCode(letter))
  }

  #assertion(letter: string): Assertion | undefined {
    switch (letter) {
      case 'A':
        return start
      case 'Z':
        return end
      case 'b':
        return boundary(this.#flags.isAscii)
      case 'B':
        return not(boundary(this.#flags.isAscii))
      default:
        return undefined
    }
  }

  #escapedCode(letter: string): number {
    const control = controls[letter]
    if (control !== undefined) return control
    const digits = { x: 2, u: 4, U: 8 }[letter]
    if (digits !== undefined) {
      const text = this.codes.slice(this.at, this.at + digits).join('')
      this.at += digits
      const code = /^[\da-f]+$/i.test(text) && text.length === digits ? Number.parseInt(text, 16) : Infinity
      if (code > 0x10ffff) throw new PatternError(`\\${letter}${text} is no character`)
      return code
    }
    if (letter === '0') {
      let text = ''
      while (text.length < 2 && /[0-7]/.test(this.next ?? '')) text += this.take()
      return Number.parseInt(`0${text}`, 8)
    }
    if (/[a-zA-Z\d]/.test(letter)) throw new PatternError(`the escape \\${letter} is not read`)
    return letter.codePointAt(0) as number
  }

  #set(): Pattern {
    const isNegated = this.takeIf('^')
    const tests: CharacterTest[] = []
    for (let isFirst = true; isFirst || this.next !== ']'; isFirst = false) {
      const low = this.#setMember()
      if (typeof low === 'function' || this.next !== '-' || this.codes[this.at + 1] === ']') {
        tests.push(typeof low === 'function' ? low : (code) => code === low)
        continue
      }
      this.at++
      const high = this.#setMember()
      if (typeof high === 'function' || high < low) throw new PatternError('a range of characters goes backwards')
      tests.push((code) => code >= low && code <= high)
    }
    this.at++
    const test = this.#caseless((code) => tests.some((one) => one(code)))
    return { type: 'character', test: isNegated ? (code) => !test(code) : test }
  }

  #setMember(): number | CharacterTest {
    const code = this.take()
    if (code !== '\\') return code.codePointAt(0) as number
    const letter = this.take()
    return letter === 'b' ? 8 : (escapedClass(letter, this.#flags.isAscii) ?? this.#escapedCode(letter))
  }
}

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7 }
