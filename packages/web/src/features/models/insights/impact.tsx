import type { FeatureInsights } from '@modelsmith/api'
import { barX, link, ruleX } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent } from '../../../ui/chart.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'

type Computed = NonNullable<FeatureInsights['computed']>

/** Bars of the first; the table and the CSV have all. */
const mostBars = 25

/** What each feature is worth to the model. */
export const Impact = ({ computed: { impact, metric, partRows } }: { readonly computed: Computed }) =>
  impact === null ? (
    <Empty>The metric of this project has no value on these predictions, so that nothing can be measured by it.</Empty>
  ) : (
    <Bars impact={impact} metric={metric} partRows={partRows} />
  )

/** Anomaly scores are not measured by a metric, but by how far they move. */
const lossOf = (metric: string | null): string => (metric === null ? 'Mean change of the score' : `Loss of ${metric}`)

type BarsProps = Pick<Computed, 'metric' | 'partRows'> & { readonly impact: NonNullable<Computed['impact']> }

const Bars = ({ impact: { rows, repeats, seed, baseline, features }, metric, partRows }: BarsProps) => {
  const options = useMemo(() => {
    const shown = features.slice(0, mostBars).map((each) => ({
      ...each,
      low: each.impact - (each.spread ?? 0),
      high: each.impact + (each.spread ?? 0),
    }))
    const longest = Math.max(0, ...shown.map(({ feature }) => feature.length))
    return {
      marginLeft: Math.min(190, 20 + longest * 6.6),
      x: { label: `${lossOf(metric)} when the feature is shuffled`, grid: true, ticks: 5 },
      y: { label: null, domain: shown.map(({ feature }) => feature) },
      marks: [
        barX(shown, { x: 'impact', y: 'feature', fill: accent, tip: true, insetTop: 2, insetBottom: 2 }),
        link(shown, { x1: 'low', x2: 'high', y1: 'feature', y2: 'feature', stroke: 'currentColor' }),
        ruleX([0]),
      ],
    }
  }, [features, metric])
  return (
    <Figure
      title="Feature impact"
      basis={`${formatNumber(rows)} of ${formatNumber(partRows)} validation rows (fold 1), by the model of fold 1, which had not seen them`}
      words={`mean of ${repeats} shuffles, seed ${seed}; the thin line is one standard deviation to each side${metric === null ? '; changes are absolute, in the unit of the score' : `; ${metric} without shuffling ${formatScore(baseline)}`}${features.length > mostBars ? `; the first ${mostBars} of ${formatNumber(features.length)} features` : ''}`}
      label="Permutation impact of the features"
      height={80 + Math.min(mostBars, features.length) * 24}
      options={options}
      data={{
        head: ['Feature', lossOf(metric), 'Standard deviation'],
        rows: features.map(({ feature, impact, spread }) => [feature, impact, spread]),
      }}
    />
  )
}
