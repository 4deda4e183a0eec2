import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { ServedModel } from './served-model.tsx'

/** The models that this deployment has served. */
export const Releases = ({ deploymentId }: { readonly deploymentId: string }) => {
  const query = useCall('listReleases', { params: { id: deploymentId }, query: { limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <DataTable
          label="Releases"
          rows={items}
          rowKey={({ id }) => id}
          empty={<Empty>There is no release.</Empty>}
          columns={[
            {
              key: 'number',
              title: 'Release',
              value: ({ number }) => number,
              cell: ({ number }) => number,
            },
            { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
            {
              key: 'model',
              title: 'Model',
              cell: (release) => <ServedModel release={release}>Open model</ServedModel>,
            },
            { key: 'at', title: 'Released', cell: ({ createdAt }) => <Ago at={createdAt} /> },
          ]}
        />
      )}
    </Loaded>
  )
}
