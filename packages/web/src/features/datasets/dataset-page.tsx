import { Menu, Stack } from '@mantine/core'
import type { Dataset } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { LinkButton } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { JobPanel } from '../jobs/index.ts'
import type { SchemaChanges } from './column-types.ts'
import { Profile } from './profile.tsx'
import { Rows } from './rows.tsx'
import { Versions } from './versions.tsx'

export const DatasetPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getDataset', { params: { id } })
  return (
    <LoadedPage query={query}>
      {(dataset) => <DatasetView key={`${dataset.latest.id}.${dataset.latest.schemaRevision}`} dataset={dataset} />}
    </LoadedPage>
  )
}

const DatasetView = ({ dataset }: { readonly dataset: Dataset }) => {
  const { id, name, version, latest, owner } = dataset
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  const [changes, setChanges] = useState<SchemaChanges>(new Map())
  return (
    <Page
      title={name}
      state={<StateBadge state={latest.state} />}
      subtitle={[
        `Version ${latest.number} of ${owner.name}`,
        latest.source.fileName,
        formatBytes(latest.source.bytes),
        ...(latest.rows === null
          ? []
          : [`${formatNumber(latest.rows)} rows, ${formatNumber(latest.columns.length)} columns`]),
      ].join(' · ')}
      actions={
        <>
          {latest.state === 'ready' && can('use') ? (
            <LinkButton variant="filled" to="/projects/new" search={{ dataset: id }}>
              Create project
            </LinkButton>
          ) : null}
          <ShareButton id={id} />
          <ObjectMenu
            kind="dataset"
            name={name}
            onRename={
              can('edit')
                ? async (renamed) => {
                    await client.call('changeDataset', { params: { id }, body: { name: renamed }, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteDataset', { params: { id }, ifMatch: version })
                    await navigate({ to: '/datasets' })
                  }
                : undefined
            }
          >
            {can('download') ? (
              <Menu.Item component="a" href={client.url('downloadDataset', { params: { id: latest.id } })} download>
                Download the file
              </Menu.Item>
            ) : undefined}
          </ObjectMenu>
        </>
      }
    >
      {latest.state === 'processing' && latest.jobId !== null ? (
        <JobPanel key={latest.jobId} id={latest.jobId} quietWhenDone />
      ) : null}
      {latest.state === 'failed' && latest.error !== null ? <ErrorPanel error={latest.error} /> : null}
      <PageTabs
        tabs={[
          ...(latest.state === 'ready'
            ? [
                {
                  key: 'profile',
                  title: 'Profile',
                  content: () => (
                    <Profile dataset={dataset} mayEdit={can('edit')} changes={changes} onChanges={setChanges} />
                  ),
                },
                { key: 'rows', title: 'Rows', content: () => <Rows version={latest} /> },
              ]
            : []),
          {
            key: 'versions',
            title: 'Versions',
            content: () => (
              <Stack>
                <Versions datasetId={id} mayEdit={can('edit')} />
              </Stack>
            ),
          },
        ]}
      />
      <LeaveGuard unsaved={changes.size > 0} words="The types that you chose are not saved." />
    </Page>
  )
}
