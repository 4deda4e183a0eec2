import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'

/** That the registered model has a newer latest release, what clients would notice of it, and the button that serves it. */
export const NewerRelease = ({
  deployment: { id, version, newerRelease, updates },
  canChange,
}: {
  readonly deployment: Deployment
  readonly canChange: boolean
}) => {
  const change = useAction()
  const refresh = useRefresh()
  if (newerRelease === null) return null
  const { number, changes } = newerRelease
  const update = () =>
    change.run(async () => {
      await client.call('changeDeployment', {
        params: { id },
        body: { modelReleaseId: newerRelease.id },
        ifMatch: version,
      })
      await refresh()
    })
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
          <Text size="sm">It takes the same fields and answers alike.</Text>
        )}
        {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
        {canChange ? (
          <Group>
            <Button size="xs" variant="default" loading={change.busy} onClick={() => void update()}>
              Update now
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  )
}
