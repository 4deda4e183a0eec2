import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import type { Challenger, Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { ReasonField } from '../../../ui/reason-field.tsx'
import { useAskApproval } from '../../approvals/index.ts'
import { useReplacement } from '../model-choice.tsx'

type PromoteProps = {
  readonly deployment: Deployment
  readonly challenger: Challenger
  readonly onClose: () => void
}

/** Puts a challenger behind the deployment, as any other model would be: with a reason, and what clients would notice. */
export const Promote = ({ deployment, challenger, onClose }: PromoteProps) => {
  const { id, version } = deployment
  const { modelId, modelKind, name } = challenger
  const [reason, setReason] = useState('')
  const [keepChampion, setKeepChampion] = useState(true)
  const promote = useAction()
  const refresh = useRefresh()
  const choice = modelKind === 'model' ? { modelId } : { modelReleaseId: modelId }
  const { isReady, accepted, noticed } = useReplacement(id, choice)
  // An approved replacement leaves the challengers as they are.
  const waits = deployment.needsApproval.includes('replace')
  const asking = useAskApproval(deployment)
  const submitAsked = async () => {
    const replacement = { ...choice, acceptChanges: accepted }
    if (await asking.ask({ action: 'replace', replacement }, reason)) onClose()
  }
  const submit = () =>
    promote.run(async () => {
      await client.call('promoteChallenger', {
        params: { id },
        body: { challengerId: challenger.id, reason: reason.trim(), acceptChanges: accepted, keepChampion },
        ifMatch: version,
      })
      await refresh()
      onClose()
      return `${name} answers as soon as it is ready.`
    })
  return (
    <Modal opened onClose={onClose} title={`Promote ${name}`}>
      <Stack>
        <Text size="sm">
          Clients keep the address. The model of now answers until the new one is ready, and can be rolled back to under
          Releases.
        </Text>
        {noticed}
        <ReasonField description="Stays in the history of the deployment" value={reason} onChange={setReason} isFirst />
        {waits ? (
          <Text size="sm">A second person has to approve it. Nothing happens until then.</Text>
        ) : (
          <Checkbox
            label="The champion of now goes on as a challenger"
            checked={keepChampion}
            onChange={(event) => setKeepChampion(event.currentTarget.checked)}
          />
        )}
        {promote.problem === undefined ? null : <ErrorPanel error={promote.problem} />}
        {asking.problem === undefined ? null : <ErrorPanel error={asking.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={!isReady || reason.trim() === ''}
            loading={promote.busy || asking.busy}
            onClick={() => void (waits ? submitAsked() : submit())}
          >
            {waits ? 'Ask for approval' : 'Promote challenger'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
