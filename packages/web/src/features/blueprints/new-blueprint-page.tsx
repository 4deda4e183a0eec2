import { Button } from '@mantine/core'
import type { BlueprintGraph } from '@modelsmith/domain'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { type Draft, BlueprintEditor } from './editor.tsx'
import { addTask } from './graph.ts'
import { TrainDraft } from './train-draft.tsx'

/** An empty canvas, one task (`?task=`), or a copy of a blueprint (`?blueprint=`). */
export const NewBlueprintPage = () => {
  const { task, blueprint } = useSearch({ strict: false })
  if (task !== undefined) return <FromTask id={task} />
  return blueprint === undefined ? <NewBlueprint name="" graph={{ nodes: [] }} /> : <FromBlueprint id={blueprint} />
}

const FromTask = ({ id }: { readonly id: string }) => {
  const query = useCall('getTaskVersion', { params: { id } })
  return (
    <Loaded query={query}>
      {(task) => <NewBlueprint name={task.taskName} graph={addTask({ nodes: [] }, task).graph} />}
    </Loaded>
  )
}

const FromBlueprint = ({ id }: { readonly id: string }) => {
  const query = useCall('getBlueprint', { params: { id } })
  return <Loaded query={query}>{({ name, graph }) => <NewBlueprint name={`Copy of ${name}`} graph={graph} />}</Loaded>
}

const NewBlueprint = ({ name, graph }: { readonly name: string; readonly graph: BlueprintGraph }) => {
  const navigate = useNavigate()
  const save = useAction()
  const create = (draft: Draft) =>
    save.run(async () => {
      const blueprint = await client.call('createBlueprint', { body: { name: draft.name, graph: draft.graph } })
      await navigate({ to: '/blueprints/$id', params: { id: blueprint.id } })
    })
  return (
    <Page title="New blueprint">
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
      <BlueprintEditor
        name={name}
        graph={graph}
        actions={(draft) => (
          <>
            <TrainDraft draft={draft} savedId={undefined} />
            <Button
              disabled={draft.name === '' || draft.graph.nodes.length === 0}
              loading={save.busy}
              onClick={() => void create(draft)}
            >
              Save blueprint
            </Button>
          </>
        )}
      />
    </Page>
  )
}
