import { limitReached } from '../limits.ts'
import { SqlError, type Token, tokensOf } from './tokens.ts'

/** What a statement makes of each row: columns, of the rows for which a condition is true. */
export type Selection = {
  readonly items: readonly SelectedItem[]
  readonly condition?: Expression
}
export type SelectedItem =
  | { readonly kind: 'all' }
  | { readonly kind: 'one'; readonly name: string; readonly expression: Expression }

/** An operator or function is a call by its name in small letters. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly type: LiteralType }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'cast'; readonly of: Expression; readonly to: string }
type LiteralType = 'text' | 'boolean' | 'null' | 'int' | 'bigint' | 'double' | 'decimal'

const maxLength = 100_000
const maxDepth = 100

/** Reads the part of Spark's SQL that makes columns of one row at a time: see docs/reference/spark-sql.md. */
export const parseSelection = (statement: string, sparkVersion: number): Selection => {
  if (statement.length > maxLength) throw limitReached('characters of a statement', maxLength)
  return new Parser(tokensOf(statement), sparkVersion).parse()
}

const comparisons: ReadonlySet<string> = new Set(['=', '==', '<>', '!=', '<', '<=', '>', '>=', '<=>'])
/** Words that end an expression, or that mean what is not read. */
const reserved: ReadonlySet<string> = new Set(
  `all and anti as between by case cast cross cube distinct else end except exists from full group having in inner intersect
  interval into is join lateral left like limit minus natural not null offset on or order outer over right rlike select semi
  set sort tablesample then union using values when where window with`.split(/\s+/),
)

class Parser {
  readonly #tokens: readonly Token[]
  readonly #version: number
  #at = 0
  #depth = 0
  #table: readonly string[] = ['__this__']

  constructor(tokens: readonly Token[], version: number) {
    this.#tokens = tokens
    this.#version = version
  }

