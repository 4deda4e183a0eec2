import { scoringError } from '../errors.ts'
import { javaNumber } from '../text/java-number.ts'
import type { Setting } from './functions.ts'
import { SqlError } from './tokens.ts'
import { type Computed, isNumeric, type Value } from './values.ts'

const types: Readonly<Record<string, 'int' | 'bigint' | 'float' | 'double' | 'boolean' | 'text'>> = {
  int: 'int',
  integer: 'int',
  bigint: 'bigint',
  long: 'bigint',
  float: 'float',
  real: 'float',
  double: 'double',
  boolean: 'boolean',
  string: 'text',
}

/** Spark's CAST, of those pairs of types that all versions cast alike. */
export const cast = (of: Computed, name: string, setting: Setting): Computed => {
  const to = Object.hasOwn(types, name) ? types[name] : undefined
  const refused = () => new SqlError(`CAST of ${of.type} as ${name.slice(0, 40)} is not read`)
  if (to === undefined) throw refused()
  if (of.type === to || of.type === 'null') return { ...of, type: to }
  const known = (map: (value: Exclude<Value, null>) => Value): Computed => ({
    type: to,
    at: (row) => {
      const value = of.at(row)
      return value === null ? null : map(value)
    },
  })
  const { type } = of
  if (to === 'text') {
    if (type === 'boolean') return known(String)
    if (!isNumeric(type) || type === 'decimal') throw refused()
    return known((value) => javaNumber(value as number, type))
  }
  if (type === 'text') {
    if (to !== 'double') throw refused()
    return known((value) => parsedDouble(value as string, setting))
  }
  switch (to) {
    case 'boolean':
      return known((value) => value !== 0)
    case 'double':
      return known(Number)
    case 'float':
      return known((value) => Math.fround(Number(value)))
    case 'int':
      return known((value) => whole(Number(value), 31, type === 'bigint', setting))
    case 'bigint':
      return known((value) => whole(Number(value), 63, false, setting))
  }
}

/** A fraction is cut off, what is too large becomes the largest, NaN becomes zero; larger integers lose their high bits. */
const whole = (value: number, bits: number, isInteger: boolean, { isAnsi, model }: Setting): number => {
  const cut = Math.trunc(value) + 0
  const limit = 2 ** bits
  if (cut >= -limit && cut < limit) return cut
  if (isAnsi) throw scoringError('input.result', { model, operation: 'CAST', reason: `${value} does not fit` })
  if (Number.isNaN(value)) return 0
  if (isInteger) return Number(BigInt.asIntN(32, BigInt(cut)))
  return cut < 0 ? -limit : limit - (bits < 53 ? 1 : 0)
}

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Other writings of numbers are refused, because versions of Spark read them differently. */
const parsedDouble = (text: string, { isAnsi, model }: Setting): number | null => {
  // oxlint-disable-next-line no-control-regex -- Java's trim takes all of these off.
  const trimmed = text.replaceAll(/^[\0- ]+|[\0- ]+$/g, '')
  if (plainNumber.test(trimmed)) return Number(trimmed)
  if (isAnsi || /^[+-]?(?:[\d.]+(?:e[+-]?\d+)?[fd]|inf(?:inity)?|nan|0x.*)$/i.test(trimmed))
    throw scoringError('input.result', {
      model,
      operation: 'CAST',
      reason: `"${text.slice(0, 60)}" is no plain number`,
    })
  return null
}
