import { Group, Select, Stack, Text, Tooltip } from '@mantine/core'
import type { Leaderboard as Board, Project } from '@modelsmith/api'
import { metricNames } from '@modelsmith/domain'
import { IconLock, IconStarFilled } from '@tabler/icons-react'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatScore } from '../../ui/format.ts'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

type Entry = Board['entries'][number]

/** Runs and models, best first. */
export const Leaderboard = ({ project }: { readonly project: Project }) => {
  const [asked, ask] = useAddress('metric')
  const metric = metricNames[project.targetType].find((name) => name === asked) ?? project.metric
  const query = useCall('getLeaderboard', { params: { id: project.id }, query: { metric } }, { refetchInterval: 5000 })
  return (
    <Stack gap="sm">
      <Group align="end" justify="space-between">
        <Select
          label="Metric"
          w={220}
          data={metricNames[project.targetType]}
          value={metric}
          allowDeselect={false}
          onChange={(chosen) => ask(chosen === null || chosen === project.metric ? undefined : chosen)}
        />
        {query.data === undefined ? null : (
          <Text size="sm" c="dimmed">
            {query.data.higherIsBetter ? 'Higher is better.' : 'Lower is better.'} Predictions on training rows are out
            of fold.{project.weights === null ? '' : ' Scores are weighted.'}
          </Text>
        )}
      </Group>
      <Loaded query={query}>
        {(board) => (
          <DataTable
            label="Leaderboard"
            rows={board.entries}
            rowKey={({ run }) => run.id}
            columns={columnsOf(board, project)}
            search={false}
            empty={
              <Empty action={<LinkButton to="/blueprints/new">Draw a blueprint</LinkButton>}>
                Nothing has been trained here. Train one of the repository, or draw a blueprint first.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Stack>
  )
}

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
        {scores !== null && run.id === entries[0]?.run.id ? (
          <Tooltip label="Best by cross validation">
            <IconStarFilled
              size={14}
              role="img"
              aria-label="Best by cross validation"
              style={{ flexShrink: 0 }}
              color="var(--mantine-color-yellow-6)"
            />
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
    cell: ({ run }) => `${run.featureList ?? 'All features'}, ${Math.round(run.sampleSize * 1000) / 10} %`,
  },
  { key: 'state', title: 'State', value: ({ run }) => run.state, cell: ({ run }) => <StateBadge state={run.state} /> },
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
          cell: ({ scores }: Entry) =>
            holdoutUnlocked ? (
              formatScore(scores?.holdout?.[metric])
            ) : (
              <IconLock size={14} role="img" aria-label="Locked" />
            ),
        },
      ]),
  { key: 'at', title: 'Trained', value: ({ run }) => run.createdAt, cell: ({ run }) => <Ago at={run.createdAt} /> },
]
