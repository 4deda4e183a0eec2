import { Accordion, Alert, Anchor, Group, Stack, Text } from '@mantine/core'
import { client, useCall } from '../../app/client.ts'
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
          {items.map(({ name, description, state, interpreter, pythons, downloadMb, diskMb, packages, error }) => (
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
                  {state === 'ready' || downloadMb === null || diskMb === null ? null : (
                    <Text size="sm">
                      The first task that needs it installs it: {downloadMb} MB to download, {diskMb} MB on the disk.
                    </Text>
                  )}
                  <Locks name={name} pythons={pythons} />
                  {error === null ? null : <Alert color="red" variant="light" role="alert" title={error} />}
                  <DataTable
                    label={`Packages of ${name}`}
                    rows={packages}
                    rowKey={(row) => row.name}
                    empty={<Empty>What R has is known once it is installed.</Empty>}
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

type LocksProps = { readonly name: string; readonly pythons: readonly string[] }

/** Every version of every package with its hash, for each version of Python. */
const Locks = ({ name, pythons }: LocksProps) => (
  <Group gap="sm">
    <Text size="sm">Lock:</Text>
    {pythons.length === 0 ? (
      <LockLink name={name} />
    ) : (
      pythons.map((python) => <LockLink key={python} {...{ name, python }} />)
    )}
  </Group>
)

const LockLink = ({ name, python }: { readonly name: string; readonly python?: string }) => (
  <Anchor
    size="sm"
    href={client.url('downloadEnvironmentLock', {
      params: { name },
      query: python === undefined ? {} : { python },
    })}
    download
    aria-label={`Download the lock of ${name}${python === undefined ? '' : ` for Python ${python}`}`}
  >
    {python === undefined ? 'Download' : `Python ${python}`}
  </Anchor>
)
