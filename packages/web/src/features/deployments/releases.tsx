import { Stack, Switch, Title } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
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

const Follow = ({ deployment: { id, version, updates }, canChange }: ReleasesProps) => {
  const change = useAction()
  const refresh = useRefresh()
  return (
    <Stack gap="xs">
      <Switch
        label="Follow the latest release of the model"
        description="Where a release was published to be followed, and clients would not notice"
        checked={updates === 'automatic'}
        disabled={!canChange || change.busy}
        onChange={(event) => {
          const next = event.currentTarget.checked ? 'automatic' : 'manual'
          void change.run(async () => {
            await client.call('changeDeployment', { params: { id }, body: { updates: next }, ifMatch: version })
            await refresh()
          })
        }}
      />
      {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
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
