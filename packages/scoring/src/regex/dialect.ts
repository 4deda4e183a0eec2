import { limitReached } from '../limits.ts'
import { PatternError, type Pattern } from './pattern.ts'

const maxDepth = 100

/** What all dialects of patterns read in one way: characters one after the other, choices and sequences. */
export abstract class Dialect {
  protected readonly codes: readonly string[]
  protected at = 0
  #depth = 0

  constructor(source: string) {
    this.codes = Array.from(source)
  }

  /** One character, class, assertion or group; undefined for what matches nothing, such as flags. */
  protected abstract atom(): Pattern | undefined
  /** A part with the count of repetitions that stands behind it. */
  protected abstract repeated(part: Pattern): Pattern

  protected whole(): Pattern {
    const root = this.choice()
    if (this.at < this.codes.length) throw new PatternError('a parenthesis closes that was never opened')
    return root
  }

  protected get next(): string | undefined {
    return this.codes[this.at]
  }

  protected take(): string {
    const code = this.codes[this.at++]
    if (code === undefined) throw new PatternError('it ends too early')
    return code
  }

  protected takeIf(code: string): boolean {
    if (this.next !== code) return false
    this.at++
    return true
  }

  protected choice(): Pattern {
    return this.deeper(() => {
      const options = [this.#sequence()]
      while (this.takeIf('|')) options.push(this.#sequence())
      return options.length === 1 ? (options[0] as Pattern) : { type: 'choice', options }
    })
  }

  /** What may hold itself is read no deeper than the limit. */
  protected deeper<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw limitReached('groups within groups of a pattern', maxDepth)
    const found = read()
    this.#depth--
    return found
  }

  #sequence(): Pattern {
    const parts: Pattern[] = []
    for (let next = this.next; next !== undefined && next !== '|' && next !== ')'; next = this.next) {
      const part = this.atom()
      if (part !== undefined) parts.push(this.repeated(part))
    }
    return { type: 'sequence', parts }
  }
}
