import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import type { Hyperparameter, ParameterValues } from './schema.ts'

type Value = ParameterValues[string]

/**
 * The values a hook receives: given ones, checked against what was declared, and defaults for the rest. A parameter
 * without a default that was not given is null.
 */
export const resolveParameters = (
  declared: readonly Hyperparameter[],
  given: ParameterValues,
): { readonly values: ParameterValues; readonly findings: readonly Finding[] } => {
  const known = declared.map(({ name }) => name)
  const findings: Finding[] = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => finding('contract.parameterUnknown', { name, known }, placeOf(name)))
  const values = new Map<string, Value>()
  for (const parameter of declared) {
    const { name } = parameter
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value === undefined || value === null) {
      values.set(name, parameter.default ?? null)
      continue
    }
    if (!allows(parameter, value)) {
      const expected = wordsOfParameter(parameter)
      findings.push(finding('contract.parameterWrong', { name, expected, found: JSON.stringify(value) }, placeOf(name)))
    }
    values.set(name, value)
  }
  return { values: Object.fromEntries(values), findings }
}

const placeOf = (name: string) => ({ place: { pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` } })

const within = (value: Value, { min, max }: { readonly min?: number; readonly max?: number }): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= (min ?? -Infinity) && value <= (max ?? Infinity)

/** Whether a value is one that the declaration allows. */
export const allows = (parameter: Hyperparameter, value: Value): boolean => {
  switch (parameter.type) {
    case 'int':
      return Number.isInteger(value) && within(value, parameter)
    case 'float':
      return within(value, parameter)
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'select':
      return typeof value === 'string' && parameter.values.includes(value)
    case 'multi': {
      const { int, float, select } = parameter.values
      return (
        (int !== undefined && Number.isInteger(value) && within(value, int)) ||
        (float !== undefined && within(value, float)) ||
        (select !== undefined && typeof value === 'string' && select.values.includes(value))
      )
    }
  }
}

/** What a declaration allows, in words: "a whole number from 1 to 10". */
export const wordsOfParameter = (parameter: Hyperparameter): string => {
  switch (parameter.type) {
    case 'int':
      return `a whole number${wordsOfLimits(parameter)}`
    case 'float':
      return `a number${wordsOfLimits(parameter)}`
    case 'string':
      return 'text'
    case 'boolean':
      return 'true or false'
    case 'select':
      return `one of ${parameter.values.join(', ')}`
    case 'multi': {
      const { int, float, select } = parameter.values
      return [
        int === undefined ? [] : [`a whole number${wordsOfLimits(int)}`],
        float === undefined ? [] : [`a number${wordsOfLimits(float)}`],
        select === undefined ? [] : [`one of ${select.values.join(', ')}`],
      ]
        .flat()
        .join(', or ')
    }
  }
}

const wordsOfLimits = ({ min, max }: { readonly min?: number; readonly max?: number }): string => {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return ` not below ${min}`
  return max === undefined ? '' : ` not above ${max}`
}
