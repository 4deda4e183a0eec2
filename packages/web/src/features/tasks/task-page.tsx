import { Badge, Menu, Text } from '@mantine/core'
import type { Task } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { NameDialog, ObjectMenu } from '../../ui/object-menu.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { CommitLine } from './commit-line.tsx'
import { Compare } from './compare.tsx'
import { Files } from './files.tsx'
import { LastCheck } from './last-check.tsx'
import { Requirements } from './requirements.tsx'
import { Schema } from './schema.tsx'
import { languageWords } from './task-words.ts'
import { Uses } from './uses.tsx'
import { Versions } from './versions.tsx'

export const TaskPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getTask', { params: { id } })
  return <LoadedPage query={query}>{(task) => <TaskView key={task.id} task={task} />}</LoadedPage>
}

const TaskView = ({ task }: { readonly task: Task }) => {
  const { id, name, description, version, archived, latest, owner } = task
  const [cloning, setCloning] = useState(false)
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  return (
    <Page
      title={name}
      state={
        archived ? (
          <Badge variant="default" tt="none" fw={500}>
            archived
          </Badge>
        ) : undefined
      }
      subtitle={[
        `Version ${latest.number} of ${owner.name}`,
        languageWords[latest.language],
        latest.targetTypes.join(', '),
        `environment ${latest.environment}`,
      ].join(' · ')}
      actions={
        <>
          {archived || !can('use') ? null : (
            <LinkButton variant="filled" to="/blueprints/new" search={{ task: latest.id }}>
              Train new model
            </LinkButton>
          )}
          <ShareButton id={id} />
          <ObjectMenu
            kind="task"
            name={name}
            onRename={
              can('edit')
                ? async (renamed) => {
                    await client.call('changeTask', { params: { id }, body: { name: renamed }, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteTask', { params: { id }, ifMatch: version })
                    await navigate({ to: '/tasks' })
                  }
                : undefined
            }
          >
            {can('download') ? (
              <Menu.Item component="a" href={client.url('downloadTaskVersion', { params: { id: latest.id } })} download>
                Download the folder
              </Menu.Item>
            ) : null}
            {can('use') ? <Menu.Item onClick={() => setCloning(true)}>Copy as a task of my own</Menu.Item> : null}
            {can('edit') ? (
              <Menu.Item
                onClick={() =>
                  void client
                    .call('changeTask', { params: { id }, body: { archived: !archived }, ifMatch: version })
                    .then(refresh, () => refresh())
                }
              >
                {archived ? 'Bring back from the archive' : 'Archive task'}
              </Menu.Item>
            ) : null}
          </ObjectMenu>
          {cloning ? (
            <NameDialog
              title={`Copy ${name}, version ${latest.number}`}
              button="Copy task"
              initial={`${name} (copy)`}
              onClose={() => setCloning(false)}
              onName={async (called) => {
                const copy = await client.call('cloneTaskVersion', {
                  params: { id: latest.id },
                  body: { name: called },
                })
                await navigate({ to: '/tasks/$id', params: { id: copy.id } })
              }}
            />
          ) : null}
        </>
      }
    >
      {description === '' ? null : <Text>{description}</Text>}
      <CommitLine origin={latest.origin} />
      {archived ? (
        <Text size="sm">It is not offered to new blueprints; what uses it goes on. Its menu brings it back.</Text>
      ) : null}
      <LastCheck version={latest} />
      <PageTabs
        tabs={[
          { key: 'files', title: 'Files', content: () => <Files task={task} mayEdit={can('edit')} /> },
          { key: 'schema', title: 'Schema', content: () => <Schema version={latest} /> },
          ...(latest.requirements === null
            ? []
            : [{ key: 'requirements', title: 'Requirements', content: () => requirementsOf(latest) }]),
          { key: 'versions', title: 'Versions', content: () => <Versions task={task} can={can} /> },
          { key: 'compare', title: 'Compare', content: () => <Compare task={task} /> },
          { key: 'uses', title: 'Used in', content: () => <Uses taskId={id} /> },
        ]}
      />
    </Page>
  )
}

const requirementsOf = ({ id, requirements }: Task['latest']) =>
  requirements === null ? null : <Requirements key={id} requirements={requirements} />
