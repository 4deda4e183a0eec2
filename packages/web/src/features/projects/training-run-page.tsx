import { Button } from '@mantine/core'
import type { TrainingRun } from '@modelsmith/api'
import { useParams } from '@tanstack/react-router'
import { client, useCall } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { BlueprintGraphView, useTasks } from '../blueprints/index.ts'
import { JobPanel } from '../jobs/index.ts'
import { useAccess } from '../sharing/index.ts'
import { StepsTable } from './steps-table.tsx'

export const TrainingRunPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getTrainingRun', { params: { id } }, { refetchInterval: 2000 })
  return <LoadedPage query={query}>{(run) => <RunView key={run.id} run={run} />}</LoadedPage>
}

const RunView = ({ run }: { readonly run: TrainingRun }) => {
  const { can } = useAccess(run.id)
  const { byId, isOpen } = useTasks(run.graph)
  // With it one would have the code of every task in it.
  const isWhole = run.graph.nodes.every(({ id }) => isOpen(id))
  return (
    <Page
      title={`Training of ${run.blueprintName}`}
      state={<StateBadge state={run.state} />}
      actions={
        <>
          <LinkButton to="/projects/$id" params={{ id: run.projectId }}>
            Leaderboard
          </LinkButton>
          {run.state === 'failed' ? <Mend run={run} task={failing(run, byId)} /> : null}
          {run.state !== 'failed' || !can('download') || !isWhole ? null : (
            <Button
              variant="default"
              component="a"
              href={client.url('downloadTrainingRun', { params: { id: run.id } })}
              title={`Rerun it on your machine: modelsmith pull-run ${run.id}`}
              download
            >
              Download for a rerun
            </Button>
          )}
          {run.modelId === null ? null : (
            <LinkButton variant="filled" to="/models/$id" params={{ id: run.modelId }}>
              Open model
            </LinkButton>
          )}
        </>
      }
    >
      <PageTabs
        tabs={[
          { key: 'progress', title: 'Progress', content: () => <JobPanel key={run.jobId} id={run.jobId} /> },
          { key: 'steps', title: 'Steps', content: () => <StepsTable steps={run.steps} /> },
          { key: 'blueprint', title: 'Blueprint', content: () => <BlueprintGraphView graph={run.graph} /> },
        ]}
      />
    </Page>
  )
}

type Tasks = ReturnType<typeof useTasks>['byId']

/** The task at the node that failed, where one may see it. */
const failing = ({ steps, graph }: TrainingRun, byId: Tasks) => {
  const node = steps.find(({ state }) => state === 'failed')?.node
  const version = graph.nodes.find(({ id }) => id === node)?.taskVersion
  const task = version === undefined ? undefined : byId.get(version)
  return task?.access === 'full' && task.kind !== 'builtin' ? task : undefined
}

/** Where one mends what failed: the code of the task, and the blueprint, which offers its next version. */
const Mend = ({
  run: { blueprintId },
  task,
}: {
  readonly run: TrainingRun
  readonly task: ReturnType<typeof failing>
}) => (
  <>
    {task === undefined ? null : (
      <LinkButton to="/tasks/$id" params={{ id: task.taskId }}>
        Open {task.taskName}
      </LinkButton>
    )}
    {blueprintId === null ? null : (
      <LinkButton to="/blueprints/$id" params={{ id: blueprintId }}>
        Open blueprint
      </LinkButton>
    )}
  </>
)
