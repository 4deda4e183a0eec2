import { Alert, List, Stack, Table, Text, Title } from '@mantine/core'
import type { SystemReport } from '@modelsmith/api'
import type { ReactNode } from 'react'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

const sandboxWords: Readonly<Record<SystemReport['sandbox']['level'], string>> = {
  full: 'Task code runs in a full sandbox.',
  reduced: 'Task code runs in a sandbox that lacks something; see below.',
  container: 'Task code runs in containers, one for each session.',
  none: 'No task code runs here: the sandbox does not work. Everything else does.',
}

export const SystemState = () => {
  const query = useCall('systemReport', undefined, { refetchInterval: 5000 })
  return (
    <Loaded query={query}>
      {({ version, startedAt, sandbox, database, objects, workers, queue }) => (
        <Stack gap="xl">
          <Table className="facts" layout="fixed" maw={720}>
            <Table.Tbody>
              <Fact name="Version">{version}</Fact>
              <Fact name="Started">
                <Ago at={startedAt} />
              </Fact>
              <Fact name="Database">
                {database.version.split(' ').slice(0, 2).join(' ')}, {database.embedded ? 'its own' : 'an existing one'}
                , {formatBytes(database.bytes)}
              </Fact>
              <Fact name="Objects">
                {formatNumber(objects.count)}, {formatBytes(objects.bytes)}
                {objects.freeBytes === null ? '' : `; ${formatBytes(objects.freeBytes)} are free`}
              </Fact>
              <Fact name="Jobs">
                {queue.running} running, {queue.queued} waiting
              </Fact>
            </Table.Tbody>
          </Table>
          <Stack gap="sm">
            <Title order={2}>Workers</Title>
            {workers.length === 0 ? (
              <Alert
                color="red"
                variant="light"
                role="alert"
                title="No worker has reported in the last minute: jobs wait."
              />
            ) : null}
            <List>
              {workers.map(({ id, heartbeatAt, jobId }) => (
                <List.Item key={id}>
                  {id}, heard of <Ago at={heartbeatAt} />
                  {jobId === null ? null : (
                    <>
                      ,{' '}
                      <LinkText underline="always" to="/jobs/$id" params={{ id: jobId }}>
                        at work
                      </LinkText>
                    </>
                  )}
                </List.Item>
              ))}
            </List>
          </Stack>
          <Stack gap="sm">
            <Title order={2}>Sandbox</Title>
            <Text>{sandboxWords[sandbox.level]}</Text>
            <section className="scroll" aria-label="Checks of the sandbox">
              <Table>
                <Table.Tbody>
                  {sandbox.checks.map(({ name, ok, detail, remedy }) => (
                    <Table.Tr key={name}>
                      <Table.Td>
                        <StateBadge state={ok ? 'ok' : 'warning'} />
                      </Table.Td>
                      <Table.Th scope="row">{name}</Table.Th>
                      <Table.Td>
                        {detail}
                        {remedy === undefined ? null : <Text size="sm">{remedy}</Text>}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          </Stack>
        </Stack>
      )}
    </Loaded>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <Table.Tr>
    <Table.Th scope="row">{name}</Table.Th>
    <Table.Td>{children}</Table.Td>
  </Table.Tr>
)
