import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { useAskApproval } from '../approvals/index.ts'

/** Who answers while the model cannot, and how often that was so. */
export const Fallback = ({ deployment: { fallback, fallbacks } }: { readonly deployment: Deployment }) => {
  const often = `answered ${formatNumber(fallbacks)} ${fallbacks === 1 ? 'request' : 'requests'}`
  if (fallback === null) return fallbacks === 0 ? null : <Text size="sm">A fallback that it had {often}.</Text>
  return (
    <>
      <Text size="sm">
        While its model cannot answer,{' '}
        <LinkText to="/deployments/$id" params={{ id: fallback.id }} underline="always">
          {fallback.name}
        </LinkText>{' '}
        does: it has {often}.
      </Text>
      {fallback.problem === null ? null : (
        <Alert color="yellow" variant="light" title="Its fallback would not answer">
          {fallback.problem}
        </Alert>
      )}
    </>
  )
}

const none = ''

/** Names the fallback with a reason, or asks a second person where one has to approve. */
export const SetFallback = ({
  deployment,
  onClose,
}: {
  readonly deployment: Deployment
  readonly onClose: () => void
}) => {
  const { id, version, fallback, needsApproval } = deployment
  const [chosen, choose] = useState(fallback?.id ?? none)
  const [reason, setReason] = useState('')
  const others = useCall('listDeployments', { query: { limit: 200 } })
  const direct = useAction()
  const approval = useAskApproval(deployment)
  const refresh = useRefresh()
  const isAsked = needsApproval.includes('change')
  const deploymentId = chosen === none ? null : chosen
  const submit = async () => {
    if (isAsked) {
      if (await approval.ask({ action: 'change', settings: { fallbackId: deploymentId } }, reason)) onClose()
      return
    }
    await direct.run(async () => {
      const body = { deploymentId, reason: reason.trim() }
      await client.call('setFallback', { params: { id }, body, ifMatch: version })
      await refresh()
      onClose()
    })
  }
  const problem = direct.problem ?? approval.problem
  return (
    <Modal opened onClose={onClose} title="Fallback">
      <Stack>
        <Text size="sm">
          Another deployment answers while the model of this one has crashed, is too slow or too busy, or breaks its
          contract. Each such answer says so.
        </Text>
        <Select
          label="Deployment"
          description="Takes the same fields and answers the same kind of target"
          searchable
          allowDeselect={false}
          data={[
            { value: none, label: 'None' },
            ...(others.data?.items ?? [])
              .filter((each) => each.id !== id && each.targetType === deployment.targetType)
              .map((each) => ({ value: each.id, label: each.name })),
          ]}
          value={chosen}
          onChange={(value) => choose(value ?? none)}
        />
        <ReasonField
          description={isAsked ? 'A second person has to approve, and is shown this' : 'Kept in the history'}
          value={reason}
          onChange={setReason}
        />
        {problem === undefined ? null : <ErrorPanel error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={reason.trim() === '' || chosen === (fallback?.id ?? none)}
            loading={direct.busy || approval.busy}
            onClick={() => void submit()}
          >
            {isAsked ? 'Ask for approval' : 'Set fallback'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
