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
  const { release, target, targetType } = deployment
  const hostedIn = release.registeredModelId
  const models = useCall('listModels', { query: { limit: 200 } }, { enabled: hostedIn === null })
  const releases = useCall(
    'listModelReleases',
    { params: { id: hostedIn ?? '' }, query: { limit: 200 } },
    { enabled: hostedIn !== null },
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const replace = useAction()
  const refresh = useRefresh()
  const fitting =
    hostedIn === null
      ? (models.data?.items ?? [])
          .filter((model) => model.target === target && model.targetType === targetType)
          .map(({ id, name }) => ({ value: id, label: name }))
      : (releases.data?.items ?? [])
          .filter(({ number }) => number !== null)
          .map(({ id, number, algorithm }) => ({ value: id, label: `Release ${number}, ${algorithm}` }))
  const others = fitting.filter(({ value }) => value !== release.modelId)
  const noOther = hostedIn === null ? `No other model predicts ${target}` : 'There is no other release'
  const submit = () =>
    replace.run(async () => {
      if (chosen === null) return
      await client.call('changeDeployment', {
        params: { id: deployment.id },
        body: hostedIn === null ? { modelId: chosen } : { modelReleaseId: chosen },
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
          placeholder={others.length === 0 ? noOther : 'Choose a model'}
          data={others}
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
