import { Alert, Text } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'

/** Says of a task that one may only execute whom to ask. */
export const ExecuteOnly = ({ task: { taskName, owner } }: { readonly task: TaskVersion }) => (
  <Alert color="gray" variant="light" p="sm" title="You may execute this task where it stands">
    <Text size="sm">
      Its parameters can be set, and it can be replaced or taken out. To see it or use it elsewhere, ask{' '}
      {owner?.name ?? 'its owner'} to share “{taskName}” with you.
    </Text>
  </Alert>
)
