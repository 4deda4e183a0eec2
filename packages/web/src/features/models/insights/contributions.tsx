import { Select, Stack, Text } from '@mantine/core'
import type { Explanation, Model } from '@modelsmith/api'
import { link, type PlotOptions, rect, ruleX, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { useAddress } from '../../../ui/address.ts'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatScore, formatTick, formatValue } from '../../../ui/format.ts'
import { outputOf } from './basis.ts'

type Output = Explanation['outputs'][number]
type Value = Explanation['values'][number]

type ContributionsProps = {
  readonly explanation: Explanation
  readonly model: Model
  /** Of the same row before its values were changed. */
  readonly before: Explanation | undefined
}

/** Bars of the first; the table and the CSV have all. */
const mostBars = 15

/** How the features lead from the base value to the prediction. */
export const Contributions = ({ explanation, model, before }: ContributionsProps) => {
  const [asked, ask] = useAddress('with')
  const { outputs } = explanation
  const output = outputs.find(({ label }) => label === asked) ?? outputs[0]
  if (output === undefined) return null
  const was = before?.outputs.find(({ label }) => label === output.label)
  return (
    <Stack>
      {outputs.length > 1 ? (
        <Select
          label="Class"
          description="Whose probability is explained"
          w={220}
          allowDeselect={false}
          data={outputs.flatMap(({ label }) => label ?? [])}
          value={output.label}
          onChange={(chosen) => ask(chosen ?? undefined)}
        />
      ) : null}
      {was === undefined ? null : (
        <Text>
          With {changesOf(explanation)} the prediction is {formatScore(output.prediction)}; with its own values it is{' '}
          {formatScore(was.prediction)}.
        </Text>
      )}
      <Waterfall explanation={explanation} output={output} model={model} />
    </Stack>
  )
}

const changesOf = ({ features, values, changed }: Explanation): string =>
  changed.map((name) => `${name} = ${wordsOf(values[features.indexOf(name)] ?? null)}`).join(', ')

const wordsOf = (value: Value): string =>
  value === null ? 'missing' : typeof value === 'number' ? formatValue(value) : String(value)

type Bar = {
  readonly name: string
  readonly label: string
  readonly start: number
  readonly end: number
  readonly contribution: number
  readonly error: number | null
}

type WaterfallProps = {
  readonly explanation: Explanation
  readonly output: Output
  readonly model: Model
}

const Waterfall = ({ explanation, output, model }: WaterfallProps) => {
  const { features, values, row, actual, background, method, whySampled } = explanation
  const { base, prediction, label, score } = output
  const shown =
    score === null ? outputOf(model, label ?? undefined) : `Raw score${label === null ? '' : ` of ${label}`}`
  const bars = useMemo(() => barsOf(explanation, output), [explanation, output])
  const options = useMemo(() => chartOf(bars, output, shown), [bars, output, shown])
  const title = row === null ? 'Contributions to the prediction' : `Contributions to the prediction of row ${row}`
  return (
    <Figure
      title={title}
      basis={basisOf(explanation)}
      words={[
        method === 'exact'
          ? `base value ${formatScore(base)}, what is said of a row of which nothing is known`
          : `base value ${formatScore(base)}, the mean prediction of these rows`,
        ...(score === null
          ? []
          : [`raw score ${formatScore(score)}, which is summed before it becomes the prediction`]),
        `prediction ${formatScore(prediction)}`,
        ...(actual === null ? [] : [`actual value ${wordsOf(actual)}`]),
        ...(method === 'exact' ? [] : [`${background.pairs} pairs of orders for each, seed ${background.seed}`]),
        ...(whySampled === null ? [] : [`sampled, because it cannot be exact: ${whySampled}`]),
        ...(output.errors === null ? [] : ['the thin line is one standard error to each side']),
        ...(features.length > mostBars ? [`the ${mostBars} largest of ${formatNumber(features.length)} features`] : []),
      ].join('; ')}
      label={title}
      height={90 + bars.length * 26}
      options={options}
      data={{
        head: ['Feature', 'Value', 'Contribution', 'Standard error'],
        rows: [
          ['Base value', null, base, null],
          ...byContribution(output).map((index): (number | string | null)[] => [
            features[index] ?? '',
            wordsOf(values[index] ?? null),
            output.contributions[index] ?? null,
            output.errors?.[index] ?? null,
          ]),
          ...(score === null ? [] : [['Raw score', null, score, null]]),
          ['Prediction', null, prediction, null],
        ],
      }}
    />
  )
}

