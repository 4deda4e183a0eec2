import { SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { Loaded } from '../../ui/page.tsx'
import { Confusion, Lift, PredictedActual, Roc } from './charts.tsx'

const parts = [
  { value: 'crossValidation', label: 'Cross validation' },
  { value: 'validation', label: 'Validation' },
  { value: 'holdout', label: 'Holdout' },
] as const

/** The charts that fit the target, on rows that the model had not seen. */
export const Insights = ({ model }: { readonly model: Model }) => {
  const [asked, ask] = useAddress('part')
  const shown = model.scores.holdout === null ? parts.slice(0, 2) : parts
  const part = shown.find(({ value }) => value === asked)?.value ?? 'crossValidation'
  const query = useCall('getModelInsights', { params: { id: model.id }, query: { part } })
  return (
    <Stack>
      <SegmentedControl aria-label="Rows" w="fit-content" data={[...shown]} value={part} onChange={ask} />
      {model.scores.holdout === null ? (
        <Text size="sm" c="dimmed">
          The holdout shows here once the project has unlocked it.
        </Text>
      ) : null}
      <Loaded query={query} rows={10}>
        {({ roc, confusion, residuals, lift }) => (
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
            {roc === null ? null : <Roc {...roc} />}
            {confusion === null ? null : <Confusion {...confusion} />}
            {residuals === null ? null : <PredictedActual {...residuals} target={model.target} />}
            {lift === null ? null : (
              <Lift
                {...lift}
                target={
                  model.targetType === 'regression'
                    ? model.target
                    : `Share of ${model.classes[1] ?? 'the positive class'}`
                }
              />
            )}
          </SimpleGrid>
        )}
      </Loaded>
    </Stack>
  )
}
