import { areaY, ruleX, ruleY, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatTick } from '../../../ui/format.ts'
import { basisOf, countedAs, type Insight } from './basis.ts'

type DistributionProps = Insight<'distribution'> & {
  readonly classes: readonly string[]
  readonly threshold: number
  /** What is spread, as the axis says it. */
  readonly score: string
}

/** How the scores of the two classes are spread, each as shares of its own rows: a rare class is seen as well as a frequent one. */
export const Distribution = ({ rows, part, weighted, edges, counts, classes, threshold, score }: DistributionProps) => {
  const [negative = '', positive = ''] = classes
  const [low = 0, high = 1] = [edges[0], edges.at(-1)]
  const options = useMemo(() => {
    const shares = [negative, positive].flatMap((label, index) => {
      const line = counts[index] ?? []
      const total = line.reduce((sum, count) => sum + count, 0)
      return line.flatMap((count, bin) =>
        [edges[bin], edges[bin + 1]].map((at) => ({
          label,
          score: at ?? 0,
          share: total === 0 ? 0 : count / total,
        })),
      )
    })
    const peaks = [negative, positive].map((label) =>
      shares.filter((each) => each.label === label).reduce((best, each) => (each.share > best.share ? each : best)),
    )
    return {
      marginTop: 28,
      marginRight: 16,
      x: { label: score, domain: [low, high], ticks: 5, tickFormat: formatTick },
      y: {
        label: weighted === true ? 'Share of the class’s weight' : 'Share of the class’s rows',
        grid: true,
        ticks: 5,
        tickFormat: '%',
      },
      color: { domain: [negative, positive], range: [second, accent] },
      marks: [
        // With `y` alone the classes would be stacked on each other.
        areaY(shares, {
          x: 'score',
          y1: 0,
          y2: 'share',
          z: 'label',
          fill: 'label',
          fillOpacity: 0.35,
          stroke: 'label',
          sort: null,
          curve: 'linear',
        }),
        ruleY([0]),
        ruleX([threshold], { strokeDasharray: '4 4' }),
        ...peaks.map((peak) =>
          text([peak], {
            x: 'score',
            y: 'share',
            text: 'label',
            fill: 'currentColor',
            fontWeight: 600,
            dy: -8,
            textAnchor: peak.score > (low + high) / 2 ? ('end' as const) : ('start' as const),
          }),
        ),
      ],
    }
  }, [edges, counts, weighted, negative, positive, threshold, score, low, high])
  return (
    <Figure
      title="Prediction distribution"
      basis={basisOf({ rows, part, weighted })}
      words={`${edges.length - 1} bins; the dashed line is the threshold`}
      label={`Distribution: ${score}`}
      options={options}
      data={{
        head: ['From', 'To', ...classes.map((label) => `${countedAs({ weighted })} of ${label}`)],
        rows: edges
          .slice(0, -1)
          .map((from, bin) => [from, edges[bin + 1] ?? null, ...classes.map((_, index) => counts[index]?.[bin] ?? 0)]),
      }}
    />
  )
}
