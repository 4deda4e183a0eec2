import { scoringError } from '../errors.ts'
import { javaLowerCase } from '../text/java-lower-case.ts'
import { javaNumber } from '../text/java-number.ts'
import { SqlError } from './tokens.ts'
import { commonTypeOf, compared, type Computed, isNumeric, type Value, type ValueType, widened } from './values.ts'

export type Setting = {
  /** Its name in messages. */
  readonly model: string
  /** As of Spark 4: what cannot be computed is an error, not null. */
  readonly isAnsi: boolean
}

type Make = (args: readonly Computed[], setting: Setting) => Computed
type Known = Exclude<Value, null>

const wrongTypes = (name: string, args: readonly Computed[]): SqlError =>
  new SqlError(`${name} of ${args.map(({ type }) => type).join(' and ') || 'nothing'} is not read`)

/** Null where any argument is. */
const ofKnown =
  (type: ValueType, args: readonly Computed[], map: (values: readonly Known[]) => Value): Computed['at'] & object =>
  (row) => {
    const values: Known[] = []
    for (const { at } of args) {
      const value = at(row)
      if (value === null) return null
      values.push(value)
    }
    const result = map(values)
    return type === 'float' && typeof result === 'number' ? Math.fround(result) : result
  }

const exactly = (name: string, args: readonly Computed[], counts: readonly number[]): void => {
  if (!counts.includes(args.length)) throw new SqlError(`${name} of ${args.length} is not read`)
}

const isNumber = ({ type }: Computed): boolean => isNumeric(type) || type === 'null'

/** A function of doubles, of which other numbers become such. */
const ofDoubles =
  (name: string, count: number, map: (...values: readonly number[]) => number | null): Make =>
  (args) => {
    exactly(name, args, [count])
    if (!args.every(isNumber)) throw wrongTypes(name, args)
    return { type: 'double', at: ofKnown('double', args, (values) => map(...(values as number[]))) }
  }

const arithmetic =
  (name: string, map: (a: number, b: number) => number): Make =>
  (args, setting) => {
    if (!args.every(isNumber)) throw wrongTypes(name, args)
    const common = commonTypeOf(name, args)
    const type = common === 'null' ? 'double' : common
    if (type === 'decimal') throw new SqlError('arithmetic of decimal numbers is not read; write 0.5D instead of 0.5')
    const widenedArgs = args.map((arg): Computed => ({ type, at: widened(arg, type) }))
    const limit = type === 'int' ? 2 ** 31 : type === 'bigint' ? 2 ** 53 : Infinity
    return {
      type,
      at: ofKnown(type, widenedArgs, ([a, b]) => {
        const value = map(a as number, b as number)
        if (limit < Infinity && !(value >= -limit && value < limit))
          throw scoringError('input.result', {
            model: setting.model,
            operation: name,
            reason: `${value} is no ${type}`,
          })
        return limit < Infinity ? value + 0 : value
      }),
    }
  }

/** By zero the result is null, or an error as of Spark 4. */
const divided = (b: number, { isAnsi, model }: Setting, value: number): number | null => {
  if (b !== 0) return value
  if (isAnsi) throw scoringError('input.result', { model, operation: 'a division', reason: 'the divisor is zero' })
  return null
}

const quotient: Make = (args, setting) => {
  if (!args.every(isNumber)) throw wrongTypes('/', args)
  const common = commonTypeOf('/', args)
  if (common === 'decimal') throw new SqlError('arithmetic of decimal numbers is not read; write 0.5D instead of 0.5')
  return {
    type: 'double',
    at: ofKnown('double', args, (values) => {
      const [a, b] = values as [number, number]
      return divided(b, setting, a / b)
    }),
  }
}

const remainder: Make = (args, setting) => {
  if (!args.every(isNumber)) throw wrongTypes('%', args)
  const common = commonTypeOf('%', args)
  const type = common === 'null' ? 'double' : common
  if (type === 'decimal') throw new SqlError('arithmetic of decimal numbers is not read; write 0.5D instead of 0.5')
  const widenedArgs = args.map((arg): Computed => ({ type, at: widened(arg, type) }))
  return {
    type,
    at: ofKnown(type, widenedArgs, (values) => {
      const [a, b] = values as [number, number]
      return divided(b, setting, type === 'double' || type === 'float' ? a % b : (a % b) + 0)
    }),
  }
}

const comparison =
  (name: string, holds: (order: number) => boolean): Make =>
  (args) => {
    const type = commonTypeOf(name, args)
    const [a, b] = args.map((arg): Computed => ({ type, at: widened(arg, type) }))
    return {
      type: 'boolean',
      at: ofKnown('boolean', [a as Computed, b as Computed], ([left, right]) =>
        holds(compared(left as Known, right as Known)),
      ),
    }
  }

