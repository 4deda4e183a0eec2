import { Button, Checkbox, Group, List, Modal, Select, Stack, Text, Textarea } from '@mantine/core'
import type { Deployment, ReplacementCheck } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { useAskApproval } from '../approvals/index.ts'

type ReplaceProps = {
  readonly deployment: Deployment
  /** What is proposed. */
  readonly initial?: string | undefined
  readonly onClose: () => void
}

/** Another model for the same question, without a request going unanswered: what clients would notice, and why it is done. */
export const ReplaceModel = ({ deployment, initial, onClose }: ReplaceProps) => {
  const { id, release, target, targetType } = deployment
  const hostedIn = release.registeredModelId
  const models = useCall('listModels', { query: { limit: 200 } }, { enabled: hostedIn === null })
  const releases = useCall(
    'listModelReleases',
    { params: { id: hostedIn ?? '' }, query: { limit: 200 } },
    { enabled: hostedIn !== null },
  )
  const [chosen, setChosen] = useState<string | null>(initial ?? null)
  const [reason, setReason] = useState('')
  const [accepted, setAccepted] = useState(false)
  const replace = useAction()
  const refresh = useRefresh()
  const choice = hostedIn === null ? { modelId: chosen ?? '' } : { modelReleaseId: chosen ?? '' }
  const check = useCall('checkReplacement', { params: { id }, query: choice }, { enabled: chosen !== null })
  const fitting =
    hostedIn === null
      ? (models.data?.items ?? [])
          // Which rows are labelled as anomalies, a served model does not tell.
          .filter((model) => model.targetType === targetType && (targetType === 'anomaly' || model.target === target))
          .map((model) => ({ value: model.id, label: model.name }))
      : (releases.data?.items ?? [])
          .filter(({ number }) => number !== null)
          .map(({ id: value, number, algorithm }) => ({ value, label: `Release ${number}, ${algorithm}` }))
  const others = fitting.filter(({ value }) => value !== release.modelId)
  const noOther =
    hostedIn === null
      ? `No other model ${targetType === 'anomaly' ? 'finds anomalies' : `predicts ${target}`}`
      : 'There is no other release'
  const found = check.data
  const isReady = found !== undefined && !found.refused && (found.changes.length === 0 || accepted)
  const waits = deployment.needsApproval.includes('replace')
  const asking = useAskApproval(deployment)
  const submitAsked = async () => {
    const replacement = { ...choice, acceptChanges: accepted }
    if (await asking.ask({ action: 'replace', replacement }, reason)) onClose()
  }
  const submit = () =>
    replace.run(async () => {
      await client.call('replaceModel', {
        params: { id },
        body: { ...choice, reason: reason.trim(), acceptChanges: accepted },
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
          onChange={(value) => {
            setChosen(value)
            setAccepted(false)
          }}
          searchable
          data-autofocus
        />
        {check.error === null || chosen === null ? null : <ErrorPanel error={check.error} />}
        {found === undefined ? null : <Noticed check={found} accepted={accepted} onAccept={setAccepted} />}
        <Textarea
          label="Reason"
          description="Stays in the history of the deployment"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={2000}
          required
          autosize
          minRows={2}
        />
        {waits ? <Text size="sm">A second person has to approve it. Nothing happens until then.</Text> : null}
        {replace.problem === undefined ? null : <ErrorPanel error={replace.problem} />}
        {asking.problem === undefined ? null : <ErrorPanel error={asking.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={!isReady || reason.trim() === ''}
            loading={replace.busy || asking.busy}
            onClick={() => void (waits ? submitAsked() : submit())}
          >
            {waits ? 'Ask for approval' : 'Replace model'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const Noticed = ({
  check: { changes, refused },
  accepted,
  onAccept,
}: {
  readonly check: ReplacementCheck
  readonly accepted: boolean
  readonly onAccept: (accepted: boolean) => void
}) => {
  if (changes.length === 0) return <Text size="sm">It takes the same fields and answers alike.</Text>
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" fw={600}>
        {refused ? 'It cannot answer for this deployment:' : 'Clients would notice it:'}
      </Text>
      <List size="sm">
        {changes.slice(0, 50).map(({ message }) => (
          <List.Item key={message}>{message}</List.Item>
        ))}
      </List>
      {changes.length > 50 ? <Text size="sm">And {changes.length - 50} more.</Text> : null}
      {refused ? null : (
        <Checkbox
          label="Clients are ready for this"
          checked={accepted}
          onChange={(event) => onAccept(event.currentTarget.checked)}
        />
      )}
    </Stack>
  )
}
