import { Select, Stack } from '@mantine/core'
import type { FeatureInsights, Model } from '@modelsmith/api'
import { dot, line, type PlotOptions } from '@observablehq/plot'
import { useMemo } from 'react'
import { useAddress } from '../../../ui/address.ts'
import { accent } from '../../../ui/chart.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatTick } from '../../../ui/format.ts'
import { HiddenFeatures } from './hidden-features.tsx'
import { outputOf } from './basis.ts'

type Computed = NonNullable<FeatureInsights['computed']>
type Effect = Computed['effects'][number]
type EffectsProps = { readonly computed: Computed; readonly model: Model }

/** How the prediction moves with one feature. */
export const Effects = ({ computed: { effects, partRows }, model }: EffectsProps) => {
  const [asked, ask] = useAddress('feature')
  const [askedClass, askClass] = useAddress('with')
  const shown = effects.find(({ feature }) => feature === asked) ?? effects[0]
  if (shown === undefined)
    return model.hidden.length > 0 ? (
      <HiddenFeatures hidden={model.hidden} />
    ) : (
      <Empty>No feature of this model can be set to values: all of them are text.</Empty>
    )
  const { classes, targetType } = model
  const label =
    targetType === 'binary'
      ? classes[1]
      : targetType === 'multiclass'
        ? (classes.find((each) => each === askedClass) ?? classes[0])
        : undefined
  const output = label === undefined ? 0 : classes.indexOf(label)
  return (
    <Stack>
      <div style={{ display: 'flex', gap: 16, flexWrap: 'wrap' }}>
        <Select
          label="Feature"
          description="The largest impact first"
          w={280}
          searchable
          allowDeselect={false}
          data={effects.map(({ feature }) => feature)}
          value={shown.feature}
          onChange={(feature) => ask(feature ?? undefined)}
        />
        {targetType === 'multiclass' ? (
          <Select
            label="Class"
            description="Whose probability is drawn"
            w={220}
            allowDeselect={false}
            data={[...classes]}
            value={label ?? null}
            onChange={(chosen) => askClass(chosen ?? undefined)}
          />
        ) : null}
      </div>
      <HiddenFeatures hidden={model.hidden} />
      <EffectFigure
        effect={shown}
        means={shown.means[output] ?? []}
        partRows={partRows}
        target={outputOf(model, label)}
      />
    </Stack>
  )
}

type FigureProps = {
  readonly effect: Effect
  readonly means: readonly number[]
  readonly partRows: number
  readonly target: string
}

const EffectFigure = ({ effect, means, partRows, target }: FigureProps) => {
  const { feature, kind, rows, points, curves } = effect
  const options = useMemo(() => chartOf(effect, means, target), [effect, means, target])
  return (
    <Figure
      title={`Effect of ${feature}`}
      basis={`${formatNumber(rows)} of ${formatNumber(partRows)} validation rows (fold 1), by the model of fold 1, which had not seen them`}
      words={`the mean prediction when ${feature} has each value in turn and all else stays (partial dependence)${curves.length === 0 ? '' : `; each thin ${kind === 'category' ? 'dot' : 'line'} is one of ${formatNumber(curves.length)} rows (individual conditional expectation)`}`}
      label={`Effect of ${feature}`}
      height={kind === 'category' ? 90 + points.length * 26 : 340}
      options={options}
      data={{
        head: [feature, 'Mean', ...curves.map((_, row) => `Row ${row + 1}`)],
        rows: points.map(({ label }, index) => [
          label ?? 'missing',
          means[index] ?? null,
          ...curves.map((curve) => curve[index] ?? null),
        ]),
      }}
    />
  )
}

const chartOf = ({ feature, kind, points, curves }: Effect, means: readonly number[], target: string): PlotOptions => {
  const place = ({ label, at }: Effect['points'][number]) =>
    kind === 'date' ? new Date((at ?? 0) / 1000) : kind === 'number' ? at : (label ?? 'missing')
  const mean = points.map((point, index) => ({ value: place(point), predicted: means[index] ?? 0 }))
  const single = curves.flatMap((curve, row) =>
    points.map((point, index) => ({ row, value: place(point), predicted: curve[index] ?? 0 })),
  )
  if (kind === 'category') {
    const longest = Math.max(0, ...mean.map(({ value }) => String(value).length))
    return {
      marginLeft: Math.min(190, 24 + longest * 6.6),
      x: { label: target, grid: true, nice: true, tickFormat: formatTick, ticks: 6 },
      y: { label: feature, domain: mean.map(({ value }) => value) },
      marks: [
        dot(single, { x: 'predicted', y: 'value', r: 2, fill: 'currentColor', fillOpacity: 0.3 }),
        dot(mean, { x: 'predicted', y: 'value', r: 6, fill: accent, tip: true }),
      ],
    }
  }
  return {
    x: {
      label: feature,
      grid: true,
      ...(kind === 'date' ? { type: 'utc' as const } : { tickFormat: formatTick }),
      ticks: 6,
    },
    y: { label: target, grid: true, nice: true, tickFormat: formatTick },
    marks: [
      line(single, {
        x: 'value',
        y: 'predicted',
        z: 'row',
        stroke: 'currentColor',
        strokeOpacity: 0.18,
        strokeWidth: 1,
      }),
      line(mean, { x: 'value', y: 'predicted', stroke: accent, strokeWidth: 3, tip: true }),
      dot(mean, { x: 'value', y: 'predicted', fill: accent, r: 3 }),
    ],
  }
}
