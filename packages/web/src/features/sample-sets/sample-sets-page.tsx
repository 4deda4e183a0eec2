import type { SampleSet } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'
import { namesOf } from './roles.ts'

const columns: readonly TableColumn<SampleSet>[] = [
  {
    key: 'name',
    title: 'Sample set',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/sample-sets/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  {
    key: 'label',
    title: 'Label',
    value: ({ fields }) => namesOf(fields, 'label'),
    cell: ({ fields }) => namesOf(fields, 'label'),
  },
  {
    key: 'datasets',
    title: 'Datasets',
    numeric: true,
    value: ({ datasetVersionIds }) => datasetVersionIds.length,
    cell: ({ datasetVersionIds }) => datasetVersionIds.length,
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

export const SampleSetsPage = () => {
  const query = useCall('listSampleSets', { query: { limit: 200 } })
  return (
    <Page
      title="Sample sets"
      subtitle="Rows of one or several datasets, with a role for each field: what is learned, from what, and how rows belong together."
      actions={
        <IfMayCreate kind="sampleSet">
          <LinkButton variant="filled" to="/sample-sets/new">
            New sample set
          </LinkButton>
        </IfMayCreate>
      }
    >
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Sample sets"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={
              <Empty
                action={
                  <IfMayCreate kind="sampleSet">
                    <LinkButton to="/sample-sets/new">New sample set</LinkButton>
                  </IfMayCreate>
                }
              >
                No sample set yet. Choose datasets, and say which column is the label.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  )
}
