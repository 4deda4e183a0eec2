import { Stack, Table, Text, Title } from '@mantine/core'
import type { PlotOptions } from '@observablehq/plot'
import { Chart } from './chart.tsx'
import type { ChartData } from './chart-files.ts'
import { formatNumber, formatScore } from './format.ts'

type FigureProps = {
  readonly title: string
  /** What the numbers stand on: how many rows, and which. */
  readonly basis: string
  readonly words?: string | undefined
  /** What the chart shows, for who cannot see it; the name of its files. */
  readonly label: string
  readonly height?: number
  /** Kept by the caller (`useMemo`): a new object draws the chart again. */
  readonly options: PlotOptions
  /** What is drawn, as numbers: the table below the chart and the CSV. */
  readonly data: ChartData
}

/** Rows of a table under a chart; the CSV has all. */
const tableRows = 200

/** A chart with its name, what it was computed on, and the same as a table. */
export const Figure = ({ title, basis, words, label, height = 300, options, data }: FigureProps) => (
  <Stack gap="sm" component="section" miw={0}>
    <Title order={2}>{title}</Title>
    <Text size="sm" c="dimmed">
      {basis}
      {words === undefined ? '' : `; ${words}`}
    </Text>
    <Chart label={label} height={height} options={options} data={data} />
    <details>
      <summary>As a table</summary>
      <div className="scroll tall" tabIndex={0} role="region" aria-label={`${title} as a table`}>
        <Numbers {...data} />
      </div>
      {data.rows.length > tableRows ? (
        <Text size="sm" c="dimmed">
          The first {formatNumber(tableRows)} of {formatNumber(data.rows.length)} lines; the CSV has all.
        </Text>
      ) : null}
    </details>
  </Stack>
)

const Numbers = ({ head, rows }: ChartData) => (
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
      {rows.slice(0, tableRows).map((cells, row) => (
        <Table.Tr key={row}>
          {cells.map((value, column) => (
            <Table.Td key={column} className="number">
              {typeof value === 'string'
                ? value
                : value === null || Number.isInteger(value)
                  ? formatNumber(value)
                  : formatScore(value)}
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)
