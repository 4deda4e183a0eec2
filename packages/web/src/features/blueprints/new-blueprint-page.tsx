import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Text } from '@mantine/core'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { BlueprintEditor } from './editor.tsx'
import { addTask } from './graph.ts'
import { SaveActions } from './save-actions.tsx'
import type { Draft } from './use-draft.ts'
import { useSavedDraft } from './use-saved-draft.ts'

/**
 * An empty canvas, one task (`?task=`), a copy of a blueprint (`?blueprint=`), of what a model was trained of (`?model=`), or of a
 * project's repository (`?project=` and `?repository=`).
 */
export const NewBlueprintPage = () => {
  const { task, blueprint, model, project, repository } = useSearch({ strict: false })
  if (task !== undefined) return <FromTask key={task} id={task} />
  if (blueprint !== undefined) return <FromBlueprint key={blueprint} id={blueprint} />
  if (model !== undefined) return <FromModel key={model} id={model} />
  if (project !== undefined && repository !== undefined)
    return <FromRepository key={repository} project={project} id={repository} />
  return <NewBlueprint first={{ name: '', description: '', graph: { nodes: [] } }} />
}

const FromTask = ({ id }: { readonly id: string }) => {
  const query = useCall('getTaskVersion', { params: { id } })
  return (
    <Loaded query={query}>
      {(task) => (
        <NewBlueprint first={{ name: task.taskName, description: '', graph: addTask({ nodes: [] }, task).graph }} />
      )}
    </Loaded>
  )
}

const FromBlueprint = ({ id }: { readonly id: string }) => {
  const query = useCall('getBlueprint', { params: { id } })
  return (
    <Loaded query={query}>
      {({ name, description, graph }) => (
        <NewBlueprint first={{ name: `Copy of ${name}`, description, graph }} from={id} />
      )}
    </Loaded>
  )
}

const FromModel = ({ id }: { readonly id: string }) => {
  const query = useCall('getModel', { params: { id } })
  return (
    <Loaded query={query}>
      {({ name, graph }) => <NewBlueprint first={{ name: `Copy of ${name}`, description: '', graph }} from={id} />}
    </Loaded>
  )
}

const FromRepository = ({ project, id }: { readonly project: string; readonly id: string }) => {
  const query = useCall('getRepository', { params: { id: project } })
  return (
    <Loaded query={query}>
      {({ items }) => {
        const entry = items.find((each) => each.id === id)
        return entry === undefined ? (
          <Empty>This blueprint of the library does not fit the project.</Empty>
        ) : (
          <NewBlueprint first={{ ...entry, name: `Copy of ${entry.name}` }} against={project} />
        )
      }}
    </Loaded>
  )
}

type NewBlueprintProps = { readonly first: Draft; readonly from?: string; readonly against?: string }

const NewBlueprint = ({ first, from, against }: NewBlueprintProps) => {
  const { draft, base, unsaved, save } = useSavedDraft(first, undefined, from)
  const navigate = useNavigate()
  const saving = useAction()
  const onSave = () =>
    void saving.run(async () => {
      const { id } = await save()
      await navigate({ to: '/blueprints/$id', params: { id }, ignoreBlocker: true })
    })
  return (
    <Page
      title="New blueprint"
      actions={
        <SaveActions
          draft={draft}
          unsaved={base === undefined || unsaved}
          busy={saving.busy}
          onSave={onSave}
          save={save}
        />
      }
    >
      {saving.problem === undefined ? null : <ErrorPanel error={saving.problem} />}
      {draft.graph.nodes.length === 0 ? <Beginnings /> : null}
      <BlueprintEditor draft={draft} {...(against === undefined ? {} : { against })} />
      <LeaveGuard unsaved={unsaved} words="What you drew on this blueprint is not saved." />
    </Page>
  )
}

const Beginnings = () => (
  <Text size="sm" c="dimmed">
    Begin here, or with a copy: of a{' '}
    <LinkText underline="always" to="/models">
      model
    </LinkText>
    , of a{' '}
    <LinkText underline="always" to="/blueprints">
      blueprint
    </LinkText>
    , of the repository of a{' '}
    <LinkText underline="always" to="/projects">
      project
    </LinkText>
    , or with a{' '}
    <LinkText underline="always" to="/tasks">
      task
    </LinkText>
    .
  </Text>
)
