import { Group, NumberInput, Select, Stack, Text } from '@mantine/core'
import type { SampleSet, SampleSetPreview } from '@modelsmith/api'
import { namesOf } from './roles.ts'

/** How rows are split; the numbers are empty while another one is typed. */
export type SplitChoice = {
  readonly folds: number | string
  readonly holdout: number | string
  readonly positive: string | null
}

export const startingSplit: SplitChoice = { folds: 5, holdout: 20, positive: null }

/** What is sent of it. */
export const splitOf = ({ folds, holdout, positive }: SplitChoice) => ({
  partitioning: { folds: Number(folds), holdout: Number(holdout) / 100 },
  ...(positive === null ? {} : { positiveClass: positive }),
})

type SplitFieldsProps = {
  readonly set: SampleSet
  readonly preview: SampleSetPreview | undefined
  readonly choice: SplitChoice
  readonly onChange: (choice: SplitChoice) => void
}

/** Folds and holdout of the rows of a sample set; by what they are split, its roles say. */
export const SplitFields = ({ set, preview, choice, onChange }: SplitFieldsProps) => {
  const classes = (preview?.labels ?? []).flatMap(({ label }) => label ?? [])
  return (
    <Stack gap="sm">
      <Group grow align="start">
        <NumberInput
          label="Folds"
          min={1}
          max={20}
          allowDecimal={false}
          value={choice.folds}
          onChange={(folds) => onChange({ ...choice, folds })}
          required
        />
        <NumberInput
          label="Holdout, % of rows"
          min={0}
          max={50}
          value={choice.holdout}
          onChange={(holdout) => onChange({ ...choice, holdout })}
          required
        />
      </Group>
      {preview?.targetType === 'binary' ? (
        <Select
          label="Positive class"
          data={classes}
          value={choice.positive}
          placeholder="The last by name"
          onChange={(positive) => onChange({ ...choice, positive })}
        />
      ) : null}
      <Text size="sm" c="dimmed">
        Rows are split {wordsOf(set)}.
      </Text>
    </Stack>
  )
}

const wordsOf = ({ fields }: SampleSet): string => {
  const group = namesOf(fields, 'group')
  const time = namesOf(fields, 'time')
  if (group !== '') return `by ${group}, whose groups stay together`
  return time === '' ? 'at random' : `in the order of ${time}, the newest held out`
}
