import { Badge, Checkbox, Group } from '@mantine/core'
import type { Task } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'
import { languageWords } from './task-words.ts'

const columns: readonly TableColumn<Task>[] = [
  {
    key: 'name',
    title: 'Task',
    value: ({ name }) => name,
    cell: ({ id, name, archived }) => (
      <Group gap="xs">
        <LinkText to="/tasks/$id" params={{ id }}>
          {name}
        </LinkText>
        {archived ? (
          <Badge variant="default" size="xs" tt="none" fw={500}>
            archived
          </Badge>
        ) : null}
      </Group>
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

/** The tasks that people made. */
export const CustomTasks = () => {
  const query = useCall('listTasks', { query: { limit: 200 } })
  const [view, setView] = useAddress('view')
  const withArchived = view === 'archived'
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) => (
        <>
          {items.some(({ archived }) => archived) ? (
            <Checkbox
              mb="sm"
              label="Show archived tasks"
              checked={withArchived}
              onChange={(event) => setView(event.currentTarget.checked ? 'archived' : undefined)}
            />
          ) : null}
          <DataTable
            label="Custom tasks"
            rows={items.filter(({ archived }) => withArchived || !archived)}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={
              <Empty
                action={
                  <IfMayCreate kind="task">
                    <LinkButton to="/tasks/new" search={{ tab: 'template' }}>
                      Begin with a template
                    </LinkButton>
                  </IfMayCreate>
                }
              >
                No custom task yet. A task is a folder: custom.py has the code, model-metadata.yaml says what it is
                called, what it takes and which parameters it has.
              </Empty>
            }
          />
        </>
      )}
    </Loaded>
  )
}
