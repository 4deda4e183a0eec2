import { Drawer, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import type { ColumnProfile } from '@modelsmith/api'
import { axisX, barX, gridX, rectY, ruleX, ruleY } from '@observablehq/plot'
import { type ReactNode, useMemo } from 'react'
import { accent, Chart } from '../../ui/chart.tsx'
import { formatNumber, formatTick, formatValue } from '../../ui/format.ts'
import { type ColumnSchema, columnTypes } from './column-types.ts'

type ColumnDrawerProps = {
  readonly profile: ColumnProfile
  readonly rows: number
  readonly schema: ColumnSchema
  readonly onChange: (column: ColumnSchema) => void
  readonly onClose: () => void
  readonly sensitivity: ReactNode
}

/** One column: its spread, its quantiles, and how its text is read. */
export const ColumnDrawer = ({ profile, rows, schema, onChange, onClose, sensitivity }: ColumnDrawerProps) => (
  <Drawer opened onClose={onClose} position="right" size="md" title={profile.name}>
    <Stack>
      <Select
        label="Type"
        data={columnTypes}
        value={schema.type}
        allowDeselect={false}
        onChange={(type) => onChange({ name: schema.name, type: type as ColumnSchema['type'] })}
      />
      <FormatFields schema={schema} onChange={onChange} />
      {sensitivity}
      <Text size="sm">
        {formatNumber(rows)} rows, {formatNumber(profile.missing)} missing, {formatNumber(profile.distinct)} distinct
        {profile.meanLength === null ? '' : `, ${formatNumber(profile.meanLength)} characters on average`}
      </Text>
      <Spread profile={profile} rows={rows} />
      {profile.numeric === null || profile.range !== null ? null : <Quantiles numeric={profile.numeric} />}
    </Stack>
  </Drawer>
)

const FormatFields = ({ schema, onChange }: Pick<ColumnDrawerProps, 'schema' | 'onChange'>) => {
  const { format = {}, type } = schema
  const set = (changed: typeof format) => onChange({ ...schema, format: { ...format, ...changed } })
  const words = (text: string): string[] =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  if (type === 'date') {
    return (
      <TextInput
        label="Date format"
        description="Such as %Y-%m-%d or %d.%m.%Y %H:%M; left empty, ISO 8601 is read."
        defaultValue={format.date ?? ''}
        onBlur={({ currentTarget: { value } }) =>
          value === (format.date ?? '')
            ? undefined
            : onChange(value === '' ? { name: schema.name, type } : { ...schema, format: { date: value } })
        }
      />
    )
  }
  if (type === 'number') {
    return (
      <Select
        label="Decimal sign"
        data={[
          { value: '.', label: 'Point: 1.5' },
          { value: ',', label: 'Comma: 1,5' },
        ]}
        value={format.decimal ?? '.'}
        allowDeselect={false}
        onChange={(decimal) => set({ decimal: decimal as '.' | ',' })}
      />
    )
  }
  if (type !== 'boolean') return null
  const { true: yes, false: no } = format.boolean ?? { true: ['true'], false: ['false'] }
  return (
    <>
      <TextInput
        label="Words for true"
        description="Separated by commas"
        defaultValue={yes.join(', ')}
        onBlur={({ currentTarget }) => set({ boolean: { true: words(currentTarget.value), false: no } })}
      />
      <TextInput
        label="Words for false"
        description="Separated by commas"
        defaultValue={no.join(', ')}
        onBlur={({ currentTarget }) => set({ boolean: { true: yes, false: words(currentTarget.value) } })}
      />
    </>
  )
}

const Spread = ({
  profile: { name, histogram, top, range },
  rows,
}: {
  readonly profile: ColumnProfile
  readonly rows: number
}) => {
  const options = useMemo(() => {
    if (histogram !== null) {
      const bins = histogram.counts.map((count, index) => ({
        from: histogram.edges[index] ?? 0,
        to: histogram.edges[index + 1] ?? 0,
        count,
      }))
      const moment = (value: number) => new Date(value / 1000)
      const data =
        range === null ? bins : bins.map(({ from, to, count }) => ({ from: moment(from), to: moment(to), count }))
      return {
        x: { label: name, ...(range === null ? { tickFormat: formatTick } : {}) },
        y: { label: 'Rows', grid: true },
        marks: [rectY(data, { x1: 'from', x2: 'to', y: 'count', fill: accent, inset: 0.5, tip: true }), ruleY([0])],
      }
    }
    return {
      marginLeft: 120,
      x: { label: 'Rows' },
      y: { label: null },
      marks: [
        gridX(),
        barX(top, { x: 'count', y: 'value', fill: accent, sort: { y: '-x' }, tip: true }),
        ruleX([0]),
        axisX(),
      ],
    }
  }, [name, histogram, top, range])
  if (histogram === null && top.length === 0) return null
  return (
    <div>
      <Title order={3}>{histogram === null ? 'Most frequent values' : 'Histogram'}</Title>
      <Text size="xs" c="dimmed">
        Of {formatNumber(rows)} rows
      </Text>
      <Chart
        label={`${histogram === null ? 'Most frequent values' : 'Histogram'} of ${name}`}
        height={histogram === null ? 60 + 22 * top.length : 220}
        options={options}
        data={
          histogram === null
            ? { head: ['Value', 'Rows'], rows: top.map(({ value, count }) => [value, count]) }
            : {
                head: ['From', 'To', 'Rows'],
                rows: histogram.counts.map((count, index) => [
                  histogram.edges[index] ?? null,
                  histogram.edges[index + 1] ?? null,
                  count,
                ]),
              }
        }
      />
    </div>
  )
}

const quantileWords = {
  p01: '1 %',
  p05: '5 %',
  p25: '25 %',
  p50: 'Median',
  p75: '75 %',
  p95: '95 %',
  p99: '99 %',
} as const

const Quantiles = ({ numeric }: { readonly numeric: NonNullable<ColumnProfile['numeric']> }) => (
  <Table>
    <Table.Tbody>
      <Fact name="Mean" value={numeric.mean} />
      <Fact name="Standard deviation" value={numeric.standardDeviation} />
      <Fact name="Smallest" value={numeric.min} />
      {Object.entries(quantileWords).map(([key, words]) => (
        <Fact key={key} name={words} value={numeric.quantiles[key as keyof typeof quantileWords]} />
      ))}
      <Fact name="Largest" value={numeric.max} />
    </Table.Tbody>
  </Table>
)

const Fact = ({ name, value }: { readonly name: string; readonly value: number | null }) => (
  <Table.Tr>
    <Table.Th scope="row">{name}</Table.Th>
    <Table.Td className="number">{formatValue(value)}</Table.Td>
  </Table.Tr>
)
