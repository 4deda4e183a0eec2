import { Button, Code, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import type { Deployment, DeploymentAccuracy } from '@modelsmith/api'
import { useMemo, useState } from 'react'
import { useCall } from '../../../app/client.ts'
import { useAddress } from '../../../ui/address.ts'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/page.tsx'
import { useSettings } from '../../approvals/index.ts'
import { useAccess } from '../../sharing/index.ts'
import { type Line, stepWords, TimeFigure } from './time-figure.tsx'
import { TimeRangeBar, useTimeRange } from './time-range.tsx'

type Release = DeploymentAccuracy['releases'][number]
type Point = { readonly at: string; readonly scores: ReadonlyMap<number, number | null> }

/** How right a deployment was, from actual values that were sent by association id. */
export const Accuracy = ({ deployment }: { readonly deployment: Deployment }) => {
  const { id } = deployment
  const [range] = useTimeRange()
  const query = useCall('getAccuracy', { params: { id }, query: range }, { refetchInterval: 10_000 })
  return (
    <Stack gap="lg">
      <AssociationColumn key={deployment.associationColumn} deployment={deployment} />
      <Loaded query={query}>{(accuracy) => <AccuracyView accuracy={accuracy} />}</Loaded>
    </Stack>
  )
}

const AccuracyView = ({ accuracy }: { readonly accuracy: DeploymentAccuracy }) => {
  const { releases, waitingActuals } = accuracy
  const names = useMemo(() => [...new Set(releases.flatMap(({ scores }) => Object.keys(scores)))], [releases])
  const [asked, choose] = useAddress('metric')
  const metric = names.find((name) => name === asked) ?? names[0]
  return (
    <Stack gap="lg">
      <TimeRangeBar shown={accuracy} />
      {waitingActuals === 0 ? null : (
        <Text size="sm">{formatNumber(waitingActuals)} actual values wait for a prediction with their id.</Text>
      )}
      {metric === undefined ? (
        <Empty>
          No prediction of this time has an actual value yet. Send them with <Code>POST …/actuals</Code>, or{' '}
          <Code>modelsmith deployments actuals</Code>.
        </Empty>
      ) : (
        <>
          <Group align="flex-end">
            <Select
              label="Metric"
              data={names}
              value={metric}
              allowDeselect={false}
              onChange={(name) => choose(name ?? undefined)}
            />
          </Group>
          <Scores accuracy={accuracy} metric={metric} />
          <Title order={2}>By release</Title>
          <DataTable
            label="Accuracy by release"
            search={false}
            rows={releases}
            rowKey={({ releaseId }) => releaseId}
            empty={<Empty>No release predicted in this time.</Empty>}
            columns={[...countColumns, ...names.map(scoreColumn)]}
          />
        </>
      )}
    </Stack>
  )
}

const countColumns: readonly TableColumn<Release>[] = [
  { key: 'number', title: 'Release', value: ({ number }) => number, cell: ({ number }) => number },
  {
    key: 'actuals',
    title: 'Rows',
    numeric: true,
    value: (row) => row.actuals,
    cell: (row) => formatNumber(row.actuals),
  },
  { key: 'predictions', title: 'Predictions with an id', numeric: true, cell: (row) => formatNumber(row.predictions) },
]
const scoreColumn = (name: string): TableColumn<Release> => ({
  key: name,
  title: name,
  numeric: true,
  value: ({ scores }) => scores[name] ?? null,
  cell: ({ scores }) => formatScore(scores[name]),
})

const mostLines = 3

const Scores = ({ accuracy, metric }: { readonly accuracy: DeploymentAccuracy; readonly metric: string }) => {
  const { series, releases, stepHours } = accuracy
  const points = useMemo((): Point[] => {
    const byStep = Map.groupBy(series, ({ at }) => at)
    return [...byStep].map(([at, own]) => ({
      at,
      scores: new Map(own.map(({ number, scores }) => [number, scores[metric] ?? null])),
    }))
  }, [series, metric])
  const lines = useMemo(
    () =>
      releases.slice(0, mostLines).map(
        ({ number }): Line<Point> => ({
          name: `release ${number}`,
          value: ({ scores }) => scores.get(number) ?? null,
        }),
      ),
    [releases],
  )
  const rows = releases.reduce((sum, { actuals }) => sum + actuals, 0)
  return (
    <TimeFigure
      title={`${metric} over time`}
      basis={`${formatNumber(rows)} rows with an actual value, ${stepWords(stepHours)} of their prediction`}
      label={`${metric} over time`}
      unit={metric}
      range={accuracy}
      points={points}
      lines={lines}
    />
  )
}

/** Which column of a request tells its rows apart. */
const AssociationColumn = ({ deployment }: { readonly deployment: Deployment }) => {
  const { id, associationColumn } = deployment
  const { can } = useAccess(id)
  const { busy, set, below } = useSettings(deployment)
  const [text, setText] = useState(associationColumn ?? '')
  const name = text.trim()
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Association column"
          description="Tells the rows of requests apart when their actual values come; such as order_id."
          value={text}
          disabled={!can('edit')}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button
          variant="default"
          loading={busy}
          disabled={!can('edit') || name === (associationColumn ?? '')}
          onClick={() => set({ associationColumn: name === '' ? null : name })}
        >
          Save column
        </Button>
      </Group>
      {below}
    </Stack>
  )
}
