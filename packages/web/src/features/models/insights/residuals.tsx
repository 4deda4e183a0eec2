import { dot, link, rectY, ruleX, ruleY } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatTick } from '../../../ui/format.ts'
import { basisOf, countedAs, type Insight } from './basis.ts'

type ResidualsProps = Insight<'residuals'> & { readonly target: string }

export const PredictedActual = ({ rows, part, weighted, points, target }: ResidualsProps) => {
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
          strokeOpacity: 0.5,
          strokeDasharray: '4 4',
        }),
        dot(points, { x: 'actual', y: 'predicted', fill: accent, fillOpacity: 0.5, r: 2.5, tip: true }),
      ],
    }
  }, [points, target])
  return (
    <Figure
      title="Predicted against actual"
      basis={basisOf({ rows, part, weighted })}
      words={
        points.length < rows
          ? `a sample of ${formatNumber(points.length)}, drawn with a seed; on the dashed line the prediction is right`
          : 'on the dashed line the prediction is right'
      }
      label="Predicted against actual values"
      options={options}
      data={{ head: ['Actual', 'Predicted'], rows: points.map(({ actual, predicted }) => [actual, predicted]) }}
    />
  )
}

/** Nothing for models that were trained before it was kept. */
export const ResidualHistogram = ({ rows, part, weighted, histogram, target }: ResidualsProps) => {
  const { edges, counts } = histogram ?? { edges: [], counts: [] }
  const options = useMemo(
    () => ({
      x: { label: `Actual minus predicted ${target}`, tickFormat: formatTick, ticks: 6 },
      y: { label: countedAs({ weighted }), grid: true },
      marks: [
        rectY(
          counts.map((count, bin) => ({ from: edges[bin] ?? 0, to: edges[bin + 1] ?? 0, count })),
          { x1: 'from', x2: 'to', y: 'count', fill: accent, inset: 0.5, tip: true },
        ),
        ruleY([0]),
        ruleX([0], { strokeDasharray: '4 4' }),
      ],
    }),
    [edges, counts, weighted, target],
  )
  if (counts.length === 0) return null
  return (
    <Figure
      title="Residuals"
      basis={basisOf({ rows, part, weighted })}
      words="left of the dashed line the prediction is too high, right of it too low"
      label="Histogram of the residuals"
      options={options}
      data={{
        head: ['From', 'To', countedAs({ weighted })],
        rows: counts.map((count, bin) => [edges[bin] ?? null, edges[bin + 1] ?? null, count]),
      }}
    />
  )
}
