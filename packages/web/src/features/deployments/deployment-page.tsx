import { Alert, Button, Group, Menu, Paper, SimpleGrid, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { formatAgo, formatNumber } from '../../ui/format.ts'
import { LinkButton, LinkMenuItem } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { AskApproval, Governance } from '../approvals/index.ts'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { Alerts } from './alerts.tsx'
import { Fallback, SetFallback } from './fallback.tsx'
import { BatchesTab } from './batches/index.ts'
import { ChallengersTab } from './challengers/index.ts'
import { Accuracy, DataQuality, DriftTab, Health } from './monitoring/index.ts'
import { NewerRelease } from './newer-release.tsx'
import { Paused, PauseButton } from './pause-button.tsx'
import { Releases } from './releases.tsx'
import { ReplaceModel } from './replace-model.tsx'
import { RequestLog } from './request-log.tsx'
import { RowsTab } from './requests/index.ts'
import { ServedModel } from './served-model.tsx'
import { type RowsDraft, SendRows } from './send-rows.tsx'
import { Snippets } from './snippets.tsx'

export const DeploymentPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getDeployment', { params: { id } }, { refetchInterval: 3000 })
  return (
    <LoadedPage query={query}>
      {(deployment) => <DeploymentView key={deployment.id} deployment={deployment} />}
    </LoadedPage>
  )
}

