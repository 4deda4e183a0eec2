import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'

/** That the registered model has a newer latest release, what clients would notice of it, and the button that serves it. */
export const NewerRelease = ({
  deployment: { newerRelease, updates, needsApproval },
  canChange,
  onUpdate,
}: {
  readonly deployment: Deployment
  readonly canChange: boolean
  readonly onUpdate: (release: string) => void
}) => {
  if (newerRelease === null) return null
  const { number, changes } = newerRelease
  return (
    <Alert color={changes.length > 0 ? 'yellow' : 'blue'} variant="light" title={`Release ${number} is the latest`}>
      <Stack gap="sm" align="start">
        {changes.length > 0 ? (
          <>
            <Text size="sm">Clients would notice it{updates === 'automatic' ? ', so the deployment stayed' : ''}:</Text>
            <List size="sm">
              {changes.slice(0, 20).map((words) => (
                <List.Item key={words}>{words}</List.Item>
              ))}
            </List>
          </>
        ) : (
          <Text size="sm">
            It takes the same fields and answers alike.
            {updates === 'automatic' && needsApproval.includes('replace')
              ? ' The deployment stayed, since a second person has to approve what answers.'
              : ''}
          </Text>
        )}
        {canChange ? (
          <Group>
            <Button size="xs" variant="default" onClick={() => onUpdate(newerRelease.id)}>
              Update now
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  )
}
