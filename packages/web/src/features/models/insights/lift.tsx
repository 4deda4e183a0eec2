import { dot, line, ruleY, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatTick } from '../../../ui/format.ts'
import { basisOf, type Insight } from './basis.ts'

export const Lift = ({ rows, part, weighted, bins, target }: Insight<'lift'> & { readonly target: string }) => {
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
      symbol: { domain: ['predicted', 'actual'] },
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
  return (
    <Figure
      title="Lift"
      basis={basisOf({ rows, part, weighted })}
      words="sorted by prediction and cut into bins of equal size; the closer the two lines, the better the model is calibrated"
      label="Predicted and actual values by bin"
      options={options}
      data={{
        head: ['Bin', 'Rows', 'Predicted', 'Actual'],
        rows: bins.map((bin, index) => [index + 1, bin.rows, bin.predicted, bin.actual]),
      }}
    />
  )
}
