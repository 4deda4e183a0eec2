import { Group, Select, Stack, Text, Title } from '@mantine/core'
import type { ChallengerComparison } from '@modelsmith/api'
import { useMemo } from 'react'
import { useCall } from '../../../app/client.ts'
import { useAddress } from '../../../ui/address.ts'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/page.tsx'
import { type Line, stepWords, TimeFigure, TimeRangeBar, useTimeRange } from '../monitoring/index.ts'

type Entry = ChallengerComparison['challengers'][number]
type Compared = NonNullable<Entry['compared']>
type Spread = Compared['champion']

/** Champion and challengers side by side over the time of the page. */
export const Comparison = ({ deploymentId }: { readonly deploymentId: string }) => {
  const [range] = useTimeRange()
  const query = useCall('compareChallengers', { params: { id: deploymentId }, query: range }, { refetchInterval: 5000 })
  return <Loaded query={query}>{(comparison) => <View comparison={comparison} />}</Loaded>
}

const View = ({ comparison }: { readonly comparison: ChallengerComparison }) => {
  const { champion, challengers, meanOf } = comparison
  const metrics = useMemo(
    () => [...new Set(challengers.flatMap(({ accuracy }) => Object.keys(accuracy.challenger)))],
    [challengers],
  )
  const errors = challengers.flatMap((entry) =>
    entry.errors.map((error) => ({ ...error, name: entry.name, challengerId: entry.challengerId })),
  )
  const mean = meanOf === null ? 'Mean' : `Mean probability of ${meanOf}`
  return (
    <Stack gap="lg">
      <Title order={2}>Comparison</Title>
      <TimeRangeBar shown={comparison} />
      <Text size="sm">
        The deployment answered {formatNumber(champion.rows)} rows in this time; its champion is {champion.name}. Each
        challenger is held against what was answered to the same rows.
      </Text>
      <DataTable
        label="Champion and challengers"
        search={false}
        rows={challengers}
        rowKey={({ challengerId }) => challengerId}
        empty={<Empty>There is no challenger.</Empty>}
        columns={[
          { key: 'name', title: 'Challenger', cell: ({ name }) => name },
          { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows }) => formatNumber(rows) },
          { key: 'failed', title: 'Failed rows', numeric: true, cell: ({ failed }) => formatNumber(failed) },
          {
            key: 'agreement',
            title: 'Agree',
            numeric: true,
            cell: ({ compared }) => formatShare(compared?.agreement ?? null),
          },
          {
            key: 'differ',
            title: 'Differ',
            numeric: true,
            cell: ({ compared }) => formatNumber(differing(compared)),
          },
          ...(challengers.some(({ compared }) => (compared?.meanDifference ?? null) !== null) ? meanColumns(mean) : []),
          ...(challengers.some(({ compared }) => (compared?.largestDifference ?? null) !== null)
            ? [largestColumn]
            : []),
          {
            key: 'actuals',
            title: 'Rows with actual value',
            numeric: true,
            cell: (row) => formatNumber(row.accuracy.rows),
          },
          ...metrics.map(metricColumn),
        ]}
      />
      <OverTime comparison={comparison} />
      {errors.length === 0 ? null : (
        <>
          <Title order={2}>Rows that could not be scored</Title>
          <DataTable
            label="Errors of challengers"
            search={false}
            rows={errors}
            rowKey={({ challengerId, code }) => `${challengerId} ${code}`}
            empty={null}
            columns={[
              { key: 'name', title: 'Challenger', cell: ({ name }) => name },
              { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows }) => formatNumber(rows) },
              { key: 'why', title: 'Why, of the last one', wide: true, cell: ({ message }) => message },
              { key: 'code', title: 'Code', cell: ({ code }) => code },
            ]}
          />
        </>
      )}
    </Stack>
  )
}

const formatShare = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)

/** The challenger's and the champion's, of the same rows. */
const Both = ({ own, champion }: { readonly own: string; readonly champion: string }) => (
  <Stack gap={0} align="flex-end">
    <Text size="sm">{own}</Text>
    <Text size="sm" c="dimmed">
      champion {champion}
    </Text>
  </Stack>
)

/** Rows with another class, or another number. */
const differing = (compared: Entry['compared']): number | null =>
  compared === null || compared.agreement === null ? null : Math.round(compared.rows * (1 - compared.agreement))

