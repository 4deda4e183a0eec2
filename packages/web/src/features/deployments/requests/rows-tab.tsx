import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { Deployment, KeptRow, KeptRows as Found, KeptRowsFilter } from '@modelsmith/api'
import { client, useCall } from '../../../app/client.ts'
import { Ago } from '../../../ui/ago.tsx'
import { useAddress } from '../../../ui/address.ts'
import { Empty } from '../../../ui/empty.tsx'
import { LinkText } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { useAccess } from '../../sharing/index.ts'
import { KeptRows, wordsOf } from '../challengers/index.ts'
import { RowsFilter, useRowsFilter } from './rows-filter.tsx'
import { RowsTable } from './rows-table.tsx'

type TabProps = { readonly deployment: Deployment }

const pageRows = 50

/** The rows that requests sent, as far as they are kept: to look for some, to take them away, and to say what is kept. */
export const RowsTab = ({ deployment }: TabProps) => {
  const { can } = useAccess(deployment.id)
  if (!can('edit'))
    return (
      <Alert color="gray" variant="light" title="Rows of requests are for those who may edit the deployment">
        Ask its owner for the role of an editor. Health, drift and accuracy tell how all rows fared.
      </Alert>
    )
  return <Rows deployment={deployment} />
}

const Rows = ({ deployment }: TabProps) => {
  const { id } = deployment
  const [filter] = useRowsFilter()
  const [cursor] = useAddress('cursor')
  const query = useCall('listKeptRows', {
    params: { id },
    query: { ...filter, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) },
  })
  const { can } = useAccess(id)
  return (
    <Stack gap="lg">
      <RowsFilter deployment={deployment} />
      <Loaded query={query}>
        {(found) => (
          <Stack gap="lg">
            <Text size="sm">{wordsOf(found.kept)} Rows of requests that were refused are not kept.</Text>
            <Downloads id={id} filter={filter} />
            <FoundRows id={id} found={found} />
            {can('delete') ? (
              <KeptRows key={`${found.kept.days} ${found.kept.share}`} deployment={deployment} kept={found.kept} />
            ) : null}
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

const Downloads = ({ id, filter }: { readonly id: string; readonly filter: KeptRowsFilter }) => {
  const address = (format: 'csv' | 'parquet') =>
    client.url('downloadKeptRows', { params: { id }, query: { ...filter, format } })
  return (
    <Group gap="xs" role="group" aria-label="Downloads of these rows">
      <Button component="a" size="xs" variant="default" href={address('csv')} download>
        Rows as CSV
      </Button>
      <Button component="a" size="xs" variant="default" href={address('parquet')} download>
        Rows as Parquet
      </Button>
    </Group>
  )
}

const FoundRows = ({ id, found }: { readonly id: string; readonly found: Found }) => {
  const [cursor, go] = useAddress('cursor', { opens: true })
  const { items, columns, nextCursor, searchedTo } = found
  return (
    <Stack gap="sm">
      <RowsTable
        label="Kept rows"
        rows={items}
        columns={columns}
        empty={
          <Empty>
            {nextCursor === null
              ? 'No kept row of this time fits. Choose another time, or fewer conditions.'
              : `No kept row fits back to ${(searchedTo ?? '').slice(0, 16).replace('T', ' ')} UTC. There are older ones to look through.`}
          </Empty>
        }
        first={[
          { key: 'at', title: 'At', cell: ({ at }) => <Ago at={at} /> },
          { key: 'row', title: 'Request', cell: (row) => <ToRequest id={id} row={row} /> },
        ]}
      />
      <Group gap="xs">
        {cursor === undefined ? null : (
          <Button size="xs" variant="default" onClick={() => go(undefined)}>
            Newest rows
          </Button>
        )}
        {nextCursor === null ? null : (
          <Button size="xs" variant="default" onClick={() => go(nextCursor)}>
            Older rows
          </Button>
        )}
      </Group>
    </Stack>
  )
}

const ToRequest = ({ id, row: { requestId, row } }: { readonly id: string; readonly row: KeptRow }) => (
  <LinkText
    size="sm"
    style={{ whiteSpace: 'nowrap' }}
    to="/deployments/$id/requests/$request"
    params={{ id, request: requestId }}
    search={{ row: String(row) }}
  >
    Row {row} of {requestId.length > 9 ? `${requestId.slice(0, 8)}…` : requestId}
  </LinkText>
)
