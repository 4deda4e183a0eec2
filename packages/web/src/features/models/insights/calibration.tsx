import { dot, line, link, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatScore } from '../../../ui/format.ts'
import { basisOf, type Insight } from './basis.ts'

/** Whether 70 % means 70 %: the share of positives among rows of about equal probability. */
export const Calibration = ({
  rows,
  part,
  weighted,
  brier,
  bins,
  positive,
}: Insight<'calibration'> & { readonly positive: string }) => {
  const options = useMemo(
    () => ({
      x: { label: `Mean predicted probability of ${positive}`, domain: [0, 1], grid: true, ticks: 5 },
      y: { label: `Share that is ${positive}`, domain: [0, 1], grid: true, ticks: 5 },
      marks: [
        link([{}], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '4 4' }),
        link(bins, { x1: 'predicted', x2: 'predicted', y1: 'actualLow', y2: 'actualHigh', stroke: accent }),
        line(bins, { x: 'predicted', y: 'actual', stroke: accent, strokeWidth: 2 }),
        dot(bins, {
          x: 'predicted',
          y: 'actual',
          fill: accent,
          r: 4,
          tip: true,
          channels: { Rows: 'rows' },
        }),
        text([`Brier score ${formatScore(brier)}`], {
          frameAnchor: 'bottom-right',
          text: (words: string) => words,
          dx: -8,
          dy: -8,
          fontSize: 14,
        }),
      ],
    }),
    [bins, brier, positive],
  )
  return (
    <Figure
      title="Calibration"
      basis={basisOf({ rows, part, weighted })}
      words="bins of equal width; bars are 95 % intervals (Wilson); on the dashed line the probabilities are right"
      label={`Calibration, Brier score ${formatScore(brier)}`}
      options={options}
      data={{
        head: ['From', 'To', 'Rows', 'Predicted', 'Actual', 'Actual, lower end', 'Actual, upper end'],
        rows: bins.map((bin) => [
          bin.low,
          bin.high,
          bin.rows,
          bin.predicted,
          bin.actual,
          bin.actualLow,
          bin.actualHigh,
        ]),
      }}
    />
  )
}
