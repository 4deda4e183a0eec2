import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'
import { optionsOf, type TrainingChoice, TrainingOptions, wholeProject } from './training-options.tsx'

/** Trains a blueprint in this project. */
export const TrainBlueprint = ({ project }: { readonly project: Project }) => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Train blueprint</Button>
      {open ? <TrainDialog project={project} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const TrainDialog = ({ project, onClose }: { readonly project: Project; readonly onClose: () => void }) => {
  const blueprints = useCall('listBlueprints', { query: { limit: 200 } })
  const [chosen, setChosen] = useState<string | null>(null)
  const [choice, setChoice] = useState<TrainingChoice>(wholeProject)
  const train = useAction()
  const navigate = useNavigate()
  const start = () =>
    train.run(async () => {
      if (chosen === null) return
      const { run } = await client.call('train', {
        params: { id: project.id },
        body: { blueprintId: chosen, ...optionsOf(choice) },
      })
      onClose()
      await navigate({ to: '/training-runs/$id', params: { id: run.id } })
    })
  return (
    <Modal opened onClose={onClose} title={`Train in ${project.name}`}>
      <Stack>
        <Select
          label="Blueprint"
          placeholder="Choose a blueprint"
          data={(blueprints.data?.items ?? []).map(({ id, name, number }) => ({
            value: id,
            label: `${name} (version ${number})`,
          }))}
          value={chosen}
          onChange={setChosen}
          searchable
          data-autofocus
        />
        {blueprints.data?.items.length === 0 ? (
          <Text size="sm">
            There is no blueprint yet.{' '}
            <LinkText underline="always" to="/blueprints/new">
              Draw the first
            </LinkText>
            .
          </Text>
        ) : null}
        <TrainingOptions project={project} choice={choice} onChange={setChoice} />
        {blueprints.error === null ? null : <ErrorPanel error={blueprints.error} />}
        {train.problem === undefined ? null : <ErrorPanel error={train.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={chosen === null} loading={train.busy} onClick={() => void start()}>
            Train
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
