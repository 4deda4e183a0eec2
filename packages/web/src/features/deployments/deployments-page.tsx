import type { Deployment } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { ServedModel } from './served-model.tsx'

const columns: readonly TableColumn<Deployment>[] = [
  {
    key: 'name',
    title: 'Deployment',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/deployments/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  { key: 'state', title: 'State', value: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
  {
    key: 'importance',
    title: 'Importance',
    value: ({ importance }) => importance,
    cell: ({ importance }) => importance,
  },
  {
    key: 'model',
    title: 'Model',
    value: ({ modelName }) => modelName,
    cell: ({ modelName, release }) => <ServedModel release={release}>{modelName}</ServedModel>,
  },
  {
    key: 'release',
    title: 'Release',
    numeric: true,
    value: ({ release }) => release.number,
    cell: ({ release }) => release.number,
  },
  {
    key: 'requests',
    title: 'Requests',
    numeric: true,
    value: ({ requests }) => requests,
    cell: ({ requests }) => formatNumber(requests),
  },
  {
    key: 'errors',
    title: 'Errors',
    numeric: true,
    value: ({ errors }) => errors,
    cell: ({ errors }) => formatNumber(errors),
  },
  {
    key: 'last',
    title: 'Last request',
    value: ({ lastRequestAt }) => lastRequestAt,
    cell: ({ lastRequestAt }) => <Ago at={lastRequestAt} />,
  },
]

export const DeploymentsPage = () => {
  const query = useCall('listDeployments', { query: { limit: 200 } })
  return (
    <Page
      title="Deployments"
      subtitle="Models that answer requests."
      actions={
        <>
          <LinkButton to="/deployments/packages">Find a package</LinkButton>
          <LinkButton to="/change-requests">Change requests</LinkButton>
        </>
      }
    >
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Deployments"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={
              <Empty action={<LinkButton to="/models">Go to models</LinkButton>}>
                Nothing is deployed. A model is deployed from its page.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  )
}
