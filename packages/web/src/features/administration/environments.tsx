import { Accordion, Alert, Group, Stack, Text } from '@mantine/core'
import { useCall } from '../../app/client.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** The environments that task code can run in, with every package in them. */
export const Environments = () => {
  const query = useCall('listEnvironments')
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Accordion variant="separated" defaultValue={items[0]?.name ?? null}>
          {items.map(({ name, description, state, interpreter, packages, error }) => (
            <Accordion.Item key={name} value={name}>
              <Accordion.Control>
                <Group gap="sm">
                  <Text fw={500}>{name}</Text>
                  <StateBadge state={state === 'notInstalled' ? 'waiting' : state} />
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <Stack>
                  <Text>{description}</Text>
                  {interpreter === null ? null : <Text size="sm">{interpreter}</Text>}
                  {error === null ? null : <Alert color="red" variant="light" role="alert" title={error} />}
                  <DataTable
                    label={`Packages of ${name}`}
                    rows={packages}
                    rowKey={(row) => row.name}
                    empty={
                      <Empty>
                        Its packages are known once it is installed; the first task that needs it does that.
                      </Empty>
                    }
                    columns={[
                      { key: 'name', title: 'Package', value: (row) => row.name, cell: (row) => row.name },
                      { key: 'version', title: 'Version', value: (row) => row.version, cell: (row) => row.version },
                    ]}
                  />
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Loaded>
  )
}
