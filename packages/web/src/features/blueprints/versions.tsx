import { Accordion, Button, Group, Stack, Text } from '@mantine/core'
import type { BlueprintGraph } from '@modelsmith/domain'
import { useNavigate } from '@tanstack/react-router'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { Loaded } from '../../ui/page.tsx'
import { BlueprintGraphView } from './graph-view.tsx'

type VersionsProps = {
  readonly blueprintId: string
  /** Puts an old graph on the canvas, as a change that can be undone or saved. */
  readonly onRestore: (graph: BlueprintGraph) => void
}

/** Every saved version, newest first. */
export const Versions = ({ blueprintId, onRestore }: VersionsProps) => {
  const query = useCall('listBlueprintVersions', { params: { id: blueprintId }, query: { limit: 200 } })
  const navigate = useNavigate()
  const restore = (graph: BlueprintGraph) => {
    onRestore(graph)
    void navigate({ to: '.', search: (search: object) => ({ ...search, tab: 'canvas' }) })
  }
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Accordion variant="separated">
          {items.map(({ number, graph, createdAt }) => (
            <Accordion.Item key={number} value={String(number)}>
              <Accordion.Control>
                <Group gap="sm">
                  <Text fw={500}>Version {number}</Text>
                  <Text size="sm" c="dimmed">
                    {graph.nodes.length === 1 ? '1 task' : `${graph.nodes.length} tasks`}, <Ago at={createdAt} />
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <Stack>
                  <BlueprintGraphView graph={graph} />
                  <Button variant="default" w="fit-content" onClick={() => restore(graph)}>
                    Put version {number} on the canvas
                  </Button>
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Loaded>
  )
}
