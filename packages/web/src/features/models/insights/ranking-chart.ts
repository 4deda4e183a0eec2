import type { OperatingRates } from '@modelsmith/domain'
import { dot, line, link, type PlotOptions, text } from '@observablehq/plot'
import { accent } from '../../../ui/chart.tsx'

type Axis = {
  readonly key: 'depth' | 'falsePositiveRate' | 'truePositiveRate' | 'precision' | 'lift'
  readonly label: string
}
type Line = readonly [x1: number, y1: number, x2: number, y2: number]

type RankingChartProps = {
  readonly rates: readonly OperatingRates[]
  readonly chosen: OperatingRates
  readonly x: Axis
  readonly y: Axis
  /** Where guessing would lie. */
  readonly guess: Line
  readonly note?: string
  /** Upper end of y; what belongs to no choice of threshold is not drawn above it. */
  readonly top?: number
}

/** A curve over all thresholds with the chosen one on it. */
export const rankingChart = ({ rates, chosen, x, y, guess, note, top = 1 }: RankingChartProps): PlotOptions => ({
  x: { label: x.label, domain: [0, 1], grid: true, ticks: 5 },
  y: { label: y.label, domain: [0, top], grid: true, ticks: 5 },
  marks: [
    link([guess], {
      x1: '0',
      y1: '1',
      x2: '2',
      y2: '3',
      stroke: 'currentColor',
      strokeOpacity: 0.5,
      strokeDasharray: '4 4',
    }),
    line(rates, {
      x: x.key,
      y: y.key,
      stroke: accent,
      strokeWidth: 2,
      tip: true,
      channels: { Threshold: 'threshold' },
      sort: null,
    }),
    dot([chosen], { x: x.key, y: y.key, r: 5, fill: 'var(--mantine-color-body)', stroke: accent, strokeWidth: 2 }),
    ...(note === undefined
      ? []
      : [text([note], { frameAnchor: 'bottom-right', text: (words: string) => words, dx: -8, dy: -8, fontSize: 14 })]),
  ],
})
