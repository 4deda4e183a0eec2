import { Stack, Switch, Title } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useSettings } from '../approvals/index.ts'
import { History } from './history.tsx'
import { RollBack } from './roll-back.tsx'
import { ServedModel } from './served-model.tsx'

type ReleasesProps = { readonly deployment: Deployment; readonly canChange: boolean }

/** The models that this deployment has served, whether it follows the next, and who changed that and why. */
export const Releases = ({ deployment, canChange }: ReleasesProps) => (
  <Stack>
    {deployment.release.registeredModelId === null ? null : <Follow deployment={deployment} canChange={canChange} />}
    {canChange ? <RollBack deployment={deployment} /> : null}
    <ReleaseList deploymentId={deployment.id} />
    <Title order={2} size="h4">
      History
    </Title>
    <History deploymentId={deployment.id} />
  </Stack>
)

const Follow = ({ deployment, canChange }: ReleasesProps) => {
  const { busy, set, below } = useSettings(deployment)
  return (
    <Stack gap="xs">
      <Switch
        label="Follow the latest release of the model"
        description="Where a release was published to be followed, clients would not notice, and a replacement needs no approval"
        checked={deployment.updates === 'automatic'}
        disabled={!canChange || busy}
        onChange={(event) => set({ updates: event.currentTarget.checked ? 'automatic' : 'manual' })}
      />
      {below}
    </Stack>
  )
}

const ReleaseList = ({ deploymentId }: { readonly deploymentId: string }) => {
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
