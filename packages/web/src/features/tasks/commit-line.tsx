import { Text } from '@mantine/core'
import { type TaskVersion, wordsOfCommit } from '@modelsmith/api'

/** The git commit that a version was pushed from, where one is known. */
export const CommitLine = ({ origin }: Pick<TaskVersion, 'origin'>) =>
  origin?.kind === 'push' ? (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {wordsOfCommit(origin)}
    </Text>
  ) : null
