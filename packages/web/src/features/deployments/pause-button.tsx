import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'

/** Pauses with a reason that clients are told; resumes at once. */
export const PauseButton = ({ deployment: { id, version, pause } }: { readonly deployment: Deployment }) => {
  const [asking, setAsking] = useState(false)
  const resume = useAction()
  const refresh = useRefresh()
  if (pause === null)
    return (
      <>
        <Button variant="default" onClick={() => setAsking(true)}>
          Pause
        </Button>
        {asking ? <AskReason id={id} version={version} onClose={() => setAsking(false)} /> : null}
      </>
    )
  return (
    <>
      <Button
        variant="default"
        loading={resume.busy}
        onClick={() =>
          void resume.run(async () => {
            await client.call('resumeDeployment', { params: { id }, ifMatch: version })
            await refresh()
          })
        }
      >
        Resume
      </Button>
      {resume.problem === undefined ? null : <ErrorPanel error={resume.problem} />}
    </>
  )
}

const AskReason = ({
  id,
  version,
  onClose,
}: {
  readonly id: string
  readonly version: number
  readonly onClose: () => void
}) => {
  const [reason, setReason] = useState('')
  const pause = useAction()
  const refresh = useRefresh()
  const submit = () =>
    pause.run(async () => {
      await client.call('pauseDeployment', { params: { id }, body: { reason: reason.trim() }, ifMatch: version })
      await refresh()
      onClose()
    })
  return (
    <Modal opened onClose={onClose} title="Pause deployment">
      <Stack>
        <Text size="sm">Clients are answered 503 with the reason until somebody resumes it.</Text>
        <ReasonField value={reason} onChange={setReason} isFirst />
        {pause.problem === undefined ? null : <ErrorPanel error={pause.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={reason.trim() === ''} loading={pause.busy} onClick={() => void submit()}>
            Pause deployment
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Since when nothing is answered, by whom and why. */
export const Paused = ({ pause }: { readonly pause: Deployment['pause'] }) =>
  pause === null ? null : (
    <Alert color="yellow" variant="light" title={`Paused by ${pause.by.name}`}>
      <Text size="sm">{pause.reason}</Text>
      <Text size="sm" c="dimmed">
        <Ago at={pause.at} />
      </Text>
    </Alert>
  )
