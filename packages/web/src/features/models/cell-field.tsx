import { Autocomplete, Select } from '@mantine/core'
import type { Model, PredictionRequest } from '@modelsmith/api'
import { NumberField } from '../../ui/number-field.tsx'

type Input = Model['inputs'][number]
type Value = Extract<PredictionRequest, { rows: unknown }>['rows'][number][string]

type CellFieldProps = {
  readonly input: Input
  readonly value: Value
  /** Values that the column often has. */
  readonly usual: readonly string[]
  readonly onChange: (value: Value) => void
}

/** One value of a column, typed or chosen; an empty field is a missing value. */
export const CellField = ({ input: { name, type }, value, usual, onChange }: CellFieldProps) => {
  const placeholder = usual[0] ?? ''
  if (type === 'number' || type === 'integer') {
    return (
      <NumberField
        label={name}
        placeholder={placeholder}
        value={typeof value === 'number' ? value : null}
        allowDecimal={type === 'number'}
        onChange={onChange}
      />
    )
  }
  if (type === 'boolean') {
    return (
      <Select
        label={name}
        placeholder={placeholder}
        data={['true', 'false']}
        value={value === null ? null : String(value)}
        onChange={(chosen) => onChange(chosen === null ? null : chosen === 'true')}
        clearable
        clearButtonProps={{ 'aria-label': `Clear ${name}` }}
      />
    )
  }
  return (
    <Autocomplete
      label={name}
      placeholder={placeholder}
      data={[...new Set(usual)]}
      value={typeof value === 'string' ? value : ''}
      onChange={(typed) => onChange(typed === '' ? null : typed)}
    />
  )
}
