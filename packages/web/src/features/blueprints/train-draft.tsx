import { Button, Group, Modal, Select, Stack } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import type { Draft } from './editor.tsx'

/** Trains the graph as it stands on the canvas, or the saved blueprint when they are the same. */
export const TrainDraft = ({ draft, savedId }: { readonly draft: Draft; readonly savedId: string | undefined }) => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" disabled={draft.graph.nodes.length === 0} onClick={() => setOpen(true)}>
        Train
      </Button>
      {open ? <Dialog draft={draft} savedId={savedId} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const Dialog = ({
  draft,
  savedId,
  onClose,
}: {
  readonly draft: Draft
  readonly savedId: string | undefined
  readonly onClose: () => void
}) => {
  const projects = useCall('listProjects', { query: { limit: 200 } })
  const [chosen, setChosen] = useState(draft.projectId)
  const train = useAction()
  const navigate = useNavigate()
  const start = () =>
    train.run(async () => {
      if (chosen === null) return
      const body =
        savedId === undefined
          ? { name: draft.name || 'Blueprint without a name', graph: draft.graph }
          : { blueprintId: savedId }
      const { run } = await client.call('train', { params: { id: chosen }, body })
      onClose()
      await navigate({ to: '/training-runs/$id', params: { id: run.id } })
    })
  return (
    <Modal opened onClose={onClose} title="Train blueprint" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Select
          label="Project"
          placeholder={projects.data?.items.length === 0 ? 'Create a project first' : 'Choose a project'}
          data={(projects.data?.items ?? []).map(({ id, name, target }) => ({
            value: id,
            label: `${name} (${target})`,
          }))}
          value={chosen}
          onChange={setChosen}
          searchable
          data-autofocus
        />
        {train.problem === undefined ? null : <ErrorPanel error={train.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={chosen === null} loading={train.busy} onClick={() => void start()}>
            Train blueprint
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
