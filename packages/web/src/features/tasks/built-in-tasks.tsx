import { Drawer, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { LinkButton } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'
import { Schema } from './schema.tsx'
import { Uses } from './uses.tsx'

/** The library, with the documentation of each of its tasks in a drawer that has an address. */
export const BuiltInTasks = () => {
  const query = useCall('listTaskVersionsAvailable')
  const [shown, show] = useAddress('task', { opens: true })
  return (
    <Loaded query={query}>
      {({ items }) => {
        const library = items.filter(({ kind }) => kind === 'builtin')
        const open = library.find(({ id }) => id === shown)
        return (
          <>
            <DataTable
              label="Built-in tasks"
              rows={library}
              columns={columns(show)}
              rowKey={({ id }) => id}
              empty={<Text c="dimmed">The library is empty.</Text>}
            />
            {open === undefined ? null : <Documentation task={open} onClose={() => show(undefined)} />}
          </>
        )
      }}
    </Loaded>
  )
}

const columns = (show: (task: string) => void): readonly TableColumn<TaskVersion>[] => [
  {
    key: 'name',
    title: 'Task',
    value: ({ taskName }) => taskName,
    cell: ({ id, taskName }) => (
      <UnstyledButton className="link" onClick={() => show(id)}>
        {taskName}
      </UnstyledButton>
    ),
  },
  { key: 'group', title: 'Group', value: ({ group }) => group, cell: ({ group }) => group },
  {
    key: 'target',
    title: 'Target types',
    value: ({ targetTypes }) => targetTypes.join(', '),
    cell: ({ targetTypes }) => targetTypes.join(', '),
  },
  {
    key: 'parameters',
    title: 'Parameters',
    numeric: true,
    value: ({ hyperparameters }) => hyperparameters.length,
    cell: ({ hyperparameters }) => hyperparameters.length,
  },
  {
    key: 'description',
    wide: true,
    title: 'Description',
    value: ({ description }) => description,
    cell: ({ description }) => description,
  },
]

const Documentation = ({ task, onClose }: { readonly task: TaskVersion; readonly onClose: () => void }) => (
  <Drawer opened onClose={onClose} position="right" size="lg" title={task.taskName}>
    <Stack>
      <Text size="sm">{task.description}</Text>
      <IfMayCreate kind="blueprint">
        <LinkButton variant="filled" w="fit-content" to="/blueprints/new" search={{ task: task.id }}>
          Use in a new blueprint
        </LinkButton>
      </IfMayCreate>
      <Schema version={task} />
      <Title order={2}>Used in</Title>
      <Uses taskId={task.taskId} search={false} />
      {task.citation === null ? null : (
        <Text size="sm" c="dimmed">
          {task.citation}
        </Text>
      )}
    </Stack>
  </Drawer>
)
