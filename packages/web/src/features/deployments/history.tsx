import { List, Stack, Text } from '@mantine/core'
import type { DeploymentEvent } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/page.tsx'

const words: Readonly<Record<DeploymentEvent['kind'], string>> = {
  deployed: 'Deployed',
  replaced: 'Replaced',
  followed: 'Followed its model',
  rolledBack: 'Rolled back',
  paused: 'Paused',
  resumed: 'Resumed',
  fallbackChanged: 'Changed its fallback',
}

const wordsOf = (release: DeploymentEvent['from']): string =>
  release === null ? '' : `${release.number}, ${release.modelName}`

const who = ({ by, approvedBy }: DeploymentEvent): string =>
  `${by?.name ?? 'The platform'}${approvedBy === null ? '' : `, approved by ${approvedBy.name}`}`

/** Who changed what answers, when and why. */
export const History = ({ deploymentId }: { readonly deploymentId: string }) => {
  const query = useCall('listDeploymentHistory', { params: { id: deploymentId }, query: { limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <DataTable
          label="History"
          rows={items}
          rowKey={({ id }) => id}
          empty={<Empty>Nothing has happened yet.</Empty>}
          columns={[
            { key: 'at', title: 'When', cell: ({ at }) => <Ago at={at} /> },
            { key: 'kind', title: 'What', value: ({ kind }) => words[kind], cell: ({ kind }) => words[kind] },
            {
              key: 'by',
              title: 'Who',
              value: who,
              cell: who,
            },
            { key: 'from', title: 'From release', cell: ({ from }) => wordsOf(from) },
            { key: 'to', title: 'To release', cell: ({ to }) => wordsOf(to) },
            {
              key: 'reason',
              title: 'Why',
              value: ({ reason }) => reason ?? '',
              cell: (event) => <Why event={event} />,
            },
          ]}
        />
      )}
    </Loaded>
  )
}

const Why = ({ event: { reason, changes } }: { readonly event: DeploymentEvent }) => (
  <Stack gap={4}>
    {reason === null ? null : (
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {reason}
      </Text>
    )}
    {changes.length === 0 ? null : (
      <List size="sm">
        {changes.map((each) => (
          <List.Item key={each}>{each}</List.Item>
        ))}
      </List>
    )}
  </Stack>
)
