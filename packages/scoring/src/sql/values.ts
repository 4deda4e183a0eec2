import type { Named, NamedColumn } from '../data/named.ts'
import { SqlError } from './tokens.ts'

/** What one cell of a result is; null is SQL's. */
export type Value = string | number | boolean | null

/** `null` is the type of what is always null. A decimal number is one that was written so, or chosen among such. */
export type ValueType = 'text' | 'boolean' | 'null' | NumericType
export type NumericType = 'int' | 'bigint' | 'float' | 'double' | 'decimal'

/** What an expression is for each row. */
export type Computed = { readonly type: ValueType; readonly at: (row: number) => Value }

const numericTypes: ReadonlySet<string> = new Set(['int', 'bigint', 'float', 'double', 'decimal'])
export const isNumeric = (type: ValueType): type is NumericType => numericTypes.has(type)

/** The type that both become; undefined where Spark would make texts of numbers, or where there is none. */
const commonType = (left: ValueType, right: ValueType): ValueType | undefined => {
  if (left === right || right === 'null') return left
  if (left === 'null') return right
  if (!isNumeric(left) || !isNumeric(right)) return undefined
  const pair = [left, right]
  if (pair.includes('double')) return 'double'
  if (pair.includes('float')) return pair.includes('decimal') ? 'double' : 'float'
  return pair.includes('decimal') ? 'decimal' : 'bigint'
}

export const commonTypeOf = (name: string, args: readonly Computed[]): ValueType =>
  args.reduce((type: ValueType, arg) => {
    const common = commonType(type, arg.type)
    if (common === undefined) throw new SqlError(`${name} of ${type} and ${arg.type} is not read`)
    return common
  }, 'null')

/** A number as another type of number has it. */
export const widened = ({ type, at }: Computed, to: ValueType): Computed['at'] => {
  if (to !== 'float' || type === 'float' || !isNumeric(type)) return at
  return (row) => {
    const value = at(row)
    return typeof value === 'number' ? Math.fround(value) : value
  }
}

/** Spark compares doubles so that NaN equals itself and is above all; texts by their code points. */
export const compared = (left: Value, right: Value): number => {
  if (typeof left === 'string' && typeof right === 'string') return comparedTexts(left, right)
  const [a, b] = [Number(left), Number(right)]
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0
  if (Number.isNaN(a)) return 1
  return Number.isNaN(b) || a < b ? -1 : 1
}

const comparedTexts = (left: string, right: string): number => {
  const [a, b] = [Array.from(left), Array.from(right)]
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const distance = ((a[i] as string).codePointAt(0) as number) - ((b[i] as string).codePointAt(0) as number)
    if (distance !== 0) return distance
  }
  return a.length - b.length
}

/** A column of the rows as an expression; undefined where it is of a kind that cannot be computed with. */
export const columnValue = (column: NamedColumn): Computed | undefined => {
  switch (column.kind) {
    case 'texts':
      return { type: 'text', at: (row) => column.values[row] ?? null }
    case 'numbers': {
      const { values, isNull, type = 'double' } = column
      if (type === 'boolean') return { type, at: (row) => (isNull?.[row] === 1 ? null : (values[row] as number) !== 0) }
      return { type, at: (row) => (isNull?.[row] === 1 ? null : (values[row] as number)) }
    }
    default:
      return undefined
  }
}

/** An expression as a column of so many rows. */
export const asColumn = ({ type, at }: Computed, { rows }: Named): NamedColumn => {
  const cells = Array.from({ length: rows }, (_, row) => at(row))
  if (type === 'text' || type === 'null') return { kind: 'texts', values: cells as (string | null)[] }
  const isNull = Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0))
  return {
    kind: 'numbers',
    values: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
    ...(isNull.includes(1) ? { isNull } : {}),
    type: type === 'decimal' ? 'double' : type,
  }
}
