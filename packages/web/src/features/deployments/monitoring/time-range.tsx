import { Button, Group, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'

/** As the API takes it: moments in ISO 8601; left out, the last week. */
export type TimeRange = { readonly from?: string; readonly to?: string }

/** The time that all monitoring of the page is about; it is in the address. */
export const useTimeRange = (): readonly [TimeRange, (range: TimeRange) => void] => {
  const { from, to } = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = (range: TimeRange) =>
    void navigate({
      to: '.',
      // A page of another time is none of this one.
      search: (search: object) => ({ ...search, cursor: undefined, from: undefined, to: undefined, ...range }),
      resetScroll: false,
    })
  return [{ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, set]
}

const hourMs = 3_600_000
const spans = [
  ['24 hours', 24],
  ['7 days', 168],
  ['30 days', 720],
  ['90 days', 2160],
] as const

const readMoment = (text: string): string | undefined => {
  const words = text.trim().replace(' ', 'T')
  const ms = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(words) || !words.includes('T') ? words : `${words}Z`)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

const words = (iso: string): string => iso.slice(0, 16).replace('T', ' ')

/** The range that is shown, to choose or to type; charts below it can be dragged over. */
export const TimeRangeBar = ({ shown }: { readonly shown: { readonly from: string; readonly to: string } }) => {
  const [, set] = useTimeRange()
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label="Time range">
      <Moment
        key={`from ${shown.from}`}
        label="From (UTC)"
        value={shown.from}
        onChange={(from) => set({ from, to: shown.to })}
      />
      <Moment
        key={`to ${shown.to}`}
        label="To (UTC)"
        value={shown.to}
        onChange={(to) => set({ from: shown.from, to })}
      />
      {spans.map(([name, hours]) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          onClick={() => set(hours === 168 ? {} : { from: new Date(Date.now() - hours * hourMs).toISOString() })}
        >
          Last {name}
        </Button>
      ))}
    </Group>
  )
}

/** A moment in UTC, as it is typed. */
export const Moment = ({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (iso: string) => void
}) => {
  const [text, setText] = useState(words(value))
  const moment = readMoment(text)
  const apply = () => {
    if (moment !== undefined && text !== words(value)) onChange(moment)
  }
  return (
    <TextInput
      label={label}
      size="xs"
      w={150}
      value={text}
      error={moment === undefined ? 'Like 2026-01-31 12:00' : undefined}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={apply}
      onKeyDown={({ key }) => {
        if (key === 'Enter') apply()
      }}
    />
  )
}
