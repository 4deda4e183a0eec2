import { ActionIcon, Checkbox, Group, Select, Stack, Text, Tooltip } from '@mantine/core'
import type { Leaderboard as Board, Project } from '@modelsmith/api'
import { metricNames } from '@modelsmith/domain'
import { IconLock, IconStar, IconStarFilled, IconTrophy } from '@tabler/icons-react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { useAddress } from '../../ui/address.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatScore } from '../../ui/format.ts'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { IfMayCreate } from '../sharing/index.ts'
import { Comparison } from './comparison.tsx'
import { evaluationColumns, Evaluations } from './evaluations.tsx'
import { SpeedChart } from './speed-chart.tsx'

type Entry = Board['entries'][number]

type LeaderboardProps = {
  readonly project: Project
  /** What a page that it stands on does with an entry. */
  readonly use?: TableColumn<Entry>
}

/** Runs and models, best first. */
export const Leaderboard = ({ project, use }: LeaderboardProps) => {
  const [asked, ask] = useAddress('metric')
  const metric =
    project.metric === null ? null : (metricNames[project.targetType].find((name) => name === asked) ?? project.metric)
  const query = useCall(
    'getLeaderboard',
    { params: { id: project.id }, query: metric === null ? {} : { metric } },
    { refetchInterval: 5000 },
  )
  const [compared, compare] = useAddress('compare')
  const [view, setView] = useAddress('view')
  const starring = useAction()
  const refresh = useRefresh()
  const star = ({ run: { id }, starred }: Entry) =>
    void starring.run(async () => {
      await client.call(starred ? 'unstarTrainingRun' : 'starTrainingRun', { params: { id } })
      await refresh()
    })
  const chosen = new Set(compared?.split(',') ?? [])
  const choose = (id: string, isChosen: boolean) => {
    const next = isChosen ? [...chosen, id] : [...chosen].filter((other) => other !== id)
    compare(next.length === 0 ? undefined : next.join(','))
  }
  return (
    <Stack gap="sm">
      <Group align="end">
        {metric === null ? null : (
          <Select
            label="Metric"
            w={220}
            data={metricNames[project.targetType]}
            value={metric}
            allowDeselect={false}
            onChange={(chosen) => ask(chosen === null || chosen === project.metric ? undefined : chosen)}
          />
        )}
        <Select
          label="Show"
          w={160}
          data={shown}
          value={shown.find((each) => each === view) ?? shown[0]}
          allowDeselect={false}
          onChange={(chosen) => setView(chosen === null || chosen === shown[0] ? undefined : chosen)}
        />
        {query.data === undefined ? null : (
          <Text size="sm" c="dimmed">
            {metric === null
              ? 'There is no metric without labels: nothing says which model finds anomalies best, and the newest is first.'
              : `${query.data.higherIsBetter === true ? 'Higher is better.' : 'Lower is better.'} Predictions on training rows are out of fold.${project.weights === null ? '' : ' Scores are weighted.'}`}
          </Text>
        )}
      </Group>
      {starring.problem === undefined ? null : <ErrorPanel error={starring.problem} />}
      <Loaded query={query}>
        {(board) => (
          <Stack gap="xl">
            <DataTable
              label="Leaderboard"
              rows={board.entries.filter(isShown(view))}
              rowKey={({ run }) => run.id}
              columns={[
                ...withStars(columnsOf(board, project), starColumn(star)),
                ...evaluationColumns(board.evaluations),
                compareColumn(chosen, choose),
                ...(use === undefined ? [] : [use]),
              ]}
              empty={
                board.entries.length > 0 ? (
                  <Empty>
                    {view === 'starred' ? 'You have starred no training here.' : `No training here is ${view}.`}
                  </Empty>
                ) : (
                  <Empty
                    action={
                      <IfMayCreate kind="blueprint">
                        <LinkButton to="/blueprints/new">Draw a blueprint</LinkButton>
                      </IfMayCreate>
                    }
                  >
                    Nothing has been trained here. Train one of the repository, or draw a blueprint first.
                  </Empty>
                )
              }
            />
            <Evaluations project={project} board={board} />
            {board.entries.some(({ run }) => chosen.has(run.id)) ? (
              <Comparison entries={board.entries.filter(({ run }) => chosen.has(run.id))} project={project} />
            ) : null}
            <SpeedChart board={board} project={project} />
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

const shown = ['all', 'starred', 'succeeded', 'running', 'queued', 'failed', 'cancelled'] as const

const isShown =
  (view: string | undefined) =>
  ({ run, starred }: Entry): boolean =>
    view === undefined || (view === 'starred' ? starred : run.state === view)

/** Behind the name, which leads the row. */
const withStars = ([name, ...others]: TableColumn<Entry>[], stars: TableColumn<Entry>): TableColumn<Entry>[] =>
  name === undefined ? [stars] : [name, stars, ...others]

const starColumn = (star: (entry: Entry) => void): TableColumn<Entry> => ({
  key: 'star',
  title: 'Star',
  value: ({ starred }) => (starred ? 0 : 1),
  cell: (entry) => (
    <ActionIcon
      variant="subtle"
      color={entry.starred ? 'yellow' : 'gray'}
      aria-label={`Star ${entry.run.blueprintName}`}
      aria-pressed={entry.starred}
      onClick={() => star(entry)}
    >
      {entry.starred ? <IconStarFilled size={16} aria-hidden /> : <IconStar size={16} aria-hidden />}
    </ActionIcon>
  ),
})

const compareColumn = (
  chosen: ReadonlySet<string>,
  choose: (id: string, isChosen: boolean) => void,
): TableColumn<Entry> => ({
  key: 'compare',
  title: 'Compare',
  cell: ({ run, scores }) => (
    <Checkbox
      size="xs"
      aria-label={`Compare ${run.blueprintName}`}
      disabled={scores === null}
      checked={chosen.has(run.id)}
      onChange={(event) => choose(run.id, event.currentTarget.checked)}
    />
  ),
})

const columnsOf = (
  { metric, entries }: Board,
  { holdoutUnlocked, rows, partitioning }: Project,
): TableColumn<Entry>[] => [
  {
    key: 'name',
    title: 'Model',
    value: ({ run }) => run.blueprintName,
    cell: ({ run, scores }) => (
      <Group gap="sm" wrap="nowrap">
        {metric !== null && scores !== null && run.id === entries[0]?.run.id ? (
          <Tooltip label="Best by cross validation">
            <IconTrophy size={14} role="img" aria-label="Best by cross validation" style={{ flexShrink: 0 }} />
          </Tooltip>
        ) : null}
        {run.modelId === null ? (
          <LinkText to="/training-runs/$id" params={{ id: run.id }}>
            {run.blueprintName}
          </LinkText>
        ) : (
          <LinkText to="/models/$id" params={{ id: run.modelId }}>
            {run.blueprintName}
          </LinkText>
        )}
      </Group>
    ),
  },
  {
    key: 'on',
    title: 'Trained on',
    value: ({ run }) => run.sampleSize,
    cell: ({ run }) => <TrainedOn run={run} />,
  },
  { key: 'state', title: 'State', value: ({ run }) => run.state, cell: ({ run }) => <StateBadge state={run.state} /> },
  ...(metric === null ? [] : scoreColumns(metric, partitioning, rows, holdoutUnlocked)),
  { key: 'at', title: 'Trained', value: ({ run }) => run.createdAt, cell: ({ run }) => <Ago at={run.createdAt} /> },
]

const TrainedOn = ({ run: { featureList, sampleSize, retrainedFrom } }: Pick<Entry, 'run'>) => {
  const share = `${Math.round(sampleSize * 1000) / 10} %`
  const features = featureList ?? 'All features'
  if (retrainedFrom === null) return `${features}, ${share}`
  return (
    <>
      {features}, all rows{sampleSize < 1 ? ` (folds ${share})` : ''}, from{' '}
      <LinkText underline="always" size="sm" to="/models/$id" params={{ id: retrainedFrom.id }}>
        {retrainedFrom.name}
      </LinkText>
    </>
  )
}

const scoreColumns = (
  metric: string,
  partitioning: Project['partitioning'],
  rows: Project['rows'],
  holdoutUnlocked: boolean,
): TableColumn<Entry>[] => [
  {
    key: 'validation',
    title: 'Validation',
    numeric: true,
    value: ({ scores }) => scores?.validation[metric] ?? null,
    cell: ({ scores }) => formatScore(scores?.validation[metric]),
  },
  {
    key: 'crossValidation',
    title:
      partitioning.method === 'date'
        ? `All ${partitioning.folds} backtests`
        : `Cross validation, ${partitioning.folds} folds`,
    numeric: true,
    value: ({ scores }) => scores?.crossValidation[metric] ?? null,
    cell: ({ scores }) => (
      <>
        {formatScore(scores?.crossValidation[metric])}
        {typeof scores?.crossValidationSpread[metric] === 'number' ? (
          <Text span size="sm" c="dimmed">
            {' '}
            ± {formatScore(scores.crossValidationSpread[metric], 2)}
          </Text>
        ) : null}
      </>
    ),
  },
  ...(rows.holdout === 0
    ? []
    : [
        {
          key: 'holdout',
          title: 'Holdout',
          numeric: true,
          value: ({ scores }: Entry) => scores?.holdout?.[metric] ?? null,
          cell: ({ run, scores }: Entry) =>
            scores !== null && run.retrainedFrom !== null ? (
              <Text span size="sm" c="dimmed">
                learned
              </Text>
            ) : holdoutUnlocked ? (
              formatScore(scores?.holdout?.[metric])
            ) : (
              <IconLock size={14} role="img" aria-label="Locked" />
            ),
        },
      ]),
]
