import { Code, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { DeploymentHealth } from '@modelsmith/api'
import { useCall } from '../../../app/client.ts'
import { DataTable } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/page.tsx'
import { stepWords, TimeFigure } from './time-figure.tsx'
import { TimeRangeBar, useTimeRange } from './time-range.tsx'

type Point = DeploymentHealth['series'][number]

const traffic = [
  { name: 'requests', value: ({ requests }: Point) => requests },
  { name: 'errors', value: ({ errors }: Point) => errors },
]
const rows = [{ name: 'rows', value: (point: Point) => point.rows }]
const latency = [
  { name: 'median', value: ({ p50 }: Point) => p50 },
  { name: '95 %', value: ({ p95 }: Point) => p95 },
  { name: '99 %', value: ({ p99 }: Point) => p99 },
]

/** How a deployment fares: requests, rows, latency and errors over time. */
export const Health = ({ deploymentId }: { readonly deploymentId: string }) => {
  const [range] = useTimeRange()
  const query = useCall('getHealth', { params: { id: deploymentId }, query: range }, { refetchInterval: 10_000 })
  return <Loaded query={query}>{(health) => <HealthView health={health} />}</Loaded>
}

const HealthView = ({ health }: { readonly health: DeploymentHealth }) => {
  const { requests, errors, series, stepHours, latency: quantiles, errorCodes, releases, ahead, fallbacks } = health
  const basis = `${formatNumber(requests)} requests, ${stepWords(stepHours)}`
  return (
    <Stack gap="lg">
      <TimeRangeBar shown={health} />
      {requests === 0 ? (
        <Empty>Nobody asked in this time. Choose a longer one, or send rows.</Empty>
      ) : (
        <>
          <Text>
            {formatNumber(requests)} requests with {formatNumber(health.rows)} rows; {formatNumber(errors)} errors (
            {formatScore((100 * errors) / requests, 3)} %). Latency of the answers: median {ms(quantiles.p50)}, 95 %{' '}
            {ms(quantiles.p95)}, 99 % {ms(quantiles.p99)}, each within {100 * quantiles.relativeError} % of itself.
            {fallbacks === 0 ? '' : ` Its fallback answered ${formatNumber(fallbacks)} of them.`}
            {ahead === 0
              ? ''
              : ` ${formatNumber(ahead)} requests came from a clock that is ahead; they count at the time they were logged.`}
          </Text>
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <TimeFigure
              title="Requests"
              basis={basis}
              words="drag to choose a time"
              label="Requests and errors over time"
              unit="requests"
              range={health}
              points={series}
              lines={traffic}
            />
            <TimeFigure
              title="Latency"
              basis={basis}
              label="Latency over time"
              unit="ms"
              range={health}
              points={series}
              lines={latency}
            />
            <TimeFigure
              title="Rows"
              basis={basis}
              label="Rows over time"
              unit="rows"
              range={health}
              points={series}
              lines={rows}
            />
            <Stack gap="sm">
              <Title order={2}>Errors by kind</Title>
              <DataTable
                label="Errors by kind"
                search={false}
                rows={errorCodes}
                rowKey={({ code }) => code}
                empty={<Empty>No request failed.</Empty>}
                columns={[
                  { key: 'code', title: 'Code', value: ({ code }) => code, cell: ({ code }) => <Code>{code}</Code> },
                  {
                    key: 'requests',
                    title: 'Requests',
                    numeric: true,
                    value: (row) => row.requests,
                    cell: (row) => formatNumber(row.requests),
                  },
                ]}
              />
            </Stack>
          </SimpleGrid>
          <Title order={2}>By release</Title>
          <DataTable
            label="Requests by release"
            search={false}
            rows={releases}
            rowKey={({ releaseId }) => releaseId}
            empty={<Empty>No release was asked.</Empty>}
            columns={[
              { key: 'number', title: 'Release', value: ({ number }) => number, cell: ({ number }) => number },
              {
                key: 'requests',
                title: 'Requests',
                numeric: true,
                value: (row) => row.requests,
                cell: (row) => formatNumber(row.requests),
              },
              {
                key: 'rows',
                title: 'Rows',
                numeric: true,
                value: (row) => row.rows,
                cell: (row) => formatNumber(row.rows),
              },
              {
                key: 'errors',
                title: 'Errors',
                numeric: true,
                value: (row) => row.errors,
                cell: (row) => formatNumber(row.errors),
              },
            ]}
          />
        </>
      )}
    </Stack>
  )
}

const ms = (value: number | null): string => (value === null ? '–' : `${formatScore(value, 3)} ms`)
