import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { everyWords, type When } from './when.ts'

type ChoiceProps = { readonly when: When; readonly onChange: (when: When) => void }

/** When a schedule begins its batches. */
export const WhenChoice = ({ when, onChange }: ChoiceProps) => (
  <SimpleGrid cols={{ base: 1, xs: 3 }}>
    <Select
      label="Begins"
      data={Object.entries(everyWords).map(([value, label]) => ({ value, label }))}
      value={when.every}
      allowDeselect={false}
      onChange={(value) => onChange({ ...when, every: value as When['every'] })}
    />
    {when.every === 'cron' ? (
      <TextInput
        label="Fields of cron"
        placeholder="30 6 * * 1-5"
        required
        value={when.cron}
        onChange={(event) => onChange({ ...when, cron: event.currentTarget.value })}
      />
    ) : (
      <TextInput
        type="time"
        label={when.every === 'hour' ? 'At the minutes of' : 'At'}
        required
        value={when.time}
        onChange={(event) => onChange({ ...when, time: event.currentTarget.value })}
      />
    )}
    <Select
      label="Time zone"
      data={timeZones}
      value={when.timeZone}
      allowDeselect={false}
      searchable
      onChange={(value) => onChange({ ...when, timeZone: value ?? 'UTC' })}
    />
  </SimpleGrid>
)

export const ownTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const timeZones = [...new Set(['UTC', ownTimeZone, ...Intl.supportedValuesOf('timeZone')])]
