import { Alert, Button, Group, Text } from '@mantine/core'
import type { BlueprintGraph } from '@modelsmith/domain'
import { type Outdated, replaceTask } from './graph.ts'

type NewerVersionsProps = {
  readonly graph: BlueprintGraph
  readonly outdated: readonly Outdated[]
  readonly onGraph: (graph: BlueprintGraph) => void
}

/** Offers the latest version to every node that uses an older one; what it then asks for, the findings say. */
export const NewerVersions = ({ graph, outdated, onGraph }: NewerVersionsProps) => {
  const [first, ...more] = outdated
  if (first === undefined) return null
  const words = outdated.map(({ node, newer }) => `${node.id}: ${newer.taskName} ${newer.number}`).join(', ')
  return (
    <Alert
      variant="light"
      p="sm"
      title={more.length === 0 ? 'A task has a newer version' : 'Tasks have newer versions'}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">{words}</Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => onGraph(outdated.reduce((next, { node, newer }) => replaceTask(next, node, newer), graph))}
        >
          {more.length === 0 ? `Use version ${first.newer.number}` : `Use all ${outdated.length}`}
        </Button>
      </Group>
    </Alert>
  )
}
