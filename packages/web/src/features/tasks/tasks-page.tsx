import { Stack } from '@mantine/core'
import type { Task } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { client, useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { Library } from './library.tsx'
import { TaskUpload } from './upload.tsx'

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
    key: 'type',
    title: 'Target type',
    value: ({ latest }) => latest.targetTypes.join(', '),
    cell: ({ latest }) => latest.targetTypes.join(', '),
  },
  {
    key: 'language',
    title: 'Language',
    value: ({ latest }) => latest.language,
    cell: ({ latest }) => (latest.language === 'python' ? 'Python' : 'R'),
  },
  {
    key: 'version',
    title: 'Version',
    numeric: true,
    value: ({ latest }) => latest.number,
    cell: ({ latest }) => latest.number,
  },
  {
    key: 'environment',
    title: 'Environment',
    value: ({ latest }) => latest.environment,
    cell: ({ latest }) => latest.environment,
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

export const TasksPage = () => (
  <Page title="Tasks" subtitle="Code with hooks, in versions; blueprints are made of tasks.">
    <PageTabs
      tabs={[
        { key: 'custom', title: 'Custom tasks', content: () => <CustomTasks /> },
        { key: 'library', title: 'Library', content: () => <Library /> },
      ]}
    />
  </Page>
)

const CustomTasks = () => {
  const query = useCall('listTasks', { query: { limit: 200 } })
  const navigate = useNavigate()
  return (
    <Stack>
      <TaskUpload
        label="Upload task"
        words="Drop the folder of a task here: custom.py, model-metadata.yaml and what they need. A zip of it works as well."
        send={(files) => client.upload('uploadTask', { files })}
        onUploaded={({ task }) => navigate({ to: '/tasks/$id', params: { id: task.id } })}
      />
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label="Custom tasks"
            rows={items}
            columns={columns}
            rowKey={({ id }) => id}
            empty={<Empty>No custom task yet. The folder examples/tasks of the product has two to begin with.</Empty>}
          />
        )}
      </Loaded>
    </Stack>
  )
}
