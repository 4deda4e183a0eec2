import { Button, Group, Text } from '@mantine/core'
import type { Search, SearchTrial } from '@modelsmith/api'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatMs, formatScore, formatValue } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

type TrialsTableProps = { readonly search: Search; readonly mayRun: boolean }

/** Every trial that has ended, with a column for each parameter; any can be made into a model. */
export const TrialsTable = ({ search, mayRun }: TrialsTableProps) => {
  const { id, trials, metric, best, space, judgedBy } = search
  const training = useAction()
  const refresh = useRefresh()
  const train = (trial: number) =>
    void training.run(async () => {
      await client.call('trainTrial', { params: { id }, body: { trial } })
      await refresh()
      return `The training of trial ${trial} has begun.`
    })
  const nodes = new Set(space.map(({ node }) => node))
  const parameters = space.map(({ node, parameter }): TableColumn<SearchTrial> => {
    const valueOf = (trial: SearchTrial) => trial.parameters[node]?.[parameter] ?? null
    const isNumber = trials.every((trial) => typeof valueOf(trial) === 'number')
    return {
      key: `${node}.${parameter}`,
      title: nodes.size === 1 ? parameter : `${node}.${parameter}`,
      numeric: isNumber,
      value: (trial) => {
        const value = valueOf(trial)
        return typeof value === 'boolean' ? String(value) : value
      },
      cell: (trial) => {
        const value = valueOf(trial)
        return typeof value === 'number' ? formatValue(value) : String(value)
      },
    }
  })
  return (
    <>
      {training.problem === undefined ? null : <ErrorPanel error={training.problem} />}
      <DataTable
        label="Trials"
        rows={trials}
        rowKey={({ number }) => String(number)}
        empty={<Empty>No trial has ended yet.</Empty>}
        columns={[
          {
            key: 'number',
            title: 'Trial',
            value: ({ number }) => number,
            cell: ({ number }) => (
              <Group gap={4} wrap="nowrap">
                {number}
                {number === best?.number ? (
                  <Text span size="sm" fw={500}>
                    best
                  </Text>
                ) : null}
              </Group>
            ),
          },
          {
            key: 'state',
            title: 'State',
            value: ({ state }) => state,
            cell: ({ state }) => <StateBadge state={state} />,
          },
          {
            key: 'score',
            title: metric,
            numeric: true,
            value: ({ score }) => score,
            cell: ({ score }) => formatScore(score),
          },
          ...(judgedBy === 'validation'
            ? []
            : [
                {
                  key: 'spread',
                  title: '± over folds',
                  numeric: true,
                  value: ({ spread }: SearchTrial) => spread,
                  cell: ({ spread }: SearchTrial) => formatScore(spread, 2),
                },
              ]),
          {
            key: 'model',
            title: 'Model',
            wide: trials.some(({ error }) => error !== null),
            cell: (trial) => <Outcome trial={trial} mayRun={mayRun} busy={training.busy} onTrain={train} />,
          },
          ...parameters,
          {
            key: 'seconds',
            title: 'Time',
            numeric: true,
            value: ({ seconds }) => seconds,
            cell: ({ seconds }) => formatMs(seconds * 1000),
          },
        ]}
      />
    </>
  )
}

type OutcomeProps = {
  readonly trial: SearchTrial
  readonly mayRun: boolean
  readonly busy: boolean
  readonly onTrain: (trial: number) => void
}

/** The model of a trial, its training, the button that begins it, or why there is none. */
const Outcome = ({ trial: { number, modelId, runId, error }, mayRun, busy, onTrain }: OutcomeProps) => {
  if (error !== null) return <Text size="sm">{error.message}</Text>
  if (modelId !== null)
    return (
      <LinkText to="/models/$id" params={{ id: modelId }} aria-label={`Open the model of trial ${number}`}>
        Open
      </LinkText>
    )
  if (runId !== null)
    return (
      <LinkText to="/training-runs/$id" params={{ id: runId }} aria-label={`Training of trial ${number}`}>
        Training
      </LinkText>
    )
  return mayRun ? (
    <Button
      size="compact-sm"
      variant="light"
      disabled={busy}
      aria-label={`Make a model of trial ${number}`}
      onClick={() => onTrain(number)}
    >
      Make a model
    </Button>
  ) : null
}
