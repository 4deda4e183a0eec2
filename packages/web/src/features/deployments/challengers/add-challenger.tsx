import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { useModelChoice } from '../model-choice.tsx'

type AddProps = { readonly deployment: Deployment; readonly onClose: () => void }

/** Another model for the same question, which is scored and answers nobody. */
export const AddChallenger = ({ deployment, onClose }: AddProps) => {
  const { id } = deployment
  const { choice, isReady, accepted, field } = useModelChoice(deployment)
  const add = useAction()
  const refresh = useRefresh()
  const submit = () =>
    add.run(async () => {
      await client.call('addChallenger', { params: { id }, body: { ...choice, acceptChanges: accepted } })
      await refresh()
      onClose()
    })
  return (
    <Modal opened onClose={onClose} title="Add challenger">
      <Stack>
        <Text size="sm">It scores the rows that come from now on; earlier ones that are kept, it replays.</Text>
        {field}
        {add.problem === undefined ? null : <ErrorPanel error={add.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={!isReady} loading={add.busy} onClick={() => void submit()}>
            Add challenger
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
