import { Stack, Table, Text, Title } from '@mantine/core'
import type { ModelInsights } from '@modelsmith/api'
import { dot, line, link, ruleY, text } from '@observablehq/plot'
import { type ReactNode, useMemo } from 'react'
import { accent, Chart, second } from '../../ui/chart.tsx'
import { formatNumber, formatScore, formatTick } from '../../ui/format.ts'

type Insight<K extends keyof ModelInsights> = NonNullable<ModelInsights[K]>

type FigureProps = {
  readonly title: string
  readonly rows: number
  readonly words?: string
  readonly children: ReactNode
  readonly table: ReactNode
}

/** A chart with its rows, and the same as a table. */
const Figure = ({ title, rows, words, children, table }: FigureProps) => (
  <Stack gap="sm" component="section">
    <Title order={2}>{title}</Title>
    <Text size="sm" c="dimmed">
      {formatNumber(rows)} rows{words === undefined ? '' : `; ${words}`}
    </Text>
    {children}
    <details>
      <summary>As a table</summary>
      <div className="scroll tall" tabIndex={0} role="region" aria-label={`${title} as a table`}>
        {table}
      </div>
    </details>
  </Stack>
)

type NumbersProps = { readonly head: readonly string[]; readonly rows: readonly (readonly (number | string)[])[] }

