import { Code, Group, Select, Stack } from '@mantine/core'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatMs, formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** The requests of a deployment, newest first. */
export const RequestLog = ({ deploymentId }: { readonly deploymentId: string }) => {
  const [status, chooseStatus] = useAddress('status')
  const [release, chooseRelease] = useAddress('release')
  const releases = useCall('listReleases', { params: { id: deploymentId }, query: { limit: 200 } })
  const query = useCall(
    'listPredictionLog',
    {
      params: { id: deploymentId },
      query: {
        limit: 200,
        ...(status === 'ok' || status === 'error' ? { status } : {}),
        ...(release === undefined ? {} : { release }),
      },
    },
    { refetchInterval: 3000 },
  )
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <Select
          label="Status"
          w={150}
          clearable
          placeholder="any"
          data={[
            { value: 'ok', label: 'answered' },
            { value: 'error', label: 'refused' },
          ]}
          value={status ?? null}
          onChange={(chosen) => chooseStatus(chosen ?? undefined)}
        />
        <Select
          label="Release"
          w={150}
          clearable
          placeholder="any"
          data={(releases.data?.items ?? []).map(({ id, number }) => ({ value: id, label: `Release ${number}` }))}
          value={release ?? null}
          onChange={(chosen) => chooseRelease(chosen ?? undefined)}
        />
      </Group>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Requests"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ requestId }) => requestId}
            empty={
              <Empty>
                {status === undefined && release === undefined ? 'Nobody has asked yet.' : 'No request fits.'}
              </Empty>
            }
            columns={[
              { key: 'at', title: 'At', value: ({ at }) => at, cell: ({ at }) => <Ago at={at} /> },
              {
                key: 'status',
                title: 'Status',
                value: ({ status }) => status,
                cell: ({ status, fallback }) => (
                  <>
                    <StateBadge state={status} />
                    {fallback === undefined ? null : ' by its fallback'}
                  </>
                ),
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
                cell: ({ errorCode, fallback }) => {
                  const code = errorCode ?? fallback?.why
                  return code === undefined ? '–' : <Code>{code}</Code>
                },
              },
              {
                key: 'request',
                title: 'Request',
                value: ({ requestId }) => requestId,
                cell: ({ requestId }) => (
                  <LinkText
                    size="sm"
                    to="/deployments/$id/requests/$request"
                    params={{ id: deploymentId, request: requestId }}
                  >
                    {requestId}
                  </LinkText>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}
