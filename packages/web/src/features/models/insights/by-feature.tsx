import { Select, Stack } from '@mantine/core'
import { dot, link, ruleX, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { useAddress } from '../../../ui/address.ts'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatTick } from '../../../ui/format.ts'
import { basisOf, type Insight } from './basis.ts'
import { HiddenFeatures } from './hidden-features.tsx'

type ByFeatureProps = Insight<'byFeature'> & { readonly target: string; readonly hidden: readonly string[] }
type Bins = ByFeatureProps['features'][number]['bins']

/** Where the model errs: mean actual and predicted values by what a feature is. */
export const ByFeature = ({ rows, part, weighted, features, target, hidden }: ByFeatureProps) => {
  const [asked, ask] = useAddress('feature')
  const shown = features.find(({ feature }) => feature === asked) ?? features[0]
  if (shown === undefined) return <HiddenFeatures hidden={hidden} />
  return (
    <Stack>
      <Select
        label="Feature"
        w={280}
        searchable
        allowDeselect={false}
        data={features.map(({ feature }) => feature)}
        value={shown.feature}
        onChange={(feature) => ask(feature ?? undefined)}
      />
      <HiddenFeatures hidden={hidden} />
      <Fit basis={basisOf({ rows, part, weighted })} feature={shown.feature} bins={shown.bins} target={target} />
    </Stack>
  )
}

type FitProps = {
  readonly basis: string
  readonly feature: string
  readonly bins: Bins
  readonly target: string
}

/** The names beside the dots of the first bin, outwards. */
const ends = (first: { readonly predicted: number; readonly actual: number } | undefined) => {
  if (first === undefined) return []
  const left = first.predicted <= first.actual ? 'predicted' : 'actual'
  return (['predicted', 'actual'] as const).map((kind) => ({
    kind,
    mean: first[kind],
    anchor: kind === left ? ('end' as const) : ('start' as const),
  }))
}

const nameOf = (label: string | null): string => label ?? 'missing'

const Fit = ({ basis, feature, bins, target }: FitProps) => {
  const options = useMemo(() => {
    const named = bins.map((bin) => ({ ...bin, value: nameOf(bin.label) }))
    const both = named.flatMap((bin) => [
      { ...bin, kind: 'predicted', mean: bin.predicted },
      { ...bin, kind: 'actual', mean: bin.actual },
    ])
    const longest = Math.max(0, ...named.map(({ value }) => value.length))
    return {
      marginLeft: Math.min(180, 24 + longest * 6.5),
      y: { label: feature, domain: named.map(({ value }) => value) },
      x: { label: target, grid: true, nice: true, tickFormat: formatTick, ticks: 6 },
      color: { domain: ['predicted', 'actual'], range: [accent, second] },
      symbol: { domain: ['predicted', 'actual'] },
      marks: [
        link(named, { x1: 'predicted', x2: 'actual', y1: 'value', y2: 'value', strokeOpacity: 0.5 }),
        dot(both, {
          x: 'mean',
          y: 'value',
          fill: 'kind',
          symbol: 'kind',
          r: 5,
          tip: true,
          channels: { Rows: 'rows' },
        }),
        ...ends(named[0]).map(({ kind, mean, anchor }) =>
          text([kind], {
            x: () => mean,
            y: () => named[0]?.value,
            text: (word: string) => word,
            fill: 'currentColor',
            textAnchor: anchor,
            dx: anchor === 'end' ? -9 : 9,
          }),
        ),
        ...(Math.min(...both.map(({ mean }) => mean)) < 0 ? [ruleX([0])] : []),
      ],
    }
  }, [bins, feature, target])
  return (
    <Figure
      title={`Residuals by ${feature}`}
      basis={basis}
      words="mean predicted and mean actual value; the bar between them is the mean residual"
      label={`Predicted and actual values by ${feature}`}
      height={90 + bins.length * 28}
      options={options}
      data={{
        head: [feature, 'Rows', 'Predicted', 'Actual', 'Mean residual', 'Spread of the residuals'],
        rows: bins.map(({ label, rows, predicted, actual, spread }) => [
          nameOf(label),
          rows,
          predicted,
          actual,
          actual - predicted,
          spread,
        ]),
      }}
    />
  )
}
