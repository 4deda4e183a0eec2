import { Alert, Select, Stack } from '@mantine/core'
import type { LoggedRequest, RequestExplanation } from '@modelsmith/api'
import { barX, type PlotOptions, ruleX, text } from '@observablehq/plot'
import { useMemo, useState } from 'react'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatScore, formatTick } from '../../../ui/format.ts'
import { cellWords } from './words.ts'

type Output = RequestExplanation['outputs'][number]
type Props = { readonly explanation: RequestExplanation; readonly logged: LoggedRequest }

/** Bars of the first; the table and the CSV have all. */
const mostBars = 15

/** What made the prediction of one row of a request. */
export const RowExplanation = ({ explanation, logged }: Props) => {
  const { row, problem, outputs } = explanation
  const [label, choose] = useState<string | null>(null)
  const output = outputs.find((each) => each.label === label) ?? outputs[0]
  if (problem !== null || output === undefined)
    return (
      <Alert color="yellow" variant="light" title={`Row ${row} could not be explained`}>
        {problem}
      </Alert>
    )
  return (
    <Stack gap="sm">
      {outputs.length > 1 ? (
        <Select
          label={`Class of row ${row}`}
          w={220}
          allowDeselect={false}
          data={outputs.flatMap((each) => each.label ?? [])}
          value={output.label}
          onChange={choose}
        />
      ) : null}
      <Contributions explanation={explanation} logged={logged} output={output} />
    </Stack>
  )
}

const Contributions = ({ explanation, logged, output }: Props & { readonly output: Output }) => {
  const { row, features, method, whySampled, background } = explanation
  const values = logged.items.find((each) => each.row === row)?.values
  const found = useMemo(
    () =>
      features
        .map((name, at) => ({
          name: values === undefined ? name : `${name} = ${cellWords(values[name])}`,
          contribution: output.contributions[at] ?? 0,
        }))
        .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    [features, values, output],
  )
  const options = useMemo(() => chartOf(found.slice(0, mostBars)), [found])
  const of = output.label === null ? '' : ` of ${output.label}`
  const rows = background?.rows ?? 0
  return (
    <Figure
      title={`What made the prediction of row ${row}`}
      basis={
        method === 'exact'
          ? `Exact Shapley values${of}${rows === 0 ? '' : `, against the means of ${formatNumber(rows)} rows where the model is linear`}`
          : `Shapley values${of}, sampled with ${formatNumber(rows)} training rows${whySampled === null ? '' : `, because they cannot be exact: ${whySampled}`}`
      }
      words={`base value ${formatScore(output.base)}${output.score === null ? '' : `; raw score ${formatScore(output.score)}, which is summed before it becomes the prediction`}; prediction ${formatScore(output.prediction)}`}
      label={`Contributions to the prediction of row ${row}`}
      height={70 + Math.min(mostBars, found.length) * 26}
      options={options}
      data={{
        head: ['Feature', 'Contribution'],
        rows: [
          ['Base value', output.base],
          ...found.map(({ name, contribution }): (string | number)[] => [name, contribution]),
          [output.score === null ? 'Prediction' : 'Raw score', output.score ?? output.prediction],
        ],
      }}
    />
  )
}

type Bar = { readonly name: string; readonly contribution: number }

const shortened = (words: string): string => (words.length > 26 ? `${words.slice(0, 25)}…` : words)

const chartOf = (bars: readonly Bar[]): PlotOptions => ({
  marginLeft: Math.min(200, 20 + Math.max(0, ...bars.map(({ name }) => shortened(name).length)) * 6.6),
  marginRight: 60,
  x: { label: 'Contribution →', tickFormat: formatTick, inset: 40 },
  y: { label: null, domain: bars.map(({ name }) => name), tickFormat: shortened, tickSize: 0 },
  marks: [
    barX(bars, {
      x: 'contribution',
      y: 'name',
      fill: ({ contribution }: Bar) => (contribution < 0 ? second : accent),
      tip: false,
    }),
    text(
      bars.filter(({ contribution }) => contribution >= 0),
      { x: 'contribution', y: 'name', text: signed, dx: 4, textAnchor: 'start' },
    ),
    text(
      bars.filter(({ contribution }) => contribution < 0),
      { x: 'contribution', y: 'name', text: signed, dx: -4, textAnchor: 'end' },
    ),
    ruleX([0]),
  ],
})

const signed = ({ contribution }: Bar): string =>
  `${contribution > 0 ? '+' : contribution < 0 ? '−' : ''}${formatScore(Math.abs(contribution), 3)}`
