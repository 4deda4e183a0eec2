import { Select, Stack } from '@mantine/core'
import type { CustomEnvironment } from '@modelsmith/api'
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

/** What the code runs in, of the environments that the server has for its language: built-in ones, and custom ones in each of their versions. */
export const EnvironmentField = ({ language, value, disabled = false, onChange }: EnvironmentFieldProps) => {
  const query = useCall('listEnvironments')
  const custom = useCall('listCustomEnvironments', { query: { limit: 200 } })
  const fitting = (query.data?.items ?? []).filter((each) => each.language === language)
  const [name = null] = value?.split('@') ?? []
  const builtIn = fitting.find((each) => each.name === name)
  const own = (custom.data?.items ?? []).filter(
    (each) => each.name === name || each.latest.languages.some((one) => one.language === language),
  )
  const chosen = own.find((each) => each.name === name)
  const data = [
    ...fitting.map(({ name: each, state }) => ({ value: each, label: `${each}${states[state]}` })),
    ...own.map(({ name: each }) => ({ value: each, label: each })),
  ]
  return (
    <Stack gap="xs">
      <Select
        label="Environment"
        description={
          builtIn === undefined ? undefined : [builtIn.interpreter, builtIn.description].filter(Boolean).join('. ')
        }
        data={
          name === null || data.some((each) => each.value === name) ? data : [...data, { value: name, label: name }]
        }
        value={name}
        disabled={disabled}
        allowDeselect={false}
        onChange={(picked) => picked !== null && onChange(picked)}
      />
      {chosen === undefined || value === undefined ? null : (
        <VersionField key={chosen.id} environment={chosen} {...{ language, value, disabled, onChange }} />
      )}
    </Stack>
  )
}

type VersionFieldProps = EnvironmentFieldProps & { readonly environment: CustomEnvironment; readonly value: string }

/** The version that is the latest when a training starts, or one that stays. */
const VersionField = ({ environment, language, value, disabled, onChange }: VersionFieldProps) => {
  const query = useCall('listEnvironmentVersions', { params: { id: environment.id }, query: { limit: 200 } })
  const versions = (query.data?.items ?? []).filter(
    ({ reference, languages }) => reference === value || languages.some((each) => each.language === language),
  )
  const data = [
    { value: environment.name, label: 'The latest that is ready, also in future' },
    ...versions.map(({ reference, number, state, note }) => ({
      value: reference,
      label: `${number}${note === null ? '' : `: ${note}`}${state === 'ready' ? '' : ` (${state})`}`,
    })),
  ]
  return (
    <Select
      label="Environment version"
      data={data.some((each) => each.value === value) ? data : [...data, { value, label: value }]}
      value={value}
      disabled={disabled ?? false}
      allowDeselect={false}
      onChange={(picked) => picked !== null && onChange(picked)}
    />
  )
}
