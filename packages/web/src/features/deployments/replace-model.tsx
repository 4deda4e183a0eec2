import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'

/** Another model for the same question, without a request going unanswered. */
export const ReplaceModel = ({
  deployment,
  onClose,
}: {
  readonly deployment: Deployment
  readonly onClose: () => void
}) => {
  const models = useCall('listModels', { query: { limit: 200 } })
  const [chosen, setChosen] = useState<string | null>(null)
  const replace = useAction()
  const refresh = useRefresh()
  const fitting = (models.data?.items ?? []).filter(
    ({ id, target, targetType }) =>
      target === deployment.target && targetType === deployment.targetType && id !== deployment.release.modelId,
  )
  const submit = () =>
    replace.run(async () => {
      if (chosen === null) return
      await client.call('changeDeployment', {
        params: { id: deployment.id },
        body: { modelId: chosen },
        ifMatch: deployment.version,
      })
      await refresh()
      onClose()
    })
  return (
    <Modal opened onClose={onClose} title="Replace model">
      <Stack>
        <Text size="sm">Clients keep the address. The model of now answers until the new one is ready.</Text>
        <Select
          label="Model"
          placeholder={fitting.length === 0 ? `No other model predicts ${deployment.target}` : 'Choose a model'}
          data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={setChosen}
          searchable
          data-autofocus
        />
        {replace.problem === undefined ? null : <ErrorPanel error={replace.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={chosen === null} loading={replace.busy} onClick={() => void submit()}>
            Replace model
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
