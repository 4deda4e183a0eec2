import { Button, List, Stack, Text, TextInput } from '@mantine/core'
import type { NetworkGrant, NetworkRequest } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { useMay } from '../sharing/index.ts'

/** Versions of tasks that ask for the network: who let them, and the buttons to let them or not. */
export const NetworkRequests = () => {
  const query = useCall('listNetworkRequests', { query: { limit: 200 } })
  const refresh = useRefresh()
  const [reason, setReason] = useState('')
  const decides = useMay('administer', 'organisation')
  const action = useAction()
  const grant = ({ taskVersionId, taskName, number }: NetworkRequest) =>
    action.run(async () => {
      await client.call('grantNetwork', { params: { id: taskVersionId }, body: { reason: reason.trim() } })
      setReason('')
      await refresh()
      return `Version ${number} of ${taskName} may use the network.`
    })
  const revoke = ({ taskVersionId, taskName, number }: NetworkRequest) =>
    action.run(async () => {
      await client.call('revokeNetwork', { params: { id: taskVersionId } })
      await refresh()
      return `Version ${number} of ${taskName} trains without the network from now on.`
    })
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Task code runs without a network. A version that asks for it, by network: public in its model-metadata.yaml,
        gets it only here. It can then send what it is given to anybody, and reach what this machine reaches, its own
        services among it.
      </Text>
      {decides ? (
        <TextInput
          label="Reason of the next grant"
          description="It is kept with your name and the time"
          value={reason}
          maxLength={1000}
          maw={480}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      ) : null}
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Versions that ask for the network"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ taskVersionId }) => taskVersionId}
            empty={<Empty>No version of a task asks for the network.</Empty>}
            columns={[
              {
                key: 'task',
                title: 'Task',
                value: ({ taskName }) => taskName,
                cell: ({ taskId, taskName }) => (
                  <LinkText to="/tasks/$id" params={{ id: taskId }}>
                    {taskName}
                  </LinkText>
                ),
              },
              { key: 'number', title: 'Version', cell: ({ number }) => number },
              { key: 'granted', title: 'Network', cell: ({ granted }) => (granted ? 'public' : 'isolated') },
              {
                key: 'grants',
                title: 'What was decided',
                wide: true,
                cell: ({ grants }) => (
                  <List size="sm">
                    {grants.map((each) => (
                      <List.Item key={each.id}>
                        <Decision grant={each} />
                      </List.Item>
                    ))}
                  </List>
                ),
              },
              ...(decides
                ? [
                    {
                      key: 'action',
                      title: 'Action',
                      cell: (request: NetworkRequest) => (
                        <Button
                          size="xs"
                          variant="default"
                          disabled={!request.granted && reason.trim() === ''}
                          aria-label={`${request.granted ? 'Revoke' : 'Grant'} the network of version ${request.number} of ${request.taskName}`}
                          onClick={() => void (request.granted ? revoke(request) : grant(request))}
                        >
                          {request.granted ? 'Revoke' : 'Grant'}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}

const Decision = ({
  grant: { grantedBy, grantedAt, reason, revokedBy, revokedAt },
}: {
  readonly grant: NetworkGrant
}) => (
  <>
    granted by {grantedBy.name} <Ago at={grantedAt} />: {reason}
    {revokedBy === null || revokedAt === null ? null : (
      <>
        ; revoked by {revokedBy.name} <Ago at={revokedAt} />
      </>
    )}
  </>
)
