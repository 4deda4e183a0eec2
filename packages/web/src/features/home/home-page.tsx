import { Alert, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { Job } from '@modelsmith/api'
import type { ReactNode } from 'react'
import { useCall } from '../../app/client.ts'
import { hasEnded } from '../../app/use-job.ts'
import { useSession } from '../../app/session.tsx'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useWaiting } from '../approvals/index.ts'
import { IfMayCreate } from '../sharing/index.ts'

/** What runs, what failed, what is there to go on with. */
export const HomePage = () => {
  const { person } = useSession()
  const jobs = useCall('listJobs', { query: { limit: 30 } }, { refetchInterval: 3000 })
  const projects = useCall('listProjects', { query: { limit: 5 } })
  const deployments = useCall('listDeployments', { query: { limit: 5 } })
  return (
    <Page
      title={`Hello, ${person.name}`}
      subtitle={`${person.organisation.name}, workspace ${person.workspace.name}`}
      actions={
        <LinkButton variant="filled" to="/datasets">
          Upload a dataset
        </LinkButton>
      }
    >
      <WaitingForMe />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Section title="Runs now">
          <Loaded query={jobs} rows={2}>
            {({ items }) => (
              <Jobs jobs={items.filter((job) => !hasEnded(job))} label="Running jobs" empty="Nothing runs." />
            )}
          </Loaded>
        </Section>
        <Section title="Failed lately">
          <Loaded query={jobs} rows={2}>
            {({ items }) => (
              <Jobs
                jobs={items.filter(({ state }) => state === 'failed')}
                label="Failed jobs"
                empty="Nothing has failed among the last 30 jobs."
              />
            )}
          </Loaded>
        </Section>
        <Section title="Projects">
          <Loaded query={projects} rows={3}>
            {({ items }) => (
              <DataTable
                label="Projects"
                rows={items}
                rowKey={({ id }) => id}
                empty={
                  <Empty
                    action={
                      <IfMayCreate kind="project">
                        <LinkButton to="/projects/new">Create project</LinkButton>
                      </IfMayCreate>
                    }
                  >
                    A project trains blueprints on one dataset and compares them.
                  </Empty>
                }
                columns={[
                  {
                    key: 'name',
                    title: 'Project',
                    cell: ({ id, name }) => (
                      <LinkText to="/projects/$id" params={{ id }}>
                        {name}
                      </LinkText>
                    ),
                  },
                  { key: 'target', title: 'Target', cell: ({ target }) => target },
                  { key: 'updated', title: 'Changed', cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
                ]}
              />
            )}
          </Loaded>
        </Section>
        <Section title="Deployments">
          <Loaded query={deployments} rows={3}>
            {({ items }) => (
              <DataTable
                label="Deployments"
                rows={items}
                rowKey={({ id }) => id}
                empty={<Empty>Nothing is deployed. A model is deployed from its page.</Empty>}
                columns={[
                  {
                    key: 'name',
                    title: 'Deployment',
                    cell: ({ id, name }) => (
                      <LinkText to="/deployments/$id" params={{ id }}>
                        {name}
                      </LinkText>
                    ),
                  },
                  { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
                  { key: 'requests', title: 'Requests', numeric: true, cell: ({ requests }) => formatNumber(requests) },
                ]}
              />
            )}
          </Loaded>
        </Section>
      </SimpleGrid>
    </Page>
  )
}

/** Change requests that somebody else has made. */
const WaitingForMe = () => {
  const waiting = useWaiting()
  if (waiting.length === 0) return null
  return (
    <Alert
      variant="light"
      title={`${waiting.length === 1 ? 'A change request waits' : `${waiting.length} change requests wait`} for you`}
    >
      <Group justify="space-between">
        <Text size="sm">{waiting.map(({ deployment }) => deployment.name).join(', ')}</Text>
        <LinkButton size="xs" to="/change-requests">
          Show change requests
        </LinkButton>
      </Group>
    </Alert>
  )
}

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Stack gap="sm" component="section">
    <Title order={2}>{title}</Title>
    {children}
  </Stack>
)

const jobColumns: readonly TableColumn<Job>[] = [
  {
    key: 'title',
    title: 'Job',
    cell: ({ id, title }) => (
      <LinkText to="/jobs/$id" params={{ id }}>
        {title}
      </LinkText>
    ),
  },
  { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { key: 'at', title: 'Asked for', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

const Jobs = ({
  jobs,
  label,
  empty,
}: {
  readonly jobs: readonly Job[]
  readonly label: string
  readonly empty: string
}) => (
  <DataTable
    label={label}
    rows={jobs.slice(0, 5)}
    columns={jobColumns}
    rowKey={({ id }) => id}
    empty={<Text c="dimmed">{empty}</Text>}
  />
)
