import { Alert, List, Text } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { LinkText } from '../../ui/link.tsx'

/** In words: does the latest version keep the rules now, and what went wrong when it was last trained. */
export const LastCheck = ({ version }: { readonly version: TaskVersion }) => {
  const { data } = useCall('checkTaskVersion', { params: { id: version.id } })
  return (
    <>
      {data === undefined ? null : data.findings.length === 0 ? (
        <Text size="sm" c="dimmed">
          Version {version.number} keeps the rules: its {version.files.length} files, its metadata and its environment{' '}
          {version.environment} were checked.
        </Text>
      ) : (
        <Alert
          color={data.valid ? 'yellow' : 'red'}
          variant="light"
          title={
            data.valid
              ? `Version ${version.number} keeps the rules, but something in it is doubtful`
              : `Version ${version.number} no longer keeps the rules`
          }
        >
          <List size="sm">
            {data.findings.map(({ message, hint, place }, index) => (
              <List.Item key={index}>
                {[place?.file, place?.line === undefined ? undefined : `line ${place.line}`]
                  .filter((part) => part !== undefined)
                  .join(', ')}{' '}
                {message} {hint}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <LastRun version={version} />
    </>
  )
}

const LastRun = ({ version }: { readonly version: TaskVersion }) => {
  const { data } = useCall('listTaskUses', { params: { id: version.taskId } })
  const run = data?.items.find(({ kind, versionId }) => kind === 'trainingRun' && versionId === version.id)
  if (run === undefined || run.state !== 'failed' || run.error === null) return null
  const { message, hint, traceback } = run.error
  return (
    <Alert color="red" variant="light" title={`The last training with version ${version.number} failed`}>
      <Text size="sm">
        {message} {hint}
      </Text>
      {traceback === undefined ? null : (
        <pre className="log" tabIndex={0} aria-label="Traceback">
          {traceback}
        </pre>
      )}
      <LinkText size="sm" c="inherit" td="underline" to="/training-runs/$id" params={{ id: run.id }}>
        Open the training run
      </LinkText>
    </Alert>
  )
}
