import { Stack, Table, Text, Title } from '@mantine/core'
import { cell, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { basisOf, countedAs, type Insight } from './basis.ts'

/** More classes than this leave no room for numbers in the cells. */
const mostWithNumbers = 12

/** Actual classes down, predicted classes across; the stronger the colour, the larger the share of the actual class. */
export const Confusion = ({ rows, part, weighted, classes, counts }: Insight<'confusion'>) => {
  const options = useMemo(() => {
    const cells = classes.flatMap((actual, row) => {
      const line = counts[row] ?? []
      const total = line.reduce((sum, count) => sum + count, 0)
      return classes.map((predicted, column) => {
        const count = line[column] ?? 0
        return { actual, predicted, count, share: total === 0 ? 0 : count / total }
      })
    })
    const longest = Math.max(...classes.map((label) => label.length))
    const words = (label: string) => (label.length > 16 ? `${label.slice(0, 15)}…` : label)
    return {
      marginLeft: Math.min(130, 30 + longest * 7),
      marginTop: 40,
      x: { label: 'Predicted', domain: classes, axis: 'top' as const, tickFormat: words },
      y: { label: 'Actual', domain: classes, tickFormat: words },
      marks: [
        cell(cells, {
          x: 'predicted',
          y: 'actual',
          fill: 'var(--mantine-color-indigo-5)',
          fillOpacity: ({ share }: { share: number }) => share * 0.45,
          stroke: 'var(--mantine-color-default-border)',
          channels: { [countedAs({ weighted })]: 'count', 'Share of the actual class': 'share' },
          tip: true,
        }),
        ...(classes.length > mostWithNumbers
          ? []
          : [
              text(cells, {
                x: 'predicted',
                y: 'actual',
                text: ({ count, share }: { count: number; share: number }) =>
                  `${formatNumber(count)}\n${(share * 100).toFixed(1)} %`,
                fill: 'currentColor',
              }),
            ]),
      ],
    }
  }, [classes, counts, weighted])
  return (
    <Figure
      title="Confusion matrix"
      basis={basisOf({ rows, part, weighted })}
      words={`each cell has its ${countedAs({ weighted }).toLowerCase()} and its share of the actual class`}
      label="Confusion matrix"
      height={Math.min(720, 90 + classes.length * (classes.length > mostWithNumbers ? 18 : 56))}
      options={options}
      data={{
        head: ['Actual', ...classes.map((label) => `Predicted ${label}`)],
        rows: classes.map((label, row) => [label, ...(counts[row] ?? [])]),
      }}
    />
  )
}

/** How each class fares. */
export const PerClass = ({ rows, part, weighted, perClass }: Insight<'confusion'>) => (
  <Stack gap="sm" component="section" miw={0}>
    <Title order={2}>Classes</Title>
    <Text size="sm" c="dimmed">
      {basisOf({ rows, part, weighted })}
    </Text>
    <div className="scroll" tabIndex={0} role="region" aria-label="Metrics of each class">
      <Table withTableBorder horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Class</Table.Th>
            {[countedAs({ weighted }), 'Predicted', 'Precision', 'Recall', 'F1'].map((name) => (
              <Table.Th key={name} className="number">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {perClass.map(({ label, rows: count, predicted, precision, recall, f1 }) => (
            <Table.Tr key={label}>
              <Table.Th scope="row">{label}</Table.Th>
              <Table.Td className="number">{formatNumber(count)}</Table.Td>
              <Table.Td className="number">{formatNumber(predicted)}</Table.Td>
              <Table.Td className="number">{formatScore(precision)}</Table.Td>
              <Table.Td className="number">{formatScore(recall)}</Table.Td>
              <Table.Td className="number">{formatScore(f1)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  </Stack>
)
