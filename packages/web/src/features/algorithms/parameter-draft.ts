import { type Hyperparameter, parameterOfText } from '@modelsmith/domain'

/** A parameter as a form holds it: `allowed` is a range, "1 to 10", or values with commas between them. */
export type ParameterDraft = {
  readonly name: string
  readonly type: 'int' | 'float' | 'string' | 'boolean' | 'select'
  readonly default: string
  readonly allowed: string
  readonly advanced: boolean
}

export const emptyParameter: ParameterDraft = { name: '', type: 'float', default: '', allowed: '', advanced: false }

/** The declaration that a form says; what is wrong in it, the server says with the rest. */
export const parameterOf = ({ name, type, default: preset, allowed, advanced }: ParameterDraft): Hyperparameter => {
  const words = {
    name: name.trim(),
    ...(preset.trim() === '' ? {} : { default: parameterOfText(preset.trim(), type) }),
    ...(advanced ? { advanced } : {}),
  }
  if (type === 'select')
    return { ...words, type, values: allowed.split(',').flatMap((value) => value.trim() || []) } as Hyperparameter
  if (type === 'string' || type === 'boolean') return { ...words, type } as Hyperparameter
  const [, min, max] = /^\s*(\S*)\s+to\s+(\S*)\s*$/.exec(allowed) ?? []
  return { ...words, type, ...limit('min', min), ...limit('max', max) } as Hyperparameter
}

const limit = (name: 'min' | 'max', text: string | undefined) =>
  text === undefined || text === '' ? {} : { [name]: Number(text) }

export const draftOf = (parameter: Hyperparameter): ParameterDraft => ({
  name: parameter.name,
  type: parameter.type === 'multi' ? 'string' : parameter.type,
  default: parameter.default === undefined ? '' : String(parameter.default),
  allowed: allowedBy(parameter),
  advanced: parameter.advanced === true,
})

const allowedBy = (parameter: Hyperparameter): string => {
  if (parameter.type === 'select') return parameter.values.join(', ')
  if (parameter.type !== 'int' && parameter.type !== 'float') return ''
  const { min, max } = parameter
  return min === undefined && max === undefined ? '' : `${min ?? ''} to ${max ?? ''}`
}
