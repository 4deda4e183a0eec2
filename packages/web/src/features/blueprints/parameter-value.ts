import type { Hyperparameter, ParameterValues } from '@modelsmith/domain'

/**
 * What typed text means as a value: numbers where the parameter may be one, nothing when it is empty. Text that fits
 * nowhere stays text, for the check to refuse.
 */
export const parseParameter = ({ type }: Hyperparameter, typed: string): ParameterValues[string] | undefined => {
  const text = typed.trim()
  if (text === '') return undefined
  if (type === 'string') return typed
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}
