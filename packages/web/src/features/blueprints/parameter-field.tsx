import { Checkbox, Select, TextInput } from '@mantine/core'
import { allows, type Hyperparameter, type ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { rangeWords } from './contract-words.ts'
import { parseParameter } from './parameter-value.ts'

type Value = ParameterValues[string]

type ParameterFieldProps = {
  readonly parameter: Hyperparameter
  readonly value: Value | undefined
  readonly onChange: (value: Value | undefined) => void
}

/** A field for one declared parameter; left empty, the default holds. */
export const ParameterField = ({ parameter, value, onChange }: ParameterFieldProps) => {
  const { name, title = name, description } = parameter
  const error = value !== undefined && value !== null && !allows(parameter, value) ? rangeWords(parameter) : undefined
  if (parameter.type === 'boolean') {
    return (
      <Checkbox
        label={title}
        description={description}
        checked={(value ?? parameter.default ?? false) === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    )
  }
  const ends = parameter.default === undefined ? '' : `; default ${String(parameter.default)}`
  const help = [description, `${rangeWords(parameter)}${ends}.`].filter((part) => part !== undefined).join(' ')
  if (parameter.type === 'select') {
    return (
      <Select
        label={title}
        description={help}
        data={parameter.values}
        value={typeof value === 'string' ? value : (parameter.default ?? null)}
        onChange={(chosen) => onChange(chosen ?? undefined)}
        error={error}
      />
    )
  }
  return <TypedField label={title} help={help} error={error} parameter={parameter} value={value} onChange={onChange} />
}

type TypedFieldProps = ParameterFieldProps & {
  readonly label: string
  readonly help: string
  readonly error: string | undefined
}

/** Keeps what is typed as it is typed ("0." on the way to "0.5"), until the value changes from elsewhere, as by undo. */
const TypedField = ({ label, help, error, parameter, value, onChange }: TypedFieldProps) => {
  const [typed, setTyped] = useState('')
  const shown = parseParameter(parameter, typed) === value ? typed : String(value ?? '')
  return (
    <TextInput
      label={label}
      description={help}
      error={error}
      placeholder={String(parameter.default ?? '')}
      inputMode={parameter.type === 'int' ? 'numeric' : parameter.type === 'float' ? 'decimal' : 'text'}
      value={shown}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value)
        onChange(parseParameter(parameter, currentTarget.value))
      }}
    />
  )
}