const sameOrBothNull: Make = (args) => {
  const type = commonTypeOf('<=>', args)
  const [a, b] = args.map((arg) => widened(arg, type)) as [Computed['at'], Computed['at']]
  return {
    type: 'boolean',
    at: (row) => {
      const [left, right] = [a(row), b(row)]
      return left === null || right === null ? left === right : compared(left, right) === 0
    },
  }
}

const truths = (name: string, args: readonly Computed[]): void => {
  if (!args.every(({ type }) => type === 'boolean' || type === 'null')) throw wrongTypes(name, args)
}

/** Of three truth values, one of which decides by itself. */
const joined =
  (name: string, decides: boolean): Make =>
  (args) => {
    truths(name, args)
    const [a, b] = args as readonly [Computed, Computed]
    return {
      type: 'boolean',
      at: (row) => {
        const left = a.at(row)
        if (left === decides) return decides
        const right = b.at(row)
        if (right === decides) return decides
        return left === null || right === null ? null : !decides
      },
    }
  }

/** The first of some values that are of one type then. */
const chosen = (
  name: string,
  args: readonly Computed[],
  choose: (values: readonly Computed['at'][]) => Computed['at'],
) => {
  const type = commonTypeOf(name, args)
  return { type, at: choose(args.map((arg) => widened(arg, type))) }
}

const cases: Make = (args) => {
  const conditions = args.filter((_, at) => at % 2 === 0 && at < args.length - 1)
  truths('CASE', conditions)
  const values = args.filter((_, at) => at % 2 === 1 || at === args.length - 1)
  return chosen('CASE', values, (ats) => (row) => {
    const at = conditions.findIndex((condition) => condition.at(row) === true)
    if (at >= 0) return (ats[at] as Computed['at'])(row)
    return ats.length > conditions.length ? (ats[conditions.length] as Computed['at'])(row) : null
  })
}

const coalesce: Make = (args) => {
  if (args.length === 0) throw wrongTypes('coalesce', args)
  return chosen('coalesce', args, (ats) => (row) => {
    for (const at of ats) {
      const value = at(row)
      if (value !== null) return value
    }
    return null
  })
}

const extreme =
  (name: string, sign: number): Make =>
  (args) => {
    if (args.length < 2) throw wrongTypes(name, args)
    return chosen(name, args, (ats) => (row) => {
      let best: Value = null
      for (const at of ats) {
        const value = at(row)
        if (value !== null && (best === null || compared(value, best) * sign > 0)) best = value
      }
      return best
    })
  }

const member: Make = (args) => {
  if (args.length < 2) throw wrongTypes('IN', args)
  const type = commonTypeOf('IN', args)
  const [subject, ...list] = args.map((arg) => widened(arg, type)) as [Computed['at'], ...Computed['at'][]]
  return {
    type: 'boolean',
    at: (row) => {
      const value = subject(row)
      if (value === null) return null
      const others = list.map((at) => at(row))
      if (others.some((other) => other !== null && compared(value, other) === 0)) return true
      return others.includes(null) ? null : false
    },
  }
}

const texts = (name: string, args: readonly Computed[]): void => {
  if (!args.every(({ type }) => type === 'text' || type === 'null')) throw wrongTypes(name, args)
}

const ofText =
  (name: string, type: ValueType, map: (text: string) => Value): Make =>
  (args) => {
    exactly(name, args, [1])
    texts(name, args)
    return { type, at: ofKnown(type, args, ([text]) => map(text as string)) }
  }

const concat: Make = (args) => {
  const written = args.map((arg): Computed => {
    const { type, at } = arg
    if (type === 'text' || type === 'null') return arg
    if (type === 'decimal') throw wrongTypes('concat', args)
    return {
      type: 'text',
      at: (row) => {
        const value = at(row)
        return value === null ? null : javaNumber(Number(value), type)
      },
    }
  })
  return { type: 'text', at: ofKnown('text', written, (values) => values.join('')) }
}

/** Characters from a place on that is counted from 1, or from the end where it is below zero. */
const substring: Make = (args) => {
  exactly('substring', args, [2, 3])
  const [text, ...places] = args as [Computed, ...Computed[]]
  texts('substring', [text])
  if (!places.every(({ type }) => type === 'int' || type === 'null')) throw wrongTypes('substring', args)
  return {
    type: 'text',
    at: ofKnown('text', args, (values) => {
      const [of, place, count = Infinity] = values as [string, number, number | undefined]
      const characters = Array.from(of)
      const start = place > 0 ? place - 1 : place < 0 ? characters.length + place : 0
      return characters.slice(Math.max(0, start), Math.max(0, start + count)).join('')
    }),
  }
}

