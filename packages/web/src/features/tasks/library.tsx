import { Accordion, Group, Stack, Text } from '@mantine/core'
import { useCall } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { Schema } from './schema.tsx'

/** The built-in tasks. */
export const Library = () => {
  const query = useCall('listTaskVersionsAvailable')
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Accordion variant="separated">
          {items
            .filter(({ kind }) => kind === 'builtin')
            .map((task) => (
              <Accordion.Item key={task.id} value={task.id}>
                <Accordion.Control>
                  <Group gap="sm">
                    <Text fw={500}>{task.taskName}</Text>
                    <Text size="sm" c="dimmed">
                      {task.group}
                    </Text>
                  </Group>
                </Accordion.Control>
                <Accordion.Panel>
                  <Stack>
                    <Text>{task.description}</Text>
                    <Schema version={task} />
                    {task.citation === null ? null : <Text size="sm">{task.citation}</Text>}
                    <LinkButton to="/blueprints/new" search={{ task: task.id }} w="fit-content">
                      Train new model
                    </LinkButton>
                  </Stack>
                </Accordion.Panel>
              </Accordion.Item>
            ))}
        </Accordion>
      )}
    </Loaded>
  )
}
