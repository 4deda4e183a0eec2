import { Group, SegmentedControl, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import type { Model, ModelInsights } from '@modelsmith/api'
import type { ReactNode } from 'react'
import { useCall } from '../../../app/client.ts'
import { useAddress } from '../../../ui/address.ts'
import { Empty } from '../../../ui/empty.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { AnomalyScores } from './anomaly-scores.tsx'
import { ByFeature } from './by-feature.tsx'
import { Calibration } from './calibration.tsx'
import { Confusion, PerClass } from './confusion.tsx'
import { FeatureInsights } from './feature-insights.tsx'
import { Lift } from './lift.tsx'
import { PredictedActual, ResidualHistogram } from './residuals.tsx'
import { RocTools } from './roc-tools.tsx'
import { RowExplanations } from './row-explanations.tsx'

const parts = [
  { value: 'crossValidation', label: 'Cross validation' },
  { value: 'validation', label: 'Validation' },
  { value: 'holdout', label: 'Holdout' },
] as const

type View = {
  readonly value: string
  readonly label: string
  readonly content: ReactNode
  /** Stands on rows of its own, whichever are chosen. */
  readonly ownRows?: boolean
}

/** The charts that fit the target, on rows that the model had not seen. */
export const Insights = ({ model }: { readonly model: Model }) => {
  const [askedPart, askPart] = useAddress('part')
  const shown = model.scores.holdout === null ? parts.slice(0, 2) : parts
  const part = shown.find(({ value }) => value === askedPart)?.value ?? 'crossValidation'
  const query = useCall('getModelInsights', { params: { id: model.id }, query: { part } })
  return (
    <Loaded query={query} rows={12}>
      {(insights) => (
        <Shown
          views={viewsOf(model, insights)}
          rows={
            <div>
              <SegmentedControl aria-label="Rows" w="fit-content" data={[...shown]} value={part} onChange={askPart} />
              {model.scores.holdout === null ? (
                <Text size="sm" c="dimmed">
                  {model.retrainedFrom === null
                    ? 'The holdout shows here once the project has unlocked it.'
                    : 'The holdout measures nothing here: this model has learned from it.'}
                </Text>
              ) : null}
            </div>
          }
        />
      )}
    </Loaded>
  )
}

const Shown = ({ views, rows }: { readonly views: readonly View[]; readonly rows: ReactNode }) => {
  const [asked, ask] = useAddress('insight')
  const view = views.find(({ value }) => value === asked) ?? views[0]
  if (view === undefined) return <Empty>There are no rows to draw charts of.</Empty>
  return (
    <Stack>
      <Group align="end" gap="xl">
        <Select
          label="Insight"
          w={220}
          allowDeselect={false}
          data={views.map(({ value, label }) => ({ value, label }))}
          value={view.value}
          onChange={(value) => ask(value === null || value === views[0]?.value ? undefined : value)}
        />
        {view.ownRows === true ? null : rows}
      </Group>
      {view.content}
    </Stack>
  )
}

const viewsOf = (
  model: Model,
  { ranking, distribution, calibration, confusion, residuals, lift, byFeature, anomaly }: ModelInsights,
): View[] => {
  const positive = model.classes[1] ?? 'the positive class'
  const target = model.targetType === 'regression' ? String(model.target) : `Share of ${positive}`
  const view = (value: string, label: string, content: ReactNode): View => ({ value, label, content })
  return [
    ...(anomaly === null
      ? []
      : [
          view('anomaly', 'Anomaly scores', <AnomalyScores {...anomaly} target={model.target} hidden={model.hidden} />),
        ]),
    ...(ranking === null
      ? []
      : [
          view(
            'roc',
            'ROC tools',
            <RocTools key={ranking.part} ranking={ranking} distribution={distribution} model={model} />,
          ),
        ]),
    ...(residuals === null
      ? []
      : [
          view(
            'residuals',
            'Residuals',
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
              <PredictedActual {...residuals} target={target} />
              <ResidualHistogram {...residuals} target={target} />
            </SimpleGrid>,
          ),
        ]),
    ...(confusion === null
      ? []
      : [
          view(
            'confusion',
            'Confusion matrix',
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
              <Confusion {...confusion} />
              <PerClass {...confusion} />
            </SimpleGrid>,
          ),
        ]),
    ...(lift === null ? [] : [view('lift', 'Lift', <Lift {...lift} target={target} />)]),
    ...(calibration === null
      ? []
      : [view('calibration', 'Calibration', <Calibration {...calibration} positive={positive} />)]),
    ...(byFeature === null
      ? []
      : [
          view('byFeature', 'Residuals by feature', <ByFeature {...byFeature} target={target} hidden={model.hidden} />),
        ]),
    { ...view('impact', 'Feature impact', <FeatureInsights model={model} show="impact" />), ownRows: true },
    { ...view('effects', 'Feature effects', <FeatureInsights model={model} show="effects" />), ownRows: true },
    { ...view('explanations', 'Row explanations', <RowExplanations model={model} />), ownRows: true },
  ]
}
