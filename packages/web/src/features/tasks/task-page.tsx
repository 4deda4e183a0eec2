import { Alert, List } from '@mantine/core'
import type { Task } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { Files } from './files.tsx'
import { Schema } from './schema.tsx'
import { Versions } from './versions.tsx'

export const TaskPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getTask', { params: { id } })
  return <Loaded query={query}>{(task) => <TaskView task={task} />}</Loaded>
}

const TaskView = ({ task }: { readonly task: Task }) => {
  const { id, name, version, latest, owner } = task
  const refresh = useRefresh()
  const navigate = useNavigate()
  return (
    <Page
      title={name}
      subtitle={`${latest.targetTypes.join(', ')} in ${latest.language === 'python' ? 'Python' : 'R'} · version ${latest.number} of ${owner.name} · environment ${latest.environment}`}
      actions={
        <>
          <LinkButton variant="filled" to="/blueprints/new" search={{ task: latest.id }}>
            Train new model
          </LinkButton>
          <ObjectMenu
            kind="task"
            name={name}
            onRename={async (renamed) => {
              await client.call('changeTask', { params: { id }, body: { name: renamed }, ifMatch: version })
              await refresh()
            }}
            onDelete={async () => {
              await client.call('deleteTask', { params: { id }, ifMatch: version })
              await navigate({ to: '/tasks' })
            }}
          />
        </>
      }
    >
      {latest.warnings.length === 0 ? null : (
        <Alert color="yellow" variant="light" title="Worth a look">
          <List size="sm">
            {latest.warnings.map(({ message, hint }) => (
              <List.Item key={message}>
                {message} {hint}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <PageTabs
        tabs={[
          { key: 'files', title: 'Files', content: () => <Files key={latest.id} version={latest} /> },
          { key: 'schema', title: 'Schema', content: () => <Schema version={latest} /> },
          { key: 'versions', title: 'Versions', content: () => <Versions taskId={id} /> },
        ]}
      />
    </Page>
  )
}
