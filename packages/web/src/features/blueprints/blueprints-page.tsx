import type { Blueprint } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'

const columns: readonly TableColumn<Blueprint>[] = [
  {
    key: 'name',
    title: 'Blueprint',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/blueprints/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  {
    key: 'tasks',
    title: 'Tasks',
    numeric: true,
    value: ({ graph }) => graph.nodes.length,
    cell: ({ graph }) => graph.nodes.length,
  },
  { key: 'version', title: 'Version', numeric: true, value: ({ number }) => number, cell: ({ number }) => number },
  {
    key: 'words',
    wide: true,
    title: 'Description',
    value: ({ description }) => description,
    cell: ({ description }) => description,
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

export const BlueprintsPage = () => {
  const query = useCall('listBlueprints', { query: { limit: 200 } })
  return (
    <Page
      title="Blueprints"
      subtitle="How data flows through tasks to one estimator."
      actions={
        <IfMayCreate kind="blueprint">
          <LinkButton variant="filled" to="/blueprints/new">
            New blueprint
          </LinkButton>
        </IfMayCreate>
      }
    >
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Blueprints"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={
              <Empty
                action={
                  <IfMayCreate kind="blueprint">
                    <LinkButton to="/blueprints/new">New blueprint</LinkButton>
                  </IfMayCreate>
                }
              >
                No blueprint yet. Two tasks are enough for the first: one that fills what is missing, one that learns.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  )
}
