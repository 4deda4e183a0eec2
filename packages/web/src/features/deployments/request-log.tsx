import { Code } from '@mantine/core'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatMs, formatNumber } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** The requests of a deployment, newest first. */
export const RequestLog = ({ deploymentId }: { readonly deploymentId: string }) => {
  const query = useCall(
    'listPredictionLog',
    { params: { id: deploymentId }, query: { limit: 200 } },
    { refetchInterval: 3000 },
  )
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) => (
        <DataTable
          label="Requests"
          rows={items}
          more={nextCursor !== null}
          rowKey={({ requestId }) => requestId}
          empty={<Empty>Nobody has asked yet.</Empty>}
          columns={[
            { key: 'at', title: 'At', value: ({ at }) => at, cell: ({ at }) => <Ago at={at} /> },
            {
              key: 'status',
              title: 'Status',
              value: ({ status }) => status,
              cell: ({ status }) => <StateBadge state={status} />,
            },
            {
              key: 'rows',
              title: 'Rows',
              numeric: true,
              value: ({ rows }) => rows,
              cell: ({ rows }) => formatNumber(rows),
            },
            {
              key: 'latency',
              title: 'Latency',
              numeric: true,
              value: ({ latencyMs }) => latencyMs,
              cell: ({ latencyMs }) => formatMs(latencyMs),
            },
            {
              key: 'error',
              title: 'Error',
              cell: ({ errorCode }) => (errorCode === null ? '–' : <Code>{errorCode}</Code>),
            },
            {
              key: 'request',
              title: 'Request',
              value: ({ requestId }) => requestId,
              cell: ({ requestId }) => <Code>{requestId}</Code>,
            },
          ]}
        />
      )}
    </Loaded>
  )
}
