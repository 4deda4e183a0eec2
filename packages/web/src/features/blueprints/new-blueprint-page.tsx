import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { BlueprintEditor } from './editor.tsx'
import { addTask } from './graph.ts'
import { SaveActions } from './save-actions.tsx'
import type { Draft } from './use-draft.ts'
import { useSavedDraft } from './use-saved-draft.ts'

/** An empty canvas, one task (`?task=`), or a copy of a blueprint (`?blueprint=`) or of what a model was trained of (`?model=`). */
export const NewBlueprintPage = () => {
  const { task, blueprint, model } = useSearch({ strict: false })
  if (task !== undefined) return <FromTask key={task} id={task} />
  if (blueprint !== undefined) return <FromBlueprint key={blueprint} id={blueprint} />
  if (model !== undefined) return <FromModel key={model} id={model} />
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

const NewBlueprint = ({ first, from }: { readonly first: Draft; readonly from?: string }) => {
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
      <BlueprintEditor draft={draft} />
      <LeaveGuard unsaved={unsaved} words="What you drew on this blueprint is not saved." />
    </Page>
  )
}
