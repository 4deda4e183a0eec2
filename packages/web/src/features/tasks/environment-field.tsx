import { Select } from '@mantine/core'
import { useCall } from '../../app/client.ts'

type EnvironmentFieldProps = {
  readonly language: 'python' | 'r'
  readonly value: string | undefined
  readonly disabled?: boolean
  readonly onChange: (name: string) => void
}

const states = {
  ready: '',
  installing: ' (is being installed)',
  notInstalled: ' (installed on first use)',
  failed: ' (failed)',
}

/** What the code runs in, of the environments that the server has for its language: built-in ones, and the latest version of each custom one. */
export const EnvironmentField = ({ language, value, disabled = false, onChange }: EnvironmentFieldProps) => {
  const query = useCall('listEnvironments')
  const custom = useCall('listCustomEnvironments', { query: { limit: 200 } })
  const fitting = (query.data?.items ?? []).filter((each) => each.language === language)
  const chosen = fitting.find(({ name }) => name === value)
  const own = (custom.data?.items ?? []).filter(({ latest }) =>
    latest.languages.some((each) => each.language === language),
  )
  const data = [
    ...fitting.map(({ name, state }) => ({ value: name, label: `${name}${states[state]}` })),
    ...own.map(({ latest: { reference, state } }) => ({
      value: reference,
      label: state === 'ready' ? reference : `${reference} (${state})`,
    })),
  ]
  return (
    <Select
      label="Environment"
      description={
        chosen === undefined ? undefined : [chosen.interpreter, chosen.description].filter(Boolean).join('. ')
      }
      data={
        value === undefined || data.some((each) => each.value === value) ? data : [...data, { value, label: value }]
      }
      value={value ?? null}
      disabled={disabled}
      allowDeselect={false}
      onChange={(name) => name !== null && onChange(name)}
    />
  )
}
