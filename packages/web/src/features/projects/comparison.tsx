import { Stack, Table, Text, Title } from '@mantine/core'
import type { Leaderboard as Board, Project } from '@modelsmith/api'
import { compareScores, metricNames } from '@modelsmith/domain'
import { formatMs, formatScore } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { msPerThousandRows } from './cost.ts'

type Entry = Board['entries'][number]
type ComparisonProps = { readonly entries: readonly Entry[]; readonly project: Project }

/** Models side by side: every metric, the best in bold, and what they cost. */
export const Comparison = ({ entries, project }: ComparisonProps) => {
  const { partitioning, rows, targetType, metric: measured } = project
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Side by side</Title>
      <Text size="sm" c="dimmed">
        {measured === null
          ? 'There is no metric without labels.'
          : `Cross validation over ${partitioning.folds} folds with its standard deviation; the best in bold.`}
      </Text>
      <section className="scroll" tabIndex={0} aria-label="Models side by side">
        <Table withTableBorder horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{measured === null ? 'Model' : 'Metric'}</Table.Th>
              {entries.map(({ run }) => (
                <Table.Th key={run.id} className="number">
                  {run.modelId === null ? (
                    run.blueprintName
                  ) : (
                    <LinkText to="/models/$id" params={{ id: run.modelId }}>
                      {run.blueprintName}
                    </LinkText>
                  )}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(measured === null ? [] : metricNames[targetType]).map((metric) => {
              const scores = entries.map(({ scores: all }) => all?.crossValidation[metric] ?? null)
              const best = scores.toSorted(compareScores(metric))[0]
              return (
                <Table.Tr key={metric}>
                  <Table.Th scope="row">{metric}</Table.Th>
                  {entries.map(({ run, scores: all }, index) => (
                    <Table.Td key={run.id} className="number" fw={scores[index] === best && best !== null ? 700 : 400}>
                      {formatScore(scores[index])}
                      {typeof all?.crossValidationSpread[metric] === 'number'
                        ? ` ± ${formatScore(all.crossValidationSpread[metric], 2)}`
                        : ''}
                    </Table.Td>
                  ))}
                </Table.Tr>
              )
            })}
            <Table.Tr>
              <Table.Th scope="row">Prediction of 1,000 rows</Table.Th>
              {entries.map(({ run }) => (
                <Table.Td key={run.id} className="number">
                  {formatMs(msPerThousandRows(run.steps, partitioning.folds, rows))}
                </Table.Td>
              ))}
            </Table.Tr>
            <Table.Tr>
              <Table.Th scope="row">Tasks</Table.Th>
              {entries.map(({ run }) => (
                <Table.Td key={run.id} className="number">
                  {run.graph.nodes.map(({ id }) => id).join(' → ')}
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </section>
    </Stack>
  )
}
