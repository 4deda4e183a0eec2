import type { CountRange } from './data-types.ts'
import { DataType, type InputRule, type OutputRule } from './schema.ts'

export type DataTypesRule = Extract<InputRule, { field: 'data_types' }>
export type ColumnCountRule = Extract<InputRule, { field: 'number_of_columns' }>

const allDataTypes: readonly DataType[] = DataType.enum

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T])

export const breaksDataTypes = (rule: DataTypesRule, types: ReadonlySet<DataType>): boolean => {
  const named = new Set(listOf(rule.value))
  const inside = [...types].every((type) => named.has(type))
  const equal = inside && types.size === named.size
  switch (rule.condition) {
    case 'EQUALS':
      return !equal
    case 'NOT_EQUALS':
      return equal
    case 'IN':
      return !inside
    case 'NOT_IN':
      return [...types].some((type) => named.has(type))
  }
}

/** Every type that may occur under all of these rules. */
export const possibleTypes = (rules: readonly DataTypesRule[]): ReadonlySet<DataType> =>
  new Set(
    allDataTypes.filter((type) =>
      rules.every(({ condition, value }) => {
        const named = listOf(value).includes(type)
        return condition === 'NOT_EQUALS' || named === (condition !== 'NOT_IN')
      }),
    ),
  )

const holds = (rule: ColumnCountRule, count: number): boolean => {
  const named = listOf(rule.value)
  switch (rule.condition) {
    case 'EQUALS':
    case 'IN':
      return named.includes(count)
    case 'NOT_EQUALS':
    case 'NOT_IN':
      return !named.includes(count)
    case 'GREATER_THAN':
      return named.every((limit) => count > limit)
    case 'LESS_THAN':
      return named.every((limit) => count < limit)
    case 'NOT_GREATER_THAN':
      return named.every((limit) => count <= limit)
    case 'NOT_LESS_THAN':
      return named.every((limit) => count >= limit)
  }
}

/** Counts at which a rule may change its mind, within the range: whether all rules can hold is decided at one of them. */
const turningPoints = (rules: readonly ColumnCountRule[], { min, max }: CountRange): number[] =>
  [
    min,
    ...(max === undefined ? [] : [max]),
    ...rules.flatMap(({ value }) => listOf(value).flatMap((n) => [n - 1, n, n + 1])),
  ]
    .filter((count) => count >= min && (max === undefined || count <= max))
    .toSorted((a, b) => a - b)

/** Whether some number of columns in the range obeys all of the rules. */
export const satisfiableCount = (rules: readonly ColumnCountRule[], range: CountRange): boolean =>
  turningPoints(rules, range).some((count) => rules.every((rule) => holds(rule, count)))

/** The narrowest range that holds every allowed number of columns. */
export const countRangeOf = (rules: readonly ColumnCountRule[]): CountRange => {
  const everything: CountRange = { min: 1, max: undefined }
  const allowed = turningPoints(rules, everything).filter((count) => rules.every((rule) => holds(rule, count)))
  const largest = Math.max(1, ...rules.flatMap(({ value }) => listOf(value))) + 2
  const endless = rules.every((rule) => holds(rule, largest))
  return { min: allowed[0] ?? 1, max: endless ? undefined : allowed.at(-1) }
}

type Rule = InputRule | OutputRule

export const dataTypesRules = (rules: readonly Rule[]): DataTypesRule[] =>
  rules.filter((rule) => rule.field === 'data_types')
export const countRules = (rules: readonly Rule[]): ColumnCountRule[] =>
  rules.filter((rule) => rule.field === 'number_of_columns')

/** The fields whose rules no table at all could obey together. */
export const contradictions = (rules: readonly Rule[]): Rule['field'][] => {
  const values = (field: Rule['field']) =>
    new Set(rules.filter((rule) => rule.field === field).map(({ value }) => value))
  return [
    ...(typesCanHold(dataTypesRules(rules)) ? [] : (['data_types'] as const)),
    ...(satisfiableCount(countRules(rules), { min: 1, max: undefined }) ? [] : (['number_of_columns'] as const)),
    ...(values('sparse').size > 1 ? (['sparse'] as const) : []),
    ...(values('contains_missing').size > 1 ? (['contains_missing'] as const) : []),
  ]
}

/** Whether some set of types obeys all rules: one that is asked for exactly, else all that are allowed, or one less. */
const typesCanHold = (rules: readonly DataTypesRule[]): boolean => {
  const exact = rules.filter(({ condition }) => condition === 'EQUALS').map(({ value }) => new Set(listOf(value)))
  const allowed = [...possibleTypes(rules)]
  const candidates =
    exact.length > 0
      ? exact
      : [new Set(allowed), ...allowed.map((left) => new Set(allowed.filter((type) => type !== left)))]
  return candidates.some((types) => types.size > 0 && !rules.some((rule) => breaksDataTypes(rule, types)))
}

const conditionWords = {
  EQUALS: 'exactly',
  IN: 'only',
  NOT_EQUALS: 'anything but exactly',
  NOT_IN: 'none of',
} as const
const countWords = {
  EQUALS: '',
  IN: 'one of ',
  NOT_EQUALS: 'not ',
  NOT_IN: 'none of ',
  GREATER_THAN: 'more than ',
  LESS_THAN: 'fewer than ',
  NOT_GREATER_THAN: 'at most ',
  NOT_LESS_THAN: 'at least ',
} as const

export const wordsOfRule = (rule: DataTypesRule | ColumnCountRule): string =>
  rule.field === 'data_types'
    ? `${conditionWords[rule.condition]} ${listOf(rule.value).join(', ')}`
    : `${countWords[rule.condition]}${listOf(rule.value).join(', ')}`
