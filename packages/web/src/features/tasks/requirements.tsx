import { Anchor, List, Stack, Text } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { client } from '../../app/client.ts'
import { JobPanel } from '../jobs/index.ts'

type RequirementsProps = { readonly requirements: NonNullable<TaskVersion['requirements']> }

/** What is made of `requirements.txt`: the environment, why this one, what was added to it, and the log of making it. */
export const Requirements = ({ requirements: { jobId, environment, why, packages } }: RequirementsProps) => (
  <Stack>
    {environment === null ? null : (
      <Stack gap="xs">
        <Text>
          Its code runs in <code>{environment}</code>.
        </Text>
        {why === null ? null : <Text size="sm">{why}.</Text>}
        {packages.length === 0 ? (
          <Text size="sm">The environment has all that is required.</Text>
        ) : (
          <>
            <Text size="sm">Added to it, or in place of its own:</Text>
            <List size="sm">
              {packages.map(({ name, version }) => (
                <List.Item key={name}>
                  {name} {version}
                </List.Item>
              ))}
            </List>
          </>
        )}
        <Anchor size="sm" href={client.url('downloadEnvironmentLock', { params: { name: environment } })} download>
          Download the lock
        </Anchor>
      </Stack>
    )}
    <JobPanel id={jobId} />
  </Stack>
)
