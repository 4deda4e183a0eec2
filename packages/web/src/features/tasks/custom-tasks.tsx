import type { Task } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { languageWords } from './task-words.ts'

const columns: readonly TableColumn<Task>[] = [
  {
    key: 'name',
    title: 'Task',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/tasks/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  {
    key: 'language',
    title: 'Language',
    value: ({ latest }) => latest.language,
    cell: ({ latest }) => languageWords[latest.language],
  },
  {
    key: 'target',
    title: 'Target types',
    value: ({ latest }) => latest.targetTypes.join(', '),
    cell: ({ latest }) => latest.targetTypes.join(', '),
  },
  {
    key: 'version',
    title: 'Version',
    value: ({ latest }) => latest.number,
    cell: ({ latest }) => latest.number,
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
  {
    key: 'description',
    title: 'Description',
    value: ({ description }) => description,
    cell: ({ description }) => (
      <div className="cell" title={description}>
        {description}
      </div>
    ),
  },
]

/** The tasks that people uploaded. */
export const CustomTasks = () => {
  const query = useCall('listTasks', { query: { limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) => (
        <DataTable
          label="Custom tasks"
          rows={items}
          more={nextCursor !== null}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty>
              No custom task yet. A task is a folder: custom.py has the code, model-metadata.yaml says what it is
              called, what it takes and which parameters it has.
            </Empty>
          }
        />
      )}
    </Loaded>
  )
}