const replace: Make = (args) => {
  exactly('replace', args, [2, 3])
  texts('replace', args)
  return {
    type: 'text',
    at: ofKnown('text', args, (values) => {
      const [of, sought, by = ''] = values as [string, string, string | undefined]
      return sought === '' ? of : of.replaceAll(sought, () => by)
    }),
  }
}

/** `%` is any text, `_` any character. */
const like: Make = (args) => {
  texts('LIKE', args)
  return {
    type: 'boolean',
    at: ofKnown('boolean', args, (values) => {
      const [text, pattern] = values as [string, string]
      if (pattern.includes('\\')) throw new SqlError('LIKE with an escape is not read')
      return isLike(Array.from(text), Array.from(pattern))
    }),
  }
}

const isLike = (text: readonly string[], pattern: readonly string[]): boolean => {
  let [at, to, mark, kept] = [0, 0, -1, 0]
  while (at < text.length)
    if (to < pattern.length && pattern[to] === '%') {
      mark = to++
      kept = at
    } else if (to < pattern.length && (pattern[to] === '_' || pattern[to] === text[at])) {
      at++
      to++
    } else if (mark >= 0) {
      to = mark + 1
      at = ++kept
    } else return false
  return pattern.slice(to).every((character) => character === '%')
}

const isNullOr =
  (isNegated: boolean): Make =>
  (args) => {
    exactly('IS NULL', args, [1])
    const [of] = args as readonly [Computed]
    return { type: 'boolean', at: (row) => (of.at(row) === null) !== isNegated }
  }

const positive =
  (map: (x: number) => number, above = 0) =>
  (x: number | undefined) =>
    (x as number) <= above ? null : map(x as number)
const plain = (map: (x: number) => number) => (x: number | undefined) => map(x as number)

const logarithm: Make = (args, setting) =>
  args.length === 2
    ? ofDoubles('log', 2, (base = 0, x = 0) => (base <= 0 || x <= 0 ? null : Math.log(x) / Math.log(base)))(
        args,
        setting,
      )
    : ofDoubles('log', 1, positive(Math.log))(args, setting)

const toWhole =
  (name: string, map: (x: number) => number): Make =>
  (args) => {
    exactly(name, args, [1])
    const [of] = args as readonly [Computed]
    if (!isNumber(of) || of.type === 'decimal') throw wrongTypes(name, args)
    return {
      type: 'bigint',
      at: ofKnown('bigint', args, ([x]) => {
        const value = map(x as number) + 0
        return Number.isNaN(value) ? 0 : Math.max(-(2 ** 63), Math.min(2 ** 63, value))
      }),
    }
  }

/** Keeps the type of a number. */
const ofNumber =
  (name: string, map: (x: number) => number): Make =>
  (args) => {
    exactly(name, args, [1])
    const [of] = args as readonly [Computed]
    if (!isNumber(of)) throw wrongTypes(name, args)
    const type = of.type === 'null' ? 'double' : of.type
    const isWhole = type === 'int' || type === 'bigint'
    return { type, at: ofKnown(type, args, ([x]) => (isWhole ? map(x as number) + 0 : map(x as number))) }
  }

/** Half is rounded away from zero, of the shortest decimal number that tells the double from its neighbours. */
const round: Make = (args) => {
  exactly('round', args, [1, 2])
  const [of, places] = args as readonly [Computed, Computed | undefined]
  if (!(of.type === 'double' || of.type === 'int') || (places !== undefined && places.type !== 'int'))
    throw wrongTypes('round', args)
  return {
    type: of.type,
    at: ofKnown(of.type, args, ([x, count = 0]) => rounded(x as number, count as number)),
  }
}

const rounded = (x: number, places: number): number => {
  if (!Number.isFinite(x)) return x
  const [mantissa, exponent] = Math.abs(x).toExponential().split('e') as [string, string]
  const digits = mantissa.replace('.', '')
  const kept = Number(exponent) + places + 1
  if (kept >= digits.length) return x
  if (kept < 0) return 0
  const whole = BigInt(digits.slice(0, kept) || '0') + ((digits[kept] as string) >= '5' ? 1n : 0n)
  return Math.sign(x) * Number(`${whole}e${-places}`)
}

const nullIf: Make = (args) => {
  exactly('nullif', args, [2])
  const same = comparison('nullif', (order) => order === 0)(args, { model: '', isAnsi: false })
  const [of] = args as readonly [Computed]
  return { type: of.type, at: (row) => (same.at(row) === true ? null : of.at(row)) }
}

const isNan: Make = (args) => {
  exactly('isnan', args, [1])
  const [of] = args as readonly [Computed]
  if (!isNumber(of)) throw wrongTypes('isnan', args)
  return { type: 'boolean', at: (row) => Number.isNaN(of.at(row)) }
}