  parse(): Selection {
    this.#expect('select')
    // The table's other name, by which columns may be called, stands behind them.
    const from = this.#tokens.findIndex((token) => token.kind === 'word' && token.text.toLowerCase() === 'from')
    const start = this.#at
    if (from >= 0) {
      this.#at = from + 1
      this.#readTable()
    }
    const behind = this.#at
    this.#at = start
    const items = [this.#item()]
    while (this.#take(',')) items.push(this.#item())
    if (this.#at !== from) throw this.#unexpected()
    this.#at = behind
    const condition = this.#take('where') ? this.#expression() : undefined
    if (this.#next.kind !== 'end') throw this.#unexpected()
    return { items, ...(condition === undefined ? {} : { condition }) }
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead]
    return (token?.kind === 'word' || token?.kind === 'symbol') && token.text.toLowerCase() === text
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false
    this.#at++
    return true
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(text.toUpperCase())
  }

  #unexpected(expected?: string): SqlError {
    const found = this.#next.kind === 'end' ? 'its end' : `"${this.#next.text.slice(0, 40)}"`
    return new SqlError(
      expected === undefined ? `${found} is not read here` : `${found} stands where ${expected} should`,
    )
  }

  #readTable(): void {
    if (this.#next.text !== '__THIS__') throw new SqlError('it selects from something else than __THIS__')
    this.#at++
    const alias = this.#alias()
    if (alias !== undefined) this.#table = [alias.toLowerCase()]
  }

  #alias(): string | undefined {
    if (this.#take('as')) return this.#name()
    const { kind, text } = this.#next
    return kind === 'quoted' || (kind === 'word' && !reserved.has(text.toLowerCase())) ? this.#name() : undefined
  }

  #name(): string {
    const { kind, text } = this.#next
    if (kind !== 'quoted' && (kind !== 'word' || reserved.has(text.toLowerCase()))) throw this.#unexpected('a name')
    this.#at++
    return kind === 'quoted' ? text.slice(1, -1).replaceAll('``', '`') : text
  }

  #item(): SelectedItem {
    if (this.#take('*')) return { kind: 'all' }
    const expression = this.#expression()
    if (expression.kind === 'column' && expression.name === '*') return { kind: 'all' }
    const name = this.#alias() ?? (expression.kind === 'column' ? expression.name : undefined)
    // Versions of Spark make up different names.
    if (name === undefined) throw new SqlError('a column that is computed has no name')
    return { kind: 'one', name, expression }
  }

  #expression(): Expression {
    if (++this.#depth > maxDepth) throw limitReached('expressions within expressions', maxDepth)
    let left = this.#conjunction()
    while (this.#take('or')) left = call('or', left, this.#conjunction())
    this.#depth--
    return left
  }

  #conjunction(): Expression {
    let left = this.#negation()
    while (this.#take('and')) left = call('and', left, this.#negation())
    return left
  }

  #negation(): Expression {
    let negations = 0
    while (this.#take('not')) negations++
    const of = this.#predicate()
    return negations % 2 === 1 ? call('not', of) : of
  }

  #predicate(): Expression {
    const left = this.#comparison()
    if (this.#take('is')) {
      const isNegated = this.#take('not')
      this.#expect('null')
      return call(isNegated ? 'isnotnull' : 'isnull', left)
    }
    const isNegated = this.#take('not')
    const made = this.#membership(left)
    if (made === undefined) {
      if (isNegated) throw this.#unexpected()
      return left
    }
    return isNegated ? call('not', made) : made
  }

  #membership(left: Expression): Expression | undefined {
    if (this.#take('between')) {
      const low = this.#comparison()
      this.#expect('and')
      return call('and', call('>=', left, low), call('<=', left, this.#comparison()))
    }
    if (this.#take('in')) {
      this.#expect('(')
      return call('in', left, ...this.#list())
    }
    return this.#take('like') ? call('like', left, this.#comparison()) : undefined
  }

  /** What stands up to a closing parenthesis, commas between. */
  #list(): readonly Expression[] {
    if (this.#take(')')) return []
    const list = [this.#expression()]
    while (this.#take(',')) list.push(this.#expression())
    this.#expect(')')
    return list
  }

  #comparison(): Expression {
    let left = this.#sum()
    while (this.#next.kind === 'symbol' && comparisons.has(this.#next.text)) {
      const operator = this.#next.text
      this.#at++
      left = call(operator, left, this.#sum())
    }
    return left
  }

  #sum(): Expression {
    let left = this.#product()
    while (this.#is('+') || this.#is('-') || this.#is('||')) {
      const operator = this.#next.text
      this.#at++
      left = call(operator, left, this.#product())
    }
    return left
  }

  #product(): Expression {
    let left = this.#signed()
    while (this.#is('*') || this.#is('/') || this.#is('%')) {
      const operator = this.#next.text
      this.#at++
      left = call(operator, left, this.#signed())
    }
    return left
  }

  #signed(): Expression {
    let minuses = 0
    while (this.#is('-') || this.#is('+')) {
      if (this.#is('-')) minuses++
      this.#at++
    }
    const of = this.#primary()
    return minuses % 2 === 1 ? call('negative', of) : of
  }

  #primary(): Expression {
    const { kind, text } = this.#next
    switch (kind) {
      case 'number':
        this.#at++
        return this.#number(text)
      case 'text':
        this.#at++
        return { kind: 'literal', value: text.slice(1, -1), type: 'text' }
      case 'symbol': {
        this.#expect('(')
        const inner = this.#expression()
        this.#expect(')')
        return inner
      }
      case 'quoted':
        return this.#column()
      case 'word':
        return this.#word(text.toLowerCase())
      default:
        throw this.#unexpected()
    }
  }

  #word(word: string): Expression {
    switch (word) {
      case 'null':
        this.#at++
        return { kind: 'literal', value: null, type: 'null' }
      case 'true':
      case 'false':
        this.#at++
        return { kind: 'literal', value: word === 'true', type: 'boolean' }
      case 'case':
        this.#at++
        return this.#cases()
      case 'cast': {
        this.#at++
        this.#expect('(')
        const of = this.#expression()
        this.#expect('as')
        const to = this.#name().toLowerCase()
        this.#expect(')')
        return { kind: 'cast', of, to }
      }
      default:
        if (!this.#is('(', 1)) return this.#column()
        if (reserved.has(word)) throw this.#unexpected()
        this.#at += 2
        return call(word, ...this.#list())
    }
  }

  #column(): Expression {
    const name = this.#name()
    if (!this.#is('.')) return { kind: 'column', name }
    if (!this.#table.includes(name.toLowerCase())) throw new SqlError(`"${name}." is not read`)
    this.#at++
    if (this.#take('*')) return { kind: 'column', name: '*' }
    return { kind: 'column', name: this.#name() }
  }

  /** Conditions and values by turns, and what else there is. */
  #cases(): Expression {
    const subject = this.#is('when') ? undefined : this.#expression()
    const args: Expression[] = []
    while (this.#take('when')) {
      const condition = this.#expression()
      this.#expect('then')
      args.push(subject === undefined ? condition : call('=', subject, condition), this.#expression())
    }
    if (args.length === 0) throw this.#unexpected('WHEN')
    if (this.#take('else')) args.push(this.#expression())
    this.#expect('end')
    return call('case', ...args)
  }

  #number(text: string): Expression {
    const [, digits = '', suffix = ''] = /^([\d.]+(?:[eE][+-]?\d+)?)(.*)$/.exec(text) ?? []
    const value = Number(digits)
    const isWhole = /^\d+$/.test(digits)
    const literal = (type: LiteralType): Expression => ({ kind: 'literal', value, type })
    switch (suffix.toLowerCase()) {
      case 'd':
        return literal('double')
      case 'l':
        if (isWhole && Number.isSafeInteger(value)) return literal('bigint')
        break
      case '':
        if (isWhole && Number.isSafeInteger(value)) return literal(value < 2 ** 31 ? 'int' : 'bigint')
        // An exponent made a decimal number until Spark 3.
        if (/e/i.test(digits) && this.#version >= 3) return literal('double')
        if (!isWhole && digits.replace('.', '').length <= 15 && !/e/i.test(digits)) return literal('decimal')
    }
    throw new SqlError(`the number ${text.slice(0, 40)} is not read`)
  }
}

const call = (name: string, ...args: readonly Expression[]): Expression => ({ kind: 'call', name, args })