const DeploymentView = ({ deployment }: { readonly deployment: Deployment }) => {
  const { id, name, version, state, problem, pause, modelName, release, target, targetType, needsApproval } = deployment
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  /** What is proposed in place of the model, or nothing yet. */
  const [replacing, setReplacing] = useState<{ readonly by?: string }>()
  const [fallingBack, setFallingBack] = useState(false)
  /** What is asked of a second person. */
  const [asking, setAsking] = useState<'create' | 'delete'>()
  const deletes = can('delete') && !needsApproval.includes('delete')
  const [draft, setDraft] = useState<RowsDraft>({ row: {} })
  return (
    <Page
      title={name}
      state={<StateBadge state={state} />}
      subtitle={
        <>
          {targetType === 'anomaly'
            ? 'Answers anomaly scores (the higher, the more unusual)'
            : target === null
              ? `Answers (${targetType})`
              : `Predicts ${target} (${targetType})`}{' '}
          with release {release.number}, <ServedModel release={release}>{modelName}</ServedModel>
        </>
      }
      actions={
        <>
          {can('edit') ? <PauseButton deployment={deployment} /> : null}
          <ShareButton id={id} />
          <ObjectMenu
            kind="deployment"
            name={name}
            onRename={
              can('edit')
                ? async (renamed) => {
                    await client.call('changeDeployment', { params: { id }, body: { name: renamed }, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              deletes
                ? async () => {
                    await client.call('deleteDeployment', { params: { id }, ifMatch: version })
                    await navigate({ to: '/deployments' })
                  }
                : undefined
            }
          >
            <LinkMenuItem to="/deployments/$id/report" params={{ id }}>
              Report
            </LinkMenuItem>
            {can('deploy') ? <Menu.Item onClick={() => setReplacing({})}>Replace model</Menu.Item> : undefined}
            {can('edit') ? <Menu.Item onClick={() => setFallingBack(true)}>Fallback</Menu.Item> : undefined}
            {can('delete') && !deletes ? (
              <Menu.Item color="red" onClick={() => setAsking('delete')}>
                Ask to delete deployment
              </Menu.Item>
            ) : undefined}
          </ObjectMenu>
        </>
      }
    >
      {state === 'waiting' ? <Waiting deployment={deployment} onAsk={() => setAsking('create')} /> : null}
      {asking === undefined ? null : (
        <AskApproval
          deployment={deployment}
          title={asking === 'create' ? 'Begin to answer' : 'Delete deployment'}
          asked={{ action: asking }}
          onClose={() => setAsking(undefined)}
        />
      )}
      <Paused pause={pause} />
      {problem === null ? null : <Alert color="red" variant="light" role="alert" title={problem} />}
      {replacing === undefined ? null : (
        <ReplaceModel deployment={deployment} initial={replacing.by} onClose={() => setReplacing(undefined)} />
      )}
      <NewerRelease deployment={deployment} canChange={can('deploy')} onUpdate={(by) => setReplacing({ by })} />
      <Counts deployment={deployment} />
      <Fallback deployment={deployment} />
      {fallingBack ? <SetFallback deployment={deployment} onClose={() => setFallingBack(false)} /> : null}
      <PageTabs
        tabs={[
          {
            key: 'try',
            title: 'Send rows',
            content: () => <SendRows deployment={deployment} draft={draft} onDraft={setDraft} />,
          },
          { key: 'batches', title: 'Batches', content: () => <BatchesTab deployment={deployment} /> },
          { key: 'health', title: 'Health', content: () => <Health deploymentId={id} /> },
          { key: 'drift', title: 'Drift', content: () => <DriftTab deploymentId={id} /> },
          { key: 'quality', title: 'Data quality', content: () => <DataQuality deploymentId={id} /> },
          { key: 'accuracy', title: 'Accuracy', content: () => <Accuracy deployment={deployment} /> },
          {
            key: 'challengers',
            title: 'Challengers',
            content: () => <ChallengersTab deployment={deployment} />,
          },
          { key: 'alerts', title: 'Alerts', content: () => <Alerts deploymentId={id} canChange={can('edit')} /> },
          { key: 'requests', title: 'Requests', content: () => <RequestLog deploymentId={id} /> },
          { key: 'rows', title: 'Rows', content: () => <RowsTab deployment={deployment} /> },
          { key: 'code', title: 'Code', content: () => <Snippets deployment={deployment} /> },
          {
            key: 'releases',
            title: 'Releases',
            content: () => <Releases deployment={deployment} canChange={can('edit')} />,
          },
          {
            key: 'approvals',
            title: 'Approvals',
            content: () => <Governance deployment={deployment} canChange={can('edit')} />,
          },
        ]}
      />
    </Page>
  )
}

/** That it answers nobody yet, and for whom it waits. */
const Waiting = ({ deployment: { id }, onAsk }: { readonly deployment: Deployment; readonly onAsk: () => void }) => {
  const { data } = useCall('listChangeRequests', { query: { deployment: id, state: 'open' } })
  const { can } = useAccess(id)
  const open = data?.items.some(({ action, isOutdated }) => action === 'create' && !isOutdated)
  return (
    <Alert color="yellow" variant="light" title="It waits for approval, and answers nobody yet">
      <Group justify="space-between">
        <Text size="sm">
          {open === false
            ? 'Nobody is asked for it any more.'
            : 'An administrator or another owner of it has to approve.'}
        </Text>
        {open === false && can('edit') ? (
          <Button size="xs" variant="default" onClick={onAsk}>
            Ask for approval
          </Button>
        ) : (
          <LinkButton size="xs" to="/deployments/$id" params={{ id }} search={{ tab: 'approvals' }}>
            Show what was asked
          </LinkButton>
        )}
      </Group>
    </Alert>
  )
}

const Counts = ({ deployment: { requests, rows, errors, lastRequestAt } }: { readonly deployment: Deployment }) => (
  <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
    <Count name="Requests" value={formatNumber(requests)} />
    <Count name="Rows" value={formatNumber(rows)} />
    <Count name="Errors" value={formatNumber(errors)} />
    <Count name="Last request" value={lastRequestAt === null ? 'none yet' : formatAgo(lastRequestAt)} />
  </SimpleGrid>
)

const Count = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <Paper withBorder p="md">
    <Group justify="space-between" gap="xs">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={600} size="lg">
        {value}
      </Text>
    </Group>
  </Paper>
)
