import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { Challenger, Challengers } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { Moment } from '../monitoring/index.ts'
import { wordsOf } from './kept-rows.tsx'

type ReplayProps = {
  readonly deploymentId: string
  readonly challenger: Challenger
  readonly kept: Challengers['kept']
  readonly onClose: () => void
}

/** Requests of the past for one challenger, as far as their rows are kept. */
export const Replay = ({ deploymentId, challenger, kept, onClose }: ReplayProps) => {
  const [from, setFrom] = useState(() => kept.from ?? new Date().toISOString())
  const [to, setTo] = useState(() => kept.to ?? new Date().toISOString())
  const replay = useAction()
  const refresh = useRefresh()
  const submit = () =>
    replay.run(async () => {
      const body = { challengerId: challenger.id, from, to }
      await client.call('replayChallenger', { params: { id: deploymentId }, body })
      await refresh()
      onClose()
    })
  return (
    <Modal opened onClose={onClose} title={`Replay requests with ${challenger.name}`}>
      <Stack>
        <Text size="sm">{wordsOf(kept)}</Text>
        <Text size="sm">Whole hours are replayed; rows that it has scored before are not scored again.</Text>
        <Group gap="xs" align="flex-end">
          <Moment label="Replay from (UTC)" value={from} onChange={setFrom} />
          <Moment label="Replay to (UTC)" value={to} onChange={setTo} />
        </Group>
        {replay.problem === undefined ? null : <ErrorPanel error={replay.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={replay.busy} onClick={() => void submit()} data-autofocus>
            Replay requests
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
