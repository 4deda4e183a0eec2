import { NumberInput, type NumberInputProps } from '@mantine/core'
import { useState } from 'react'

type NumberFieldProps = Omit<NumberInputProps, 'value' | 'onChange'> & {
  readonly value: number | null
  readonly onChange: (value: number | null) => void
}

/** A number, or none. Keeps what is typed as it is typed ("-0." on the way to "-0.5"), until the value changes from elsewhere. */
export const NumberField = ({ value, onChange, ...props }: NumberFieldProps) => {
  const [typed, setTyped] = useState<number | string>('')
  return (
    <NumberInput
      {...props}
      value={numberOf(typed) === value ? typed : (value ?? '')}
      onChange={(next) => {
        setTyped(next)
        onChange(numberOf(next))
      }}
    />
  )
}

const numberOf = (typed: number | string): number | null =>
  typed === '' || !Number.isFinite(Number(typed)) ? null : Number(typed)
