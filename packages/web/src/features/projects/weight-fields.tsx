import { Group, NumberInput, Select, Stack, Switch } from '@mantine/core'
import type { AnswerOf, Dataset, Endpoints } from '@modelsmith/api'
import type { EstimatorType } from '@modelsmith/domain'

export type WeightChoice = {
  readonly weights?: string
  /** Share in per cent that stays; left out: no downsampling. */
  readonly kept?: number | string
}

/** What is sent of it. */
export const weightsOf = ({ weights, kept }: WeightChoice) => ({
  ...(weights === undefined ? {} : { weights }),
  ...(kept === undefined ? {} : { downsampling: { kept: Number(kept) / 100 } }),
})

type WeightFieldsProps = {
  readonly choice: WeightChoice
  readonly onChange: (choice: WeightChoice) => void
  readonly columns: Dataset['latest']['columns']
  readonly target: string | null
  readonly targetType: EstimatorType
  readonly advice: AnswerOf<Endpoints['adviseTarget']> | undefined
  readonly wrong: (pointer: string) => string | undefined
}

/** How much each row counts, and whether rows of the largest class are thinned out. */
export const WeightFields = ({ choice, onChange, columns, target, targetType, advice, wrong }: WeightFieldsProps) => {
  const numbers = columns.filter(({ name, type }) => name !== target && (type === 'number' || type === 'integer'))
  const thinnable = targetType === 'regression' ? (advice?.zeros ?? 0) > 0.5 : targetType !== 'anomaly'
  return (
    <Stack>
      <Select
        label="Row weights"
        description="A column of numbers, 0 or more: how much each row counts in fits and in scores. It is no feature."
        placeholder="Every row counts once"
        data={numbers.map(({ name }) => name)}
        value={choice.weights ?? null}
        error={wrong('/weights')}
        onChange={(weights) => {
          const { weights: _, ...others } = choice
          onChange(weights === null ? others : { ...others, weights })
        }}
        clearable
        clearButtonProps={{ 'aria-label': 'No row weights' }}
        searchable
        limit={200}
      />
      {thinnable ? (
        <Group align="start">
          <Switch
            mt={26}
            label="Smart downsampling"
            description={`Fewer ${targetType === 'regression' ? 'rows whose target is 0' : 'rows of the largest class'}; the weights of those that stay make up for it, so that scores are unbiased.`}
            maw={420}
            checked={choice.kept !== undefined}
            onChange={(event) => {
              const { kept: _, ...others } = choice
              onChange(event.currentTarget.checked ? { ...others, kept: 50 } : others)
            }}
          />
          {choice.kept === undefined ? null : (
            <NumberInput
              label="Of these stay, %"
              min={1}
              max={99}
              value={choice.kept}
              error={wrong('/downsampling/kept')}
              onChange={(kept) => onChange({ ...choice, kept })}
              required
            />
          )}
        </Group>
      ) : null}
    </Stack>
  )
}
