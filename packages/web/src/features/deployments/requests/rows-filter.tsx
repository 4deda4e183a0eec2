import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import type { Deployment, KeptRowsFilter } from '@modelsmith/api'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useCall } from '../../../app/client.ts'
import { TimeRangeBar } from '../monitoring/index.ts'

const keys = ['from', 'to', 'release', 'column', 'value', 'least', 'most', 'predicted', 'actual'] as const

/** Which rows are shown; it is in the address. */
export const useRowsFilter = (): readonly [KeptRowsFilter, (filter: KeptRowsFilter) => void] => {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const filter = Object.fromEntries(
    keys.flatMap((key) => (search[key] === undefined ? [] : [[key, search[key]]])),
  ) as KeptRowsFilter
  const set = (next: KeptRowsFilter) => {
    const { from, to } = filter
    void navigate({
      to: '.',
      search: { tab: 'rows', ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...next },
      resetScroll: false,
    })
  }
  return [filter, set]
}

type Typed = { readonly [Key in 'release' | 'column' | 'value' | 'least' | 'most' | 'predicted' | 'actual']?: string }

const weekMs = 7 * 86_400_000

/** Of what time rows are shown, and the conditions that they fit. */
export const RowsFilter = ({ deployment }: { readonly deployment: Deployment }) => {
  const [{ from, to, ...conditions }] = useRowsFilter()
  const [now] = useState(() => Date.now())
  const until = to ?? new Date(now).toISOString()
  const since = from ?? new Date(Date.parse(until) - weekMs).toISOString()
  return (
    <Stack gap="sm">
      <TimeRangeBar shown={{ from: since, to: until }} />
      <Conditions key={JSON.stringify(conditions)} deployment={deployment} conditions={conditions} />
    </Stack>
  )
}

type ConditionsProps = { readonly deployment: Deployment; readonly conditions: Typed }

/** Conditions, all of which a row fits. */
const Conditions = ({ deployment: { id, inputs, classes }, conditions }: ConditionsProps) => {
  const [, set] = useRowsFilter()
  const [typed, setTyped] = useState(conditions)
  const { data } = useCall('listReleases', { params: { id }, query: { limit: 200 } })
  const type = (key: keyof Typed) => (value: string | null) =>
    setTyped((before) => {
      const { [key]: _, ...others } = before
      return value === null || value === '' ? others : { ...others, [key]: value }
    })
  const chooseColumn = (column: string | null) =>
    setTyped(({ column: _, value: __, least: ___, most: ____, ...others }) =>
      column === null ? others : { ...others, column },
    )
  const text = (key: keyof Typed, label: string) => (
    <TextInput
      label={label}
      w={130}
      value={typed[key] ?? ''}
      disabled={typed.column === undefined}
      onChange={({ currentTarget }) => type(key)(currentTarget.value)}
    />
  )
  return (
    <form
      aria-label="Conditions"
      onSubmit={(event) => {
        event.preventDefault()
        set(typed as KeptRowsFilter)
      }}
    >
      <Group gap="xs" align="flex-end">
        <Select
          label="Release"
          w={130}
          clearable
          placeholder="any"
          data={(data?.items ?? []).map((release) => ({ value: release.id, label: `Release ${release.number}` }))}
          value={typed.release ?? null}
          onChange={type('release')}
        />
        <Select
          label="Column"
          w={170}
          clearable
          searchable
          placeholder="any"
          data={inputs.map(({ name }) => name)}
          value={typed.column ?? null}
          onChange={chooseColumn}
        />
        {text('value', 'Is')}
        {text('least', 'At least')}
        {text('most', 'At most')}
        {classes.length === 0 ? null : (
          <Select
            label="Predicted class"
            w={150}
            clearable
            placeholder="any"
            data={classes}
            value={typed.predicted ?? null}
            onChange={type('predicted')}
          />
        )}
        <Select
          label="Actual value"
          w={130}
          clearable
          placeholder="any"
          data={[
            { value: 'with', label: 'has come' },
            { value: 'without', label: 'has not come' },
          ]}
          value={typed.actual ?? null}
          onChange={type('actual')}
        />
        <Button type="submit" variant="default">
          Show these rows
        </Button>
      </Group>
    </form>
  )
}
