import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { useAskApproval } from '../approvals/index.ts'
import { useModelChoice } from './model-choice.tsx'

type ReplaceProps = {
  readonly deployment: Deployment
  /** What is proposed. */
  readonly initial?: string | undefined
  readonly onClose: () => void
}

/** Another model for the same question, without a request going unanswered: what clients would notice, and why it is done. */
export const ReplaceModel = ({ deployment, initial, onClose }: ReplaceProps) => {
  const { id } = deployment
  const { choice, isReady, accepted, field } = useModelChoice(deployment, initial)
  const [reason, setReason] = useState('')
  const replace = useAction()
  const refresh = useRefresh()
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
        {field}
        <ReasonField description="Stays in the history of the deployment" value={reason} onChange={setReason} />
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
