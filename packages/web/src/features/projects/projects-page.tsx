import type { Project } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'

const columns: readonly TableColumn<Project>[] = [
  {
    key: 'name',
    title: 'Project',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/projects/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  { key: 'target', title: 'Target', value: ({ target }) => target, cell: ({ target }) => target },
  { key: 'type', title: 'Target type', value: ({ targetType }) => targetType, cell: ({ targetType }) => targetType },
  { key: 'metric', title: 'Metric', value: ({ metric }) => metric, cell: ({ metric }) => metric },
  {
    key: 'rows',
    title: 'Training rows',
    numeric: true,
    value: ({ rows }) => rows.training,
    cell: ({ rows }) => formatNumber(rows.training),
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

export const ProjectsPage = () => {
  const query = useCall('listProjects', { query: { limit: 200 } })
  const create = (
    <IfMayCreate kind="project">
      <LinkButton variant="filled" to="/projects/new">
        Create project
      </LinkButton>
    </IfMayCreate>
  )
  return (
    <Page
      title="Projects"
      subtitle="A dataset with its target, metric and partitions; blueprints are trained in it and compared."
      actions={create}
    >
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Projects"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={<Empty action={create}>No project yet. Choose a dataset and what is to be predicted.</Empty>}
          />
        )}
      </Loaded>
    </Page>
  )
}
