import { Accordion, Group, Text } from '@mantine/core'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { Loaded } from '../../ui/page.tsx'
import { BlueprintGraphView } from './graph-view.tsx'

/** Every saved version, newest first. */
export const Versions = ({ blueprintId }: { readonly blueprintId: string }) => {
  const query = useCall('listBlueprintVersions', { params: { id: blueprintId }, query: { limit: 200 } })
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
                    {graph.nodes.length} tasks, <Ago at={createdAt} />
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <BlueprintGraphView graph={graph} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Loaded>
  )
}