const basisOf = ({ method, background }: Explanation): string => {
  const model = `of the model that learnt from all ${formatNumber(background.of)} training rows`
  if (method === 'sampled') return `Shapley values ${model}, by ${formatNumber(background.rows)} of them`
  return background.rows === 0
    ? `Exact Shapley values ${model}, as many of them as came through each node of its trees`
    : `Exact Shapley values ${model}, from the means of ${formatNumber(background.rows)} of them`
}

/** Places of the features, the largest contribution first. */
const byContribution = ({ contributions }: Output): number[] =>
  [...contributions.keys()].sort((a, b) => Math.abs(contributions[b] ?? 0) - Math.abs(contributions[a] ?? 0) || a - b)

const barsOf = ({ features, values }: Explanation, output: Output): Bar[] => {
  const order = byContribution(output)
  const first = order.slice(0, order.length > mostBars ? mostBars - 1 : mostBars)
  let at = output.base
  const step = (name: string, label: string, contribution: number, error: number | null): Bar => {
    const start = at
    at += contribution
    return { name, label, start, end: at, contribution, error }
  }
  const bars = first.map((index) => {
    const name = features[index] ?? ''
    const error = output.errors?.[index] ?? null
    return step(name, labelOf(name, values[index] ?? null), output.contributions[index] ?? 0, error)
  })
  const rest = order.slice(first.length)
  if (rest.length === 0) return bars
  const others = `${formatNumber(rest.length)} other features`
  return [
    ...bars,
    step(
      others,
      others,
      rest.reduce((sum, index) => sum + (output.contributions[index] ?? 0), 0),
      null,
    ),
  ]
}

const shortened = (words: string, letters: number): string =>
  words.length > letters ? `${words.slice(0, letters - 1)}…` : words

const mostLetters = 25

/** What a feature is, where there is little room: the value is not what is cut off first. */
const labelOf = (name: string, value: Value): string => {
  const words = shortened(wordsOf(value), 12)
  return `${shortened(name, mostLetters - words.length)} = ${words}`
}

const chartOf = (bars: readonly Bar[], { base, prediction, score }: Output, target: string): PlotOptions => {
  const labels = new Map(bars.map(({ name, label }) => [name, label]))
  const longest = Math.max(0, ...[...labels.values()].map((words) => words.length))
  return {
    marginLeft: Math.min(200, 20 + longest * 6.6),
    marginRight: 60,
    marginTop: 28,
    x: { label: target, grid: true, nice: true, tickFormat: formatTick, ticks: 3 },
    y: {
      label: null,
      type: 'band',
      domain: bars.map(({ name }) => name),
      tickFormat: (name: string) => labels.get(name) ?? name,
    },
    marks: [
      ruleX([base], { stroke: 'currentColor', strokeDasharray: '3,3' }),
      ruleX([score ?? prediction], { stroke: 'currentColor' }),
      rect(bars, {
        x1: 'start',
        x2: 'end',
        y: 'name',
        fill: ({ contribution }: Bar) => (contribution < 0 ? second : accent),
        tip: true,
        insetTop: 3,
        insetBottom: 3,
        channels: { Contribution: 'contribution' },
      }),
      link(
        bars.filter(({ error }) => error !== null && error > 0),
        {
          x1: ({ end, error }: Bar) => end - (error ?? 0),
          x2: ({ end, error }: Bar) => end + (error ?? 0),
          y1: 'name',
          y2: 'name',
          stroke: 'currentColor',
        },
      ),
      text(bars, {
        x: ({ start, end, error }: Bar) => Math.max(start, end + (error ?? 0)),
        y: 'name',
        text: ({ contribution }: Bar) => `${contribution < 0 ? '−' : '+'}${formatScore(Math.abs(contribution), 3)}`,
        fill: 'currentColor',
        textAnchor: 'start',
        dx: 6,
      }),
      text(['base value'], { x: () => base, frameAnchor: 'top', dy: -22, fill: 'currentColor' }),
      text([score === null ? 'prediction' : 'raw score'], {
        x: () => score ?? prediction,
        frameAnchor: 'top',
        dy: -10,
        fill: 'currentColor',
      }),
    ],
  }
}
