import type { Job } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatMs } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

const tookMs = ({ startedAt, endedAt }: Job): number | null =>
  startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt)

const columns: readonly TableColumn<Job>[] = [
  {
    key: 'title',
    title: 'Job',
    value: ({ title }) => title,
    cell: ({ id, title }) => (
      <LinkText to="/jobs/$id" params={{ id }}>
        {title}
      </LinkText>
    ),
  },
  { key: 'state', title: 'State', value: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  { key: 'attempt', title: 'Attempts', numeric: true, value: ({ attempt }) => attempt, cell: ({ attempt }) => attempt },
  { key: 'took', title: 'Took', numeric: true, value: tookMs, cell: (job) => formatMs(tookMs(job)) },
  {
    key: 'created',
    title: 'Asked for',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Ago at={createdAt} />,
  },
]

export const JobsPage = () => {
  const query = useCall('listJobs', { query: { limit: 200 } }, { refetchInterval: 3000 })
  return (
    <Page title="Jobs" subtitle="Work that takes long: it goes on when its page is left, and after a restart.">
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Jobs"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={<Empty>Nothing has run yet. Uploading a dataset is the first thing that does.</Empty>}
          />
        )}
      </Loaded>
    </Page>
  )
}
