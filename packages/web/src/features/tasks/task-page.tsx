import { Alert, List, Menu, Text } from '@mantine/core'
import type { Task, TaskVersion } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { CommitLine } from './commit-line.tsx'
import { Files } from './files.tsx'
import { Schema } from './schema.tsx'
import { languageWords } from './task-words.ts'
import { Versions } from './versions.tsx'

export const TaskPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getTask', { params: { id } })
  return <LoadedPage query={query}>{(task) => <TaskView key={task.id} task={task} />}</LoadedPage>
}

const TaskView = ({ task }: { readonly task: Task }) => {
  const { id, name, description, version, latest, owner } = task
  const refresh = useRefresh()
  const navigate = useNavigate()
  return (
    <Page
      title={name}
      subtitle={[
        `Version ${latest.number} of ${owner.name}`,
        languageWords[latest.language],
        latest.targetTypes.join(', '),
        `environment ${latest.environment}`,
      ].join(' · ')}
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
          >
            <Menu.Item component="a" href={client.url('downloadTaskVersion', { params: { id: latest.id } })} download>
              Download the folder
            </Menu.Item>
          </ObjectMenu>
        </>
      }
    >
      {description === '' ? null : <Text>{description}</Text>}
      <CommitLine origin={latest.origin} />
      <Warnings warnings={latest.warnings} />
      <PageTabs
        tabs={[
          { key: 'files', title: 'Files', content: () => <Files key={latest.id} taskId={id} latest={latest} /> },
          { key: 'schema', title: 'Schema', content: () => <Schema version={latest} /> },
          { key: 'versions', title: 'Versions', content: () => <Versions taskId={id} /> },
        ]}
      />
    </Page>
  )
}

const Warnings = ({ warnings }: Pick<TaskVersion, 'warnings'>) =>
  warnings.length === 0 ? null : (
    <Alert color="yellow" variant="light" title="The latest version works, but something in it is doubtful">
      <List size="sm">
        {warnings.map(({ message, hint, place }) => (
          <List.Item key={`${place?.file ?? ''} ${message}`}>
            {[place?.file, place?.line === undefined ? undefined : `line ${place.line}`]
              .filter((part) => part !== undefined)
              .join(', ')}{' '}
            {message} {hint}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
