import { Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import { mask } from '@modelsmith/domain'
import { rectY, ruleX, ruleY } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent } from '../../../ui/chart.tsx'
import { csvOf, saveFile } from '../../../ui/chart-files.ts'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatScore, formatTick, formatValue } from '../../../ui/format.ts'
import { basisOf, countedAs, type Insight } from './basis.ts'

type AnomalyScoresProps = Insight<'anomaly'> & {
  /** The column that says which rows are anomalies. */
  readonly target: string | null
  readonly hidden: readonly string[]
}

/** How unusual rows are, and the most unusual with their values. */
export const AnomalyScores = (scores: AnomalyScoresProps) => (
  <Stack gap="xl">
    <Text size="sm" maw={720}>
      The higher the score of a row, the more unusual it is. Scores here lie between {formatScore(scores.least)} and{' '}
      {formatScore(scores.most)}, half of them below {formatScore(scores.median)}. What a number means is the task’s
      own: scores order the rows of one model, and are not compared between models.
      {scores.target === null
        ? ' No column says which rows are anomalies, so that no metric says how well they are found.'
        : ''}
    </Text>
    <Spread {...scores} />
    <Top {...scores} />
  </Stack>
)

const Spread = ({ rows, part, weighted, edges, counts, median }: AnomalyScoresProps) => {
  const options = useMemo(
    () => ({
      x: { label: 'Anomaly score', tickFormat: formatTick, ticks: 6 },
      y: { label: countedAs({ weighted }), grid: true },
      marks: [
        // All rows may have one score: its bin would be as wide as a line.
        ...(edges.length === 2 && edges[0] === edges[1]
          ? [ruleX([edges[0] ?? 0], { y1: 0, y2: counts[0] ?? 0, stroke: accent, strokeWidth: 8 })]
          : [
              rectY(
                counts.map((count, bin) => ({ from: edges[bin] ?? 0, to: edges[bin + 1] ?? 0, count })),
                { x1: 'from', x2: 'to', y: 'count', fill: accent, inset: 0.5, tip: true },
              ),
            ]),
        ruleY([0]),
        ruleX([median], { strokeDasharray: '4 4' }),
      ],
    }),
    [edges, counts, weighted, median],
  )
  return (
    <Figure
      title="Anomaly scores"
      basis={basisOf({ rows, part, weighted })}
      words="the dashed line is the median; to the right are the most unusual rows"
      label="Histogram of the anomaly scores"
      options={options}
      data={{
        head: ['From', 'To', countedAs({ weighted })],
        rows: counts.map((count, bin) => [edges[bin] ?? null, edges[bin + 1] ?? null, count]),
      }}
    />
  )
}

const Top = ({ rows, part, columns, top, target, hidden }: AnomalyScoresProps) => {
  const head = ['Row', 'Score', ...(target === null ? [] : [target]), ...columns]
  const labels = head.length - columns.length
  const isNumber = head.map((_, at) => at < 2 || top.some(({ values }) => typeof values[at - labels] === 'number'))
  const download = () => {
    const lines = top.map(({ row, score, label, values }) => [
      row,
      score,
      ...(target === null ? [] : [label]),
      ...values.map((value) => (typeof value === 'boolean' ? String(value) : value)),
    ])
    saveFile('most-unusual-rows.csv', new Blob([csvOf({ head, rows: lines })], { type: 'text/csv' }))
  }
  return (
    <Stack gap="sm" component="section" miw={0}>
      <Group justify="space-between" align="end">
        <div>
          <Title order={2}>Most unusual rows</Title>
          <Text size="sm" c="dimmed">
            {formatNumber(top.length)} of {basisOf({ rows, part })}; row numbers are from 0, as in the out-of-fold
            predictions
          </Text>
        </div>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label="Most unusual rows as CSV"
          onClick={download}
        >
          CSV
        </Button>
      </Group>
      {hidden.some((name) => columns.includes(name)) ? (
        <Text size="sm" c="dimmed">
          {mask} stands where only editors of the dataset see the value:{' '}
          {columns.filter((name) => hidden.includes(name)).join(', ')}.
        </Text>
      ) : null}
      <div className="scroll tall" tabIndex={0} role="region" aria-label="Most unusual rows">
        <Table withTableBorder horizontalSpacing="md" verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              {head.map((name, at) => (
                <Table.Th key={at} className={isNumber[at] === true ? 'number' : ''}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {top.map(({ row, score, label, values }) => (
              <Table.Tr key={row}>
                <Table.Th scope="row" className="number">
                  {formatNumber(row)}
                </Table.Th>
                <Table.Td className="number">{formatScore(score)}</Table.Td>
                {target === null ? null : <Table.Td>{label ?? ''}</Table.Td>}
                {values.map((value, at) => (
                  <Table.Td key={at} className={typeof value === 'number' ? 'number' : ''}>
                    {typeof value === 'number' ? formatValue(value) : String(value ?? '')}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Stack>
  )
}
