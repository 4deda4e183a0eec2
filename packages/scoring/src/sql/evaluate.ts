import type { Named, NamedColumn } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { cast } from './cast.ts'
import { functions, type Setting } from './functions.ts'
import type { Expression } from './parse.ts'
import { SqlError } from './tokens.ts'
import { columnValue, type Computed } from './values.ts'

/** What an expression is for each of the rows. Throws an SqlError for what is not read of these kinds of columns. */
export const computed = (expression: Expression, rows: Named, setting: Setting): Computed => {
  switch (expression.kind) {
    case 'literal': {
      const { value, type } = expression
      return { type, at: () => value }
    }
    case 'column': {
      const value = columnValue(columnNamed(rows, expression.name, setting.model))
      if (value === undefined) throw new SqlError(`"${expression.name}" is a column of vectors or lists`)
      return value
    }
    case 'cast':
      return cast(computed(expression.of, rows, setting), expression.to, setting)
    case 'call': {
      const { name } = expression
      const made = Object.hasOwn(functions, name) ? functions[name] : undefined
      const args = expression.args.map((arg) => computed(arg, rows, setting))
      if (made !== undefined) return made(args, setting)
      if (args.length === 1 && castNames.has(name)) return cast(args[0] as Computed, name, setting)
      throw new SqlError(`the function ${name.slice(0, 40)} is not read`)
    }
  }
}

const castNames: ReadonlySet<string> = new Set(['int', 'bigint', 'float', 'double', 'string', 'boolean'])

/** The names of all functions that are read. */
export const isFunction = (name: string): boolean => Object.hasOwn(functions, name) || castNames.has(name)

/** Spark disregards the case of columns' names. */
export const columnNamed = (rows: Named, name: string, model: string): NamedColumn => {
  const lower = name.toLowerCase()
  const found = Array.from(rows.columns).filter(([own]) => own.toLowerCase() === lower)
  if (found.length > 1) throw new SqlError(`"${name}" may be more than one column`)
  if (found[0] === undefined) throw scoringError('input.column', { model, column: name })
  return found[0][1]
}
