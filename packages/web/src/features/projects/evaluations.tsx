import { Button, Group, List, Select, Stack, Text, Tooltip } from '@mantine/core'
import type { Evaluation, Leaderboard, Project } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import type { TableColumn } from '../../ui/data-table.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber, formatScore } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { ParameterFields } from '../blueprints/index.ts'
import { useAccess } from '../sharing/index.ts'

type Entry = Leaderboard['entries'][number]

const wordsOf = ({ name, parameters }: Evaluation): string => {
  const given = Object.entries(parameters).map(([parameter, value]) => `${parameter} ${value}`)
  return given.length === 0 ? name : `${name}, ${given.join(', ')}`
}

/** A column for each number that a function of somebody's own gives. */
export const evaluationColumns = (evaluations: readonly Evaluation[]): TableColumn<Entry>[] =>
  evaluations.flatMap((evaluation) =>
    evaluation.metrics.map(({ name, higherIsBetter }): TableColumn<Entry> => {
      const resultOf = (entry: Entry) => entry.evaluations.find(({ evaluationId }) => evaluationId === evaluation.id)
      return {
        key: `${evaluation.id} ${name}`,
        title: `${name} ${higherIsBetter ? '↑' : '↓'}`,
        numeric: true,
        value: (entry) => resultOf(entry)?.outOfFold?.scores[name] ?? null,
        cell: (entry) => <Measure result={resultOf(entry)} name={name} by={wordsOf(evaluation)} />,
      }
    }),
  )

type MeasureProps = {
  readonly result: Entry['evaluations'][number] | undefined
  readonly name: string
  readonly by: string
}

const Measure = ({ result, name, by }: MeasureProps) => {
  if (result === undefined) return '–'
  if (result.error !== null)
    return (
      <Text span size="sm" c="red">
        failed
      </Text>
    )
  const { outOfFold, holdout } = result
  const on = `${by}: on ${formatNumber(outOfFold?.rows ?? 0)} rows out of fold${holdout === null ? '' : `; on ${formatNumber(holdout.rows)} of the holdout in brackets`}`
  return (
    <Tooltip label={on} multiline maw={360}>
      <span>
        {formatScore(outOfFold?.scores[name])}
        {holdout === null ? '' : ` (${formatScore(holdout.scores[name])})`}
      </span>
    </Tooltip>
  )
}

/** Functions that measure the models, what went wrong with them, and one more. */
export const Evaluations = ({ project, board }: { readonly project: Project; readonly board: Leaderboard }) => {
  const { can } = useAccess(project.id)
  const mayEdit = can('edit')
  const change = useAction()
  const refresh = useRefresh()
  const failures = board.entries.flatMap(({ run, evaluations }) =>
    evaluations.flatMap(({ evaluationId, error }) => (error === null ? [] : [{ run, evaluationId, error }])),
  )
  if (!mayEdit && board.evaluations.length === 0) return null
  return (
    <details>
      <summary>
        <Text span size="sm">
          Evaluations by functions{board.evaluations.length === 0 ? '' : ` (${board.evaluations.length})`}
        </Text>
      </summary>
      <Stack gap="sm" mt="sm">
        <List size="sm" listStyleType="none">
          {board.evaluations.map((evaluation) => (
            <List.Item key={evaluation.id}>
              <Group gap="sm">
                <Text span size="sm">
                  {wordsOf(evaluation)}: {evaluation.metrics.map(({ name }) => name).join(', ')}
                </Text>
                {evaluation.jobId === null ? null : (
                  <LinkText to="/jobs/$id" params={{ id: evaluation.jobId }}>
                    Last job
                  </LinkText>
                )}
                {mayEdit ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Remove ${wordsOf(evaluation)}`}
                    disabled={change.busy}
                    onClick={() =>
                      void change.run(async () => {
                        const query = { evaluation: evaluation.id }
                        await client.call('removeEvaluation', { params: { id: project.id }, query })
                        await refresh()
                      })
                    }
                  >
                    Remove
                  </Button>
                ) : null}
              </Group>
            </List.Item>
          ))}
        </List>
        {failures.map(({ run, evaluationId, error }) => (
          <Stack key={`${run.id} ${evaluationId}`} gap={4}>
            <Text size="sm">{run.blueprintName} was not measured:</Text>
            <ErrorPanel error={error} />
          </Stack>
        ))}
        {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
        {mayEdit ? <AddEvaluation project={project} /> : null}
      </Stack>
    </details>
  )
}

const AddEvaluation = ({ project }: { readonly project: Project }) => {
  const tasks = useCall('listTaskVersionsAvailable')
  const functions = (tasks.data?.items ?? []).filter(({ targetTypes }) => targetTypes.includes('evaluation'))
  const [chosen, choose] = useState<string | null>(null)
  const [given, give] = useState<ParameterValues>({})
  const add = useAction()
  const refresh = useRefresh()
  return (
    <Stack gap="sm" maw={640}>
      <Select
        label="Evaluation"
        description="A function of your own: a task of the type evaluation. It measures what is trained, and what will be"
        placeholder="Choose a function"
        data={functions.map(({ id, taskName, number }) => ({ value: id, label: `${taskName} ${number}` }))}
        value={chosen}
        onChange={(id) => {
          choose(id)
          give({})
        }}
      />
      <ParameterFields
        cols={{ base: 1, xs: 2 }}
        declared={functions.find(({ id }) => id === chosen)?.hyperparameters ?? []}
        given={given}
        onChange={give}
      />
      {add.problem === undefined ? null : <ErrorPanel error={add.problem} />}
      <Group>
        <Button
          size="xs"
          disabled={chosen === null}
          loading={add.busy}
          onClick={() =>
            void add.run(async () => {
              const body = { taskVersionId: chosen ?? '', parameters: given }
              await client.call('addEvaluation', { params: { id: project.id }, body })
              choose(null)
              await refresh()
            })
          }
        >
          Add evaluation
        </Button>
      </Group>
    </Stack>
  )
}
