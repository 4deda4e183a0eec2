import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ChangeRequestCreate, Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'

export type Asked = Omit<ChangeRequestCreate, 'reason'>

type Props = {
  readonly deployment: Pick<Deployment, 'id' | 'version' | 'importance'>
  /** As the button and the title say it. */
  readonly title: string
  readonly asked: Asked
  readonly onClose: () => void
}

/** Keeps what is asked for, for somebody else to approve. */
export const useAskApproval = ({ id, version }: Props['deployment']) => {
  const action = useAction()
  const refresh = useRefresh()
  return {
    ...action,
    ask: (asked: Asked, reason: string) =>
      action.run(async () => {
        const body = { ...asked, reason: reason.trim() }
        await client.call('createChangeRequest', { params: { id }, body, ifMatch: version })
        await refresh()
        return 'It is done as soon as a second person approves.'
      }),
  }
}

/** Asks a second person, with a reason. */
export const AskApproval = ({ deployment, title, asked, onClose }: Props) => {
  const [reason, setReason] = useState('')
  const { busy, problem, ask } = useAskApproval(deployment)
  const submit = async () => {
    if (await ask(asked, reason)) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        <Text size="sm">
          Of a deployment of {deployment.importance} importance, a second person has to approve this. Nothing happens
          until then.
        </Text>
        <ReasonField description="Shown to whoever decides, and kept" value={reason} onChange={setReason} isFirst />
        {problem === undefined ? null : <ErrorPanel error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={reason.trim() === ''} loading={busy} onClick={() => void submit()}>
            Ask for approval
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