const Numbers = ({ head, rows }: NumbersProps) => (
  <Table verticalSpacing={2}>
    <Table.Thead>
      <Table.Tr>
        {head.map((word) => (
          <Table.Th key={word} className="number">
            {word}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {rows.map((cells) => (
        <Table.Tr key={cells.join(' ')}>
          {cells.map((value, index) => (
            <Table.Td key={index} className="number">
              {typeof value === 'number' ? formatNumber(value) : value}
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)

export const Roc = ({ rows, part, auc, points }: Insight<'roc'>) => {
  const options = useMemo(
    () => ({
      x: { label: 'False positive rate', domain: [0, 1], grid: true },
      y: { label: 'True positive rate', domain: [0, 1], grid: true },
      marks: [
        link([{}], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'currentColor', strokeOpacity: 0.4, strokeDasharray: '4 4' }),
        line(points, { x: 'falsePositiveRate', y: 'truePositiveRate', stroke: accent, strokeWidth: 2, tip: true }),
        text([{}], {
          frameAnchor: 'bottom-right',
          text: () => `AUC ${formatScore(auc)}`,
          dx: -8,
          dy: -8,
          fontSize: 14,
        }),
      ],
    }),
    [points, auc],
  )
  const table = (
    <Numbers
      head={['Threshold', 'False positive rate', 'True positive rate']}
      rows={points.map(({ threshold, falsePositiveRate, truePositiveRate }) => [
        threshold === null ? '–' : formatScore(threshold),
        formatScore(falsePositiveRate),
        formatScore(truePositiveRate),
      ])}
    />
  )
  return (
    <Figure
      title="ROC curve"
      rows={rows}
      words={`the dashed line is guessing${part === 'crossValidation' ? '; of all folds together, while the metric is the mean over folds' : ''}`}
      table={table}
    >
      <Chart
        label={`ROC curve, area ${formatScore(auc)}`}
        height={320}
        options={options}
        data={{
          head: ['Threshold', 'False positive rate', 'True positive rate'],
          rows: points.map(({ threshold, falsePositiveRate, truePositiveRate }) => [
            threshold,
            falsePositiveRate,
            truePositiveRate,
          ]),
        }}
      />
    </Figure>
  )
}

export const Lift = ({ rows, bins, target }: Insight<'lift'> & { readonly target: string }) => {
  const options = useMemo(() => {
    const named = bins.flatMap(({ predicted, actual }, index) => [
      { bin: index + 1, value: predicted, kind: 'predicted' },
      { bin: index + 1, value: actual, kind: 'actual' },
    ])
    // The upper one first; where both end alike their names would cover each other.
    const last = named.filter(({ bin }) => bin === bins.length).sort((a, b) => b.value - a.value)
    const [upper = 0, lower = 0] = last.map(({ value }) => value)
    const apart = upper - lower < 0.06 * Math.max(...named.map(({ value }) => Math.abs(value))) ? 7 : 0
    return {
      marginRight: 70,
      x: {
        label: 'Bin, from the lowest to the highest prediction',
        ticks: bins.length,
        tickFormat: 'd',
      },
      y: { label: target, grid: true, nice: true, tickFormat: formatTick },
      color: { domain: ['predicted', 'actual'], range: [accent, second] },
      marks: [
        ruleY([0]),
        line(named, { x: 'bin', y: 'value', stroke: 'kind', strokeWidth: 2 }),
        dot(named, { x: 'bin', y: 'value', fill: 'kind', symbol: 'kind', r: 4, tip: true }),
        ...last.map((end, index) =>
          text([end], {
            x: 'bin',
            y: 'value',
            text: 'kind',
            fill: 'currentColor',
            textAnchor: 'start' as const,
            dx: 8,
            dy: index === 0 ? -apart : apart,
          }),
        ),
      ],
    }
  }, [bins, target])
  const table = (
    <Numbers
      head={['Bin', 'Rows', 'Predicted', 'Actual']}
      rows={bins.map((bin, index) => [index + 1, bin.rows, formatScore(bin.predicted), formatScore(bin.actual)])}
    />
  )
  return (
    <Figure
      title="Lift"
      rows={rows}
      words="sorted by prediction and cut into bins of equal size; the closer the two lines, the better the model is calibrated"
      table={table}
    >
      <Chart
        label="Predicted and actual values by bin"
        height={320}
        options={options}
        data={{
          head: ['Bin', 'Rows', 'Predicted', 'Actual'],
          rows: bins.map((bin, index) => [index + 1, bin.rows, bin.predicted, bin.actual]),
        }}
      />
    </Figure>
  )
}

export const PredictedActual = ({ rows, points, target }: Insight<'residuals'> & { readonly target: string }) => {
  const options = useMemo(() => {
    const values = points.flatMap(({ actual, predicted }) => [actual, predicted])
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return {
      x: { label: `Actual ${target}`, grid: true, nice: true, tickFormat: formatTick, ticks: 6 },
      y: { label: `Predicted ${target}`, grid: true, nice: true, tickFormat: formatTick },
      marks: [
        link([{}], {
          x1: low,
          y1: low,
          x2: high,
          y2: high,
          stroke: 'currentColor',
          strokeOpacity: 0.4,
          strokeDasharray: '4 4',
        }),
        dot(points, { x: 'actual', y: 'predicted', fill: accent, fillOpacity: 0.5, r: 2.5, tip: true }),
      ],
    }
  }, [points, target])
  const table = (
    <Numbers
      head={['Actual', 'Predicted']}
      rows={points.slice(0, 200).map(({ actual, predicted }) => [formatNumber(actual), formatNumber(predicted)])}
    />
  )
  return (
    <Figure
      title="Predicted against actual"
      rows={rows}
      words={
        points.length < rows
          ? `a sample of ${formatNumber(points.length)} is drawn`
          : 'on the dashed line the prediction is right'
      }
      table={table}
    >
      <Chart
        label="Predicted against actual values"
        height={320}
        options={options}
        data={{ head: ['Actual', 'Predicted'], rows: points.map(({ actual, predicted }) => [actual, predicted]) }}
      />
    </Figure>
  )
}

/** Actual classes down, predicted classes across; the stronger the colour, the larger the share of the actual class. */
export const Confusion = ({ rows, classes, counts }: Insight<'confusion'>) => (
  <Stack gap="sm" component="section">
    <Title order={2}>Confusion matrix</Title>
    <Text size="sm" c="dimmed">
      {formatNumber(rows)} rows; each cell has its rows and its share of the actual class
    </Text>
    <div className="scroll" tabIndex={0} role="region" aria-label="Confusion matrix">
      <Table withTableBorder withColumnBorders w="auto">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Actual</Table.Th>
            {classes.map((label) => (
              <Table.Th key={label} className="number">
                Predicted {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {classes.map((actual, row) => {
            const total = (counts[row] ?? []).reduce((sum, count) => sum + count, 0)
            return (
              <Table.Tr key={actual}>
                <Table.Th scope="row">{actual}</Table.Th>
                {classes.map((predicted, column) => {
                  const count = counts[row]?.[column] ?? 0
                  const share = total === 0 ? 0 : count / total
                  return (
                    <Table.Td
                      key={predicted}
                      className="number"
                      style={{
                        background: `color-mix(in srgb, var(--mantine-color-indigo-5) ${Math.round(share * 45)}%, transparent)`,
                      }}
                    >
                      {formatNumber(count)}{' '}
                      <Text span size="xs">
                        {(share * 100).toFixed(1)} %
                      </Text>
                    </Table.Td>
                  )
                })}
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </div>
  </Stack>
)
