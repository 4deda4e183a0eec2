import { Button, Group, Stack, Text, Title } from '@mantine/core'
import type { BatchSchedule, BodyOf, Endpoints } from '@modelsmith/api'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { Ago } from '../../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { ObjectMenu } from '../../../ui/object-menu.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/state-badge.tsx'
import { cronWords } from './when.ts'

type SchedulesProps = { readonly deploymentId: string; readonly onShow: (job: string) => void }

/** Batches that the clock begins: when, and what came of it. */
export const Schedules = ({ deploymentId, onShow }: SchedulesProps) => {
  const query = useCall('listBatchSchedules', { query: { deploymentId, limit: 200 } }, { refetchInterval: 3000 })
  const refresh = useRefresh()
  const action = useAction()
  const act = (work: () => Promise<string | void>) =>
    void action.run(async () => {
      const said = await work()
      await refresh()
      return said
    })
  return (
    <Stack gap="sm">
      <Title order={2}>Schedules</Title>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Schedules"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ id }) => id}
            columns={columnsFor(act, onShow)}
            empty={<Empty>No batch is begun by the clock. Choose “By the clock” where rows are scored.</Empty>}
          />
        )}
      </Loaded>
    </Stack>
  )
}

const columnsFor = (
  act: (work: () => Promise<string | void>) => void,
  onShow: (job: string) => void,
): readonly TableColumn<BatchSchedule>[] => [
  { key: 'name', title: 'Name', value: ({ name }) => name, cell: ({ name }) => name },
  {
    key: 'when',
    title: 'When',
    value: ({ cron }) => cronWords(cron),
    cell: ({ cron, timeZone }) => `${cronWords(cron)}, ${timeZone}`,
  },
  { key: 'by', title: 'By', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'state',
    title: 'State',
    value: ({ state }) => state,
    cell: ({ state, reason }) => (
      <Stack gap={4} miw={reason === null ? undefined : 220}>
        <StateBadge state={state} />
        {reason === null ? null : <Text size="xs">{reason}</Text>}
      </Stack>
    ),
  },
  {
    key: 'next',
    title: 'Next',
    value: ({ nextAt }) => nextAt ?? '',
    cell: ({ nextAt, timeZone }) => (nextAt === null ? '–' : momentIn(nextAt, timeZone)),
  },
  { key: 'last', title: 'Last runs', cell: ({ runs }) => <Runs runs={runs.slice(0, shownRuns)} onShow={onShow} /> },
  { key: 'actions', title: 'Actions', cell: (schedule) => <Actions schedule={schedule} act={act} onShow={onShow} /> },
]

const shownRuns = 3

const momentIn = (at: string, timeZone: string): string =>
  new Date(at).toLocaleString('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' })

type RunsProps = { readonly runs: BatchSchedule['runs']; readonly onShow: (job: string) => void }

const Runs = ({ runs, onShow }: RunsProps) =>
  runs.length === 0
    ? 'none yet'
    : runs.map(({ at, jobId, state, skipped }) => (
        <Group key={at} gap="xs" wrap="nowrap">
          <Ago at={at} />
          <StateBadge state={state ?? 'skipped'} />
          {jobId === null ? (
            <Text size="xs" miw={180}>
              {skipped}
            </Text>
          ) : (
            <Button size="compact-xs" variant="default" onClick={() => onShow(jobId)}>
              Show job
            </Button>
          )}
        </Group>
      ))

type ActionsProps = Pick<RunsProps, 'onShow'> & {
  readonly schedule: BatchSchedule
  readonly act: (work: () => Promise<string | void>) => void
}

const Actions = ({ schedule: { id, deploymentId, name, state }, act, onShow }: ActionsProps) => {
  const params = { id: deploymentId }
  const refresh = useRefresh()
  const change = (body: Omit<BodyOf<Endpoints['changeBatchSchedule']>, 'scheduleId'>) =>
    client.call('changeBatchSchedule', { params, body: { scheduleId: id, ...body } })
  return (
    <Group gap="xs" wrap="nowrap">
      <Button
        size="xs"
        variant="default"
        aria-label={`Run now: ${name}`}
        onClick={() =>
          act(async () => {
            const { job } = await client.call('runBatchSchedule', { params, body: { scheduleId: id } })
            onShow(job.id)
          })
        }
      >
        Run now
      </Button>
      <Button
        size="xs"
        variant="default"
        aria-label={`${state === 'active' ? 'Pause' : 'Resume'} ${name}`}
        onClick={() => act(async () => void (await change({ paused: state === 'active' })))}
      >
        {state === 'active' ? 'Pause' : 'Resume'}
      </Button>
      <ObjectMenu
        kind="schedule"
        name={name}
        onRename={async (given) => {
          await change({ name: given })
          await refresh()
        }}
        onDelete={async () => {
          await client.call('deleteBatchSchedule', { params, query: { schedule: id } })
          await refresh()
        }}
      />
    </Group>
  )
}
