import { Alert, Button, Group, List, Paper, Stack, Table, Text } from '@mantine/core'
import type { ChangeRequest } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { LinkText } from '../../ui/link.tsx'
import { actionWords, stateWords, toldWords, wordsOf } from './words.ts'

type CardProps = { readonly request: ChangeRequest; readonly withDeployment: boolean }

/** What was asked, by whom, why, what exactly would be different, and what to say to it. */
export const RequestCard = ({ request, withDeployment }: CardProps) => {
  const { deployment, action, differences, noticed, reason, state, askedBy, createdAt, isOutdated } = request
  return (
    <Paper withBorder p="md" component="article" aria-label={`${actionWords[action]}: ${deployment.name}`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Text fw={600}>
            {actionWords[action]}
            {withDeployment ? ': ' : ''}
            {withDeployment ? <DeploymentName deployment={deployment} /> : null}
          </Text>
          <Text size="sm">{stateWords[state]}</Text>
        </Group>
        <Text size="sm">
          Asked by {askedBy.name} <Ago at={createdAt} />
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {reason}
        </Text>
        <Differences differences={differences} />
        {noticed.length === 0 ? null : (
          <Stack gap={4}>
            <Text size="sm" fw={600}>
              Clients would notice:
            </Text>
            <List size="sm">
              {noticed.map((each) => (
                <List.Item key={each}>{each}</List.Item>
              ))}
            </List>
          </Stack>
        )}
        {isOutdated ? (
          <Alert color="yellow" variant="light" title="The deployment was changed since">
            It can no longer be done as it was asked. Withdraw or reject it, and ask anew.
          </Alert>
        ) : null}
        <Decision request={request} />
        <Told request={request} />
        {state === 'open' ? <Decide request={request} /> : null}
      </Stack>
    </Paper>
  )
}

const DeploymentName = ({ deployment: { id, name, isDeleted } }: Pick<ChangeRequest, 'deployment'>) =>
  isDeleted ? (
    <>{name} (deleted)</>
  ) : (
    <LinkText to="/deployments/$id" params={{ id }}>
      {name}
    </LinkText>
  )

const Differences = ({ differences }: Pick<ChangeRequest, 'differences'>) => (
  <div className="scroll" tabIndex={0} role="group" aria-label="What would be different">
    <Table withTableBorder verticalSpacing="xs" horizontalSpacing="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          <Table.Th>Before</Table.Th>
          <Table.Th>After</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {differences.map(wordsOf).map(({ what, before, after }) => (
          <Table.Tr key={what}>
            <Table.Th scope="row">{what}</Table.Th>
            <Table.Td>{before}</Table.Td>
            <Table.Td>{after}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
)

const Decision = ({ request: { decidedBy, decidedAt, decisionReason, problem } }: Pick<CardProps, 'request'>) =>
  decidedBy === null ? null : (
    <Stack gap={4}>
      <Text size="sm">
        Decided by {decidedBy.name} <Ago at={decidedAt} />
        {decisionReason === null ? '' : `: ${decisionReason}`}
      </Text>
      {problem === null ? null : (
        <Alert color="red" variant="light" title={problem.message}>
          <Text size="sm">{problem.hint}</Text>
          <Text size="sm">Code: {problem.code}</Text>
        </Alert>
      )}
    </Stack>
  )

/** Who was told so far, and why somebody was not. */
const Told = ({ request }: Pick<CardProps, 'request'>) =>
  toldWords(request).map((words) => (
    <Text key={words} size="sm" c="dimmed">
      {words}
    </Text>
  ))

const Decide = ({ request: { id, action, deployment, mayDecide, mayWithdraw } }: Pick<CardProps, 'request'>) => {
  const [rejecting, setRejecting] = useState(false)
  const [reason, setReason] = useState('')
  const decide = useAction()
  const refresh = useRefresh()
  const of = `${actionWords[action]}: ${deployment.name}`
  const run = (work: () => Promise<ChangeRequest>) =>
    void decide.run(async () => {
      const { state } = await work()
      await refresh()
      return stateWords[state]
    })
  if (!mayDecide && !mayWithdraw)
    return (
      <Text size="sm" c="dimmed">
        It waits for an administrator or another owner of the deployment.
      </Text>
    )
  return (
    <Stack gap="sm">
      {rejecting ? <ReasonField label="Reason for rejecting" value={reason} onChange={setReason} isFirst /> : null}
      <Group gap="sm">
        {mayDecide && !rejecting ? (
          <Button
            loading={decide.busy}
            aria-label={`Approve ${of}`}
            onClick={() => run(() => client.call('approveChangeRequest', { params: { id } }))}
          >
            Approve
          </Button>
        ) : null}
        {mayDecide ? (
          <Button
            variant="default"
            aria-label={`Reject ${of}`}
            loading={decide.busy}
            disabled={rejecting && reason.trim() === ''}
            onClick={() => {
              if (!rejecting) return setRejecting(true)
              run(() => client.call('rejectChangeRequest', { params: { id }, body: { reason: reason.trim() } }))
            }}
          >
            Reject
          </Button>
        ) : null}
        {rejecting ? (
          <Button variant="subtle" onClick={() => setRejecting(false)}>
            Cancel
          </Button>
        ) : null}
        {mayWithdraw ? (
          <Button
            variant="default"
            aria-label={`Withdraw ${of}`}
            loading={decide.busy}
            onClick={() => run(() => client.call('withdrawChangeRequest', { params: { id } }))}
          >
            Withdraw
          </Button>
        ) : null}
      </Group>
      {decide.problem === undefined ? null : <ErrorPanel error={decide.problem} />}
    </Stack>
  )
}
