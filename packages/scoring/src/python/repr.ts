import { ModelsmithError } from '@modelsmith/table'
import type { Limits } from '../limits.ts'
import { arrayOf } from '../numpy/array.ts'
import { scalarOf } from '../numpy/scalar.ts'
import { floatText } from '../data/labels.ts'
import type { Value } from '../pickle/graph.ts'
import { globalOf } from './names.ts'
import { instanceOf } from './instance.ts'
import { itemsOf, pairsOf } from './values.ts'

const mostItems = 8
const mostCharacters = 60
const deepest = 3

/** A value as Python's `repr` would begin to write it: long ones are cut, so that a parameter fits on a line; what is broken is `…`. */
export const reprOf = (value: Value, limits: Limits, depth = 0): string => {
  try {
    return written(value, limits, depth)
  } catch (error) {
    if (error instanceof ModelsmithError) return '…'
    throw error
  }
}

const written = (value: Value, limits: Limits, depth: number): string => {
  const scalar = scalarOf(value)
  if (scalar !== undefined) {
    if (scalar.type === 'none') return 'None'
    if (scalar.type === 'string') return quoted(scalar.value)
    if (typeof scalar.value === 'boolean') return scalar.value ? 'True' : 'False'
    return scalar.type === 'float' ? floatText(Number(scalar.value)) : String(scalar.value)
  }
  const name = globalOf(value)
  if (name !== undefined) return `${name.module}.${name.name}`
  const array = arrayOf(value, limits)
  if (array !== undefined) return `array of shape (${array.shape.join(', ')})`
  const items = itemsOf(value)
  if (items !== undefined) {
    const isTuple = typeof value === 'object' && value?.kind === 'tuple'
    return `${isTuple ? '(' : '['}${listed(items, limits, depth)}${isTuple ? ')' : ']'}`
  }
  const pairs = pairsOf(value)
  if (pairs !== undefined) {
    if (depth >= deepest) return '{…}'
    const shown = pairs
      .slice(0, mostItems)
      .map(([key, item]) => `${reprOf(key, limits, depth + 1)}: ${reprOf(item, limits, depth + 1)}`)
    return `{${[...shown, ...(pairs.length > mostItems ? ['…'] : [])].join(', ')}}`
  }
  const instance = instanceOf(value, limits)
  return instance === undefined ? '…' : `${instance.className}()`
}

const listed = (items: readonly Value[], limits: Limits, depth: number): string => {
  if (depth >= deepest && items.length > 0) return '…'
  const shown = items.slice(0, mostItems).map((item) => reprOf(item, limits, depth + 1))
  return [...shown, ...(items.length > mostItems ? ['…'] : [])].join(', ')
}

const quoted = (text: string): string =>
  `'${(text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text).replace(/['\\]/g, '\\$&')}'`
