import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { allows, type Hyperparameter, type ParameterValues } from '@modelsmith/domain'

type Value = ParameterValues[string]

type ParameterFieldProps = {
  readonly parameter: Hyperparameter
  readonly value: Value | undefined
  readonly onChange: (value: Value | undefined) => void
}

/** A field for one declared parameter; left empty, the default holds. */
export const ParameterField = ({ parameter, value, onChange }: ParameterFieldProps) => {
  const { name, title = name, description = '' } = parameter
  const words = [
    description,
    rangeOf(parameter),
    parameter.default === undefined ? '' : `Default ${String(parameter.default)}.`,
  ]
    .filter((part) => part !== '')
    .join(' ')
  const wrong =
    value !== undefined && value !== null && !allows(parameter, value)
      ? `This is not allowed here. ${rangeOf(parameter)}`
      : undefined
  switch (parameter.type) {
    case 'int':
    case 'float':
      return (
        <NumberInput
          label={title}
          description={words}
          error={wrong}
          placeholder={parameter.default === undefined ? '' : String(parameter.default)}
          value={typeof value === 'number' ? value : ''}
          allowDecimal={parameter.type === 'float'}
          decimalScale={12}
          onChange={(typed) => onChange(typed === '' ? undefined : Number(typed))}
        />
      )
    case 'boolean':
      return (
        <Checkbox
          label={title}
          description={words}
          checked={(value ?? parameter.default ?? false) === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'select':
      return (
        <Select
          label={title}
          description={words}
          data={parameter.values}
          value={typeof value === 'string' ? value : (parameter.default ?? null)}
          onChange={(chosen) => onChange(chosen ?? undefined)}
          error={wrong}
        />
      )
    case 'string':
    case 'multi':
      return (
        <TextInput
          label={title}
          description={words}
          error={wrong}
          placeholder={parameter.default === undefined ? '' : String(parameter.default)}
          value={value === undefined || value === null ? '' : String(value)}
          onChange={({ currentTarget: { value: typed } }) =>
            onChange(
              typed === ''
                ? undefined
                : parameter.type === 'multi' && Number.isFinite(Number(typed))
                  ? Number(typed)
                  : typed,
            )
          }
        />
      )
  }
}

const rangeOf = (parameter: Hyperparameter): string => {
  if (parameter.type === 'int' || parameter.type === 'float') {
    const { min, max } = parameter
    if (min !== undefined && max !== undefined) return `From ${min} to ${max}.`
    return min !== undefined ? `At least ${min}.` : max !== undefined ? `At most ${max}.` : ''
  }
  if (parameter.type !== 'multi') return ''
  const { int, float, select } = parameter.values
  const parts = [
    ...(int === undefined ? [] : [`a whole number from ${int.min} to ${int.max}`]),
    ...(float === undefined ? [] : [`a number from ${float.min} to ${float.max}`]),
    ...(select === undefined ? [] : [`one of ${select.values.join(', ')}`]),
  ]
  return `Allowed: ${parts.join(', or ')}.`
}
