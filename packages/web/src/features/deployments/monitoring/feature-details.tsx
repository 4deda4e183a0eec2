import { barX, ruleX, tickX } from '@observablehq/plot'
import { SimpleGrid } from '@mantine/core'
import type { FeatureDetail } from '@modelsmith/api'
import { useMemo } from 'react'
import { useCall } from '../../../app/client.ts'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { basisOf } from './baseline.tsx'
import { stepWords, TimeFigure } from './time-figure.tsx'
import { useTimeRange } from './time-range.tsx'

type Point = FeatureDetail['series'][number]

const psi = [{ name: 'PSI', value: (point: Point) => point.psi }]
const bounds = [0.1, 0.25]

/** One feature: its histogram beside the baseline's, and its drift over time. `asked` is its role and its name. */
export const FeatureDetails = ({ deploymentId, asked }: { readonly deploymentId: string; readonly asked: string }) => {
  const [range] = useTimeRange()
  const at = asked.indexOf(' ')
  const role = asked.slice(0, at) === 'prediction' ? ('prediction' as const) : ('input' as const)
  const query = useCall('getFeatureDrift', {
    params: { id: deploymentId },
    query: { ...range, name: asked.slice(at + 1), role },
  })
  return <Loaded query={query}>{(detail) => <Details detail={detail} />}</Loaded>
}

const Details = ({ detail }: { readonly detail: FeatureDetail }) => {
  const { feature, bins, series, baseline, stepHours } = detail
  const { rows } = feature.quality
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Histogram name={feature.name} bins={bins} basis={basisOf({ baseline, rows })} />
      <TimeFigure
        title={`Drift of ${feature.name} over time`}
        basis={`${basisOf({ baseline, rows })}, ${stepWords(stepHours)}`}
        words="dashed: 0.1 and 0.25, where drift is called moderate and large"
        label={`Drift of ${feature.name} over time`}
        unit="PSI"
        range={detail}
        points={series}
        lines={psi}
        marks={bounds}
      />
    </SimpleGrid>
  )
}

const totalOf = (counts: readonly number[]): number =>
  Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  )

const Histogram = ({
  name,
  bins,
  basis,
}: Pick<FeatureDetail, 'bins'> & { readonly name: string; readonly basis: string }) => {
  const shown = useMemo(() => {
    const before = totalOf(bins.map(({ baseline }) => baseline))
    const now = totalOf(bins.map(({ current }) => current))
    return bins
      .filter(({ kind, baseline, current }) => kind === 'value' || baseline + current > 0)
      .map((bin) => ({ ...bin, before: bin.baseline / before, now: bin.current / now }))
  }, [bins])
  const options = useMemo(
    () => ({
      marginLeft: 150,
      x: { label: 'Share of rows', grid: true, tickFormat: '.0%', ticks: 4 },
      y: { label: null, domain: shown.map(({ label }) => label), tickFormat: (label: string) => shortened(label) },
      marks: [
        barX(shown, {
          x: 'now',
          y: 'label',
          fill: accent,
          tip: true,
          channels: { Rows: 'current', Baseline: 'baseline' },
        }),
        tickX(shown, { x: 'before', y: 'label', stroke: second, strokeWidth: 3 }),
        ruleX([0]),
      ],
    }),
    [shown],
  )
  return (
    <Figure
      title={`Values of ${name}`}
      basis={basis}
      words="bars: rows of this time; ticks: the baseline"
      label={`Values of ${name} beside the baseline`}
      height={Math.max(160, 60 + shown.length * 22)}
      options={options}
      data={{
        head: ['Value', 'Baseline', 'This time'],
        rows: bins.map(({ label, baseline, current }) => [label, baseline, current]),
      }}
    />
  )
}

const shortened = (label: string): string => (label.length > 22 ? `${label.slice(0, 21)}…` : label)
