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

/** A task of a model, with what may be set where it is applied. */
export type AppliedTask = { readonly id: string; readonly predictionParameters?: readonly Hyperparameter[] }

/** What may be set where a model is applied, each name once. */
export const predictionParametersOf = (tasks: readonly AppliedTask[]): Hyperparameter[] => {
  const all = tasks.flatMap(({ predictionParameters = [] }) => predictionParameters)
  return all.filter(({ name }, index) => all.findIndex((each) => each.name === name) === index)
}

/**
 * The values that the tasks of a model receive where it is applied, by the id of the task; one that declares nothing receives nothing.
 * A given value reaches every task that declares its name.
 */
export const resolvePredictionParameters = (
  tasks: readonly AppliedTask[],
  given: ParameterValues,
): { readonly values: ReadonlyMap<string, ParameterValues>; readonly findings: readonly Finding[] } => {
  const known = predictionParametersOf(tasks).map(({ name }) => name)
  const findings = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => finding('contract.predictionParameterUnknown', { name, known }, placeOf(name)))
  const values = new Map<string, ParameterValues>()
  for (const { id, predictionParameters: declared = [] } of tasks) {
    if (declared.length === 0) continue
    const own = Object.entries(given).filter(([name]) => declared.some((each) => each.name === name))
    const resolved = resolveParameters(declared, Object.fromEntries(own))
    values.set(id, resolved.values)
    findings.push(...resolved.findings)
  }
  return { values, findings }
}

/** A text, as of a command line or a form, as a value of the declared type; what does not fit stays text, for the declaration to refuse. */
export const parameterOfText = (text: string, type: Hyperparameter['type'] | undefined): string | number | boolean => {
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text))
  if ((type === 'int' || type === 'float' || type === 'multi') && isNumber) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
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