const largestColumn: TableColumn<Entry> = {
  key: 'largest',
  title: 'Largest difference',
  numeric: true,
  cell: ({ compared }) => formatScore(compared?.largestDifference),
}

const meanColumns = (title: string): readonly TableColumn<Entry>[] => [
  {
    key: 'mean',
    title,
    numeric: true,
    cell: ({ compared }) => (
      <Both own={formatScore(compared?.challenger.mean)} champion={formatScore(compared?.champion.mean)} />
    ),
  },
  {
    key: 'difference',
    title: 'Mean difference',
    numeric: true,
    cell: ({ compared }) => formatScore(compared?.meanDifference),
  },
  {
    key: 'size',
    title: 'Mean size of difference',
    numeric: true,
    cell: ({ compared }) => formatScore(compared?.meanAbsoluteDifference),
  },
]

const metricColumn = (name: string): TableColumn<Entry> => ({
  key: name,
  title: name,
  numeric: true,
  cell: ({ accuracy }) => (
    <Both own={formatScore(accuracy.challenger[name])} champion={formatScore(accuracy.champion[name])} />
  ),
})

type Point = Entry['series'][number]
const agreement = 'Agreement'
const meanName = 'Mean'

/** What can be drawn of a challenger beside the champion: the mean of numbers, the share of each class. */
const drawnOf = ({ compared }: Entry): readonly string[] => {
  if (compared === null) return []
  const { classes } = compared.challenger
  return [
    ...(compared.meanDifference === null ? [] : [meanName]),
    ...classes.map(({ label }) => `Share of ${label}`),
    agreement,
  ]
}

const valueOf = (spread: Spread, rows: number, drawn: string): number | null => {
  if (drawn === meanName) return spread.mean
  const found = spread.classes.find(({ label }) => `Share of ${label}` === drawn)
  return found === undefined || rows === 0 ? null : found.rows / rows
}

const linesOf = (drawn: string): readonly Line<Point>[] => {
  if (drawn === agreement) return [{ name: 'agreement', value: ({ compared }) => compared?.agreement ?? null }]
  const line = (who: 'champion' | 'challenger'): Line<Point> => ({
    name: who,
    value: ({ compared }) => compared && valueOf(compared[who], compared.rows, drawn),
  })
  return [line('champion'), line('challenger')]
}

const OverTime = ({ comparison }: { readonly comparison: ChallengerComparison }) => {
  const { challengers } = comparison
  const [askedFor, choose] = useAddress('challenger')
  const [askedWhat, chooseWhat] = useAddress('view')
  const entry = challengers.find(({ challengerId }) => challengerId === askedFor) ?? challengers[0]
  const choices = entry === undefined ? [] : drawnOf(entry)
  const drawn = choices.find((each) => each === askedWhat) ?? choices[0]
  if (entry === undefined || drawn === undefined) return null
  return (
    <Stack gap="md">
      <Group>
        <Select
          label="Challenger"
          data={challengers.map(({ challengerId, name }) => ({ value: challengerId, label: name }))}
          value={entry.challengerId}
          allowDeselect={false}
          onChange={(value) => choose(value ?? undefined)}
        />
        <Select
          label="Over time"
          data={[...choices]}
          value={drawn}
          allowDeselect={false}
          onChange={(value) => chooseWhat(value ?? undefined)}
        />
      </Group>
      <Drawn comparison={comparison} entry={entry} drawn={drawn} />
    </Stack>
  )
}

type DrawnProps = { readonly comparison: ChallengerComparison; readonly entry: Entry; readonly drawn: string }

const Drawn = ({ comparison, entry, drawn }: DrawnProps) => {
  const { meanOf, stepHours } = comparison
  const { name, compared, series } = entry
  const lines = useMemo(() => linesOf(drawn), [drawn])
  const rows = compared?.rows ?? 0
  if (rows === 0) return <Empty>{name} has scored no rows of this time. Replay requests, or wait for new ones.</Empty>
  const title = drawn === meanName && meanOf !== null ? `Mean probability of ${meanOf}` : drawn
  return (
    <TimeFigure
      title={`${title} over time`}
      basis={`${formatNumber(rows)} rows that both answered, ${stepWords(stepHours)} of their request`}
      label={`${title} of ${name} over time`}
      unit={title}
      range={comparison}
      points={series}
      lines={lines}
    />
  )
}
