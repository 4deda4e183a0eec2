import { check, ParameterValues } from '@modelsmith/domain'
import { predictionParametersFor } from '@modelsmith/runner'
import { modelError } from './errors.ts'

/** Before a job is made of it. */
export const demandParameters = (nodes: Parameters<typeof predictionParametersFor>[0], given: ParameterValues) => {
  predictionParametersFor(nodes, given)
  return given
}

/** Prediction parameters as a form has them. */
export const readParameters = (text: string | undefined): ParameterValues => {
  if (text === undefined || text === '') return {}
  try {
    return demandParameterValues(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw modelError('model.parameterText', {})
    throw error
  }
}

const demandParameterValues = (value: unknown): ParameterValues => {
  const findings = check(ParameterValues, value)
  if (findings.length === 0) return value as ParameterValues
  throw modelError('model.parameterText', {}, { findings })
}

/** Names of columns as a form has them: a list of JSON, or with commas between. */
export const namesIn = (text = ''): string[] =>
  listIn(text) ??
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

const listIn = (text: string): string[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : undefined
  } catch {
    return undefined
  }
}
