import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import type { Blueprint } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'

type TrainDraftProps = {
  readonly disabled: boolean
  readonly unsaved: boolean
  /** Saves what is not saved yet. */
  readonly save: () => Promise<Blueprint>
}

/** Saves what is on the canvas, and trains it in a project. */
export const TrainDraft = ({ disabled, unsaved, save }: TrainDraftProps) => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" disabled={disabled} onClick={() => setOpen(true)}>
        Train
      </Button>
      {open ? <TrainDialog unsaved={unsaved} save={save} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

type TrainDialogProps = Pick<TrainDraftProps, 'unsaved' | 'save'> & { readonly onClose: () => void }

const TrainDialog = ({ unsaved, save, onClose }: TrainDialogProps) => {
  const projects = useCall('listProjects', { query: { limit: 200 } })
  const [project, setProject] = useState<string | null>(null)
  const train = useAction()
  const navigate = useNavigate()
  const items = projects.data?.items ?? []
  const start = () =>
    train.run(async () => {
      if (project === null) return
      const { id: blueprintId } = await save()
      const { run } = await client.call('train', { params: { id: project }, body: { blueprintId } })
      await navigate({ to: '/training-runs/$id', params: { id: run.id }, ignoreBlocker: true })
    })
  return (
    <Modal opened onClose={onClose} title="Train blueprint">
      <Stack>
        <Select
          label="Project"
          placeholder="Choose a project"
          data={items.map(({ id, name, target }) => ({ value: id, label: `${name} (${target})` }))}
          value={project}
          onChange={setProject}
          searchable
          data-autofocus
        />
        {projects.data === undefined || items.length > 0 ? null : (
          <Text size="sm">
            There is no project yet. <LinkText to="/projects/new">Create the first</LinkText>.
          </Text>
        )}
        {unsaved ? (
          <Text size="sm" c="dimmed">
            The blueprint is saved first.
          </Text>
        ) : null}
        {projects.error === null ? null : <ErrorPanel error={projects.error} />}
        {train.problem === undefined ? null : <ErrorPanel error={train.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={project === null} loading={train.busy} onClick={() => void start()}>
            Train blueprint
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
