import { Textarea } from '@mantine/core'

type ReasonFieldProps = {
  readonly label?: string
  readonly description?: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Where a dialog begins with it. */
  readonly isFirst?: boolean
}

/** Why something is done, in words that others read. */
export const ReasonField = ({ label = 'Reason', description, value, onChange, isFirst = false }: ReasonFieldProps) => (
  <Textarea
    label={label}
    description={description}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    maxLength={2000}
    required
    autosize
    minRows={2}
    data-autofocus={isFirst ? true : undefined}
  />
)