const notOf: Make = (args) => {
  truths('NOT', args)
  return { type: 'boolean', at: ofKnown('boolean', args, ([value]) => value === false) }
}

const ifOf: Make = (args, setting) => {
  exactly('if', args, [3])
  return cases(args, setting)
}

/** Operators and functions by name: what each makes of its arguments. */
export const functions: Readonly<Record<string, Make>> = {
  '+': arithmetic('+', (a, b) => a + b),
  '-': arithmetic('-', (a, b) => a - b),
  '*': arithmetic('*', (a, b) => a * b),
  '/': quotient,
  '%': remainder,
  mod: remainder,
  negative: ofNumber('-', (x) => -x),
  '=': comparison('=', (order) => order === 0),
  '==': comparison('==', (order) => order === 0),
  '<>': comparison('<>', (order) => order !== 0),
  '!=': comparison('!=', (order) => order !== 0),
  '<': comparison('<', (order) => order < 0),
  '<=': comparison('<=', (order) => order <= 0),
  '>': comparison('>', (order) => order > 0),
  '>=': comparison('>=', (order) => order >= 0),
  '<=>': sameOrBothNull,
  and: joined('AND', false),
  or: joined('OR', true),
  not: notOf,
  case: cases,
  if: ifOf,
  in: member,
  like,
  coalesce,
  ifnull: coalesce,
  nvl: coalesce,
  nullif: nullIf,
  isnull: isNullOr(false),
  isnotnull: isNullOr(true),
  isnan: isNan,
  greatest: extreme('greatest', 1),
  least: extreme('least', -1),
  log: logarithm,
  ln: ofDoubles('ln', 1, positive(Math.log)),
  log10: ofDoubles('log10', 1, positive(Math.log10)),
  log2: ofDoubles(
    'log2',
    1,
    positive((x) => Math.log(x) / Math.LN2),
  ),
  log1p: ofDoubles('log1p', 1, positive(Math.log1p, -1)),
  exp: ofDoubles('exp', 1, plain(Math.exp)),
  expm1: ofDoubles('expm1', 1, plain(Math.expm1)),
  sqrt: ofDoubles('sqrt', 1, plain(Math.sqrt)),
  cbrt: ofDoubles('cbrt', 1, plain(Math.cbrt)),
  pow: ofDoubles('pow', 2, (x = 0, y = 0) => x ** y),
  power: ofDoubles('power', 2, (x = 0, y = 0) => x ** y),
  sin: ofDoubles('sin', 1, plain(Math.sin)),
  cos: ofDoubles('cos', 1, plain(Math.cos)),
  tan: ofDoubles('tan', 1, plain(Math.tan)),
  asin: ofDoubles('asin', 1, plain(Math.asin)),
  acos: ofDoubles('acos', 1, plain(Math.acos)),
  atan: ofDoubles('atan', 1, plain(Math.atan)),
  atan2: ofDoubles('atan2', 2, (y = 0, x = 0) => Math.atan2(y, x)),
  sinh: ofDoubles('sinh', 1, plain(Math.sinh)),
  cosh: ofDoubles('cosh', 1, plain(Math.cosh)),
  tanh: ofDoubles('tanh', 1, plain(Math.tanh)),
  signum: ofDoubles('signum', 1, plain(Math.sign)),
  sign: ofDoubles('sign', 1, plain(Math.sign)),
  degrees: ofDoubles(
    'degrees',
    1,
    plain((x) => x * (180 / Math.PI)),
  ),
  radians: ofDoubles(
    'radians',
    1,
    plain((x) => x * (Math.PI / 180)),
  ),
  round,
  abs: ofNumber('abs', Math.abs),
  floor: toWhole('floor', Math.floor),
  ceil: toWhole('ceil', Math.ceil),
  ceiling: toWhole('ceiling', Math.ceil),
  lower: ofText('lower', 'text', javaLowerCase),
  lcase: ofText('lcase', 'text', javaLowerCase),
  upper: ofText('upper', 'text', (text) => text.toUpperCase()),
  ucase: ofText('ucase', 'text', (text) => text.toUpperCase()),
  trim: ofText('trim', 'text', (text) => text.replaceAll(/^ +| +$/g, '')),
  ltrim: ofText('ltrim', 'text', (text) => text.replace(/^ +/, '')),
  rtrim: ofText('rtrim', 'text', (text) => text.replace(/ +$/, '')),
  substring,
  substr: substring,
  replace,
  length: ofText('length', 'int', (text) => Array.from(text).length),
  char_length: ofText('char_length', 'int', (text) => Array.from(text).length),
  concat,
  '||': concat,
}
