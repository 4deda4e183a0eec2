import { Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import type { Dataset } from '@modelsmith/api'
import { isClassification, type EstimatorType, type PartitionMethod as Method } from '@modelsmith/domain'

/** Without a function: that splits the rows of a sample set. */
type PartitionMethod = Exclude<Method, 'function'>

/** What the person chose of the partitions; the numbers are empty while another one is typed. */
export type PartitionChoice = {
  readonly method?: PartitionMethod
  readonly folds: number | string
  readonly holdout: number | string
  readonly seed: number | string
  readonly column?: string
  readonly holdoutValue?: string
  readonly trainingValue?: string
}

export const startingPartitions: PartitionChoice = { folds: 5, holdout: 20, seed: 0 }

/** What is sent: only what the method looks at. */
export const partitioningOf = (choice: PartitionChoice) => {
  const { method, folds, holdout, seed, column, holdoutValue, trainingValue } = choice
  const named = { ...(holdoutValue ? { holdoutValue } : {}), ...(trainingValue ? { trainingValue } : {}) }
  return {
    seed: Number(seed),
    ...(method === undefined ? {} : { method }),
    ...(method === 'column' ? named : { folds: Number(folds), holdout: Number(holdout) / 100 }),
    ...(needsColumn(method) && column !== undefined ? { column } : {}),
  }
}

const needsColumn = (method: PartitionMethod | undefined): boolean =>
  method === 'group' || method === 'column' || method === 'date'

const methods = [
  { value: 'random', label: 'At random' },
  { value: 'stratified', label: 'At random, the classes spread alike over all parts' },
  { value: 'group', label: 'By groups, which stay together' },
  { value: 'column', label: 'As a column says' },
  { value: 'date', label: 'By time, the newest rows held out' },
] as const satisfies readonly { value: PartitionMethod; label: string }[]

const words: Readonly<Record<PartitionMethod, string>> = {
  random: 'Every row is dealt to one part.',
  stratified: 'Every class has the same share of every part.',
  group:
    'Rows with one value of the column, such as those of one customer, are all in one part: no fold is predicted by a model that knows its groups.',
  column: 'Each value of the column is a fold, but those named here.',
  date: 'Folds are backtests: each predicts a span of time after a fit on older rows only. Fold 1 is the newest; the oldest span is only trained on.',
}

type PartitionFieldsProps = {
  readonly choice: PartitionChoice
  readonly onChange: (choice: PartitionChoice) => void
  readonly columns: Dataset['latest']['columns']
  readonly targetType: EstimatorType
  readonly wrong: (pointer: string) => string | undefined
}

/** How rows are dealt to folds and holdout. */
export const PartitionFields = ({ choice, onChange, columns, targetType, wrong }: PartitionFieldsProps) => {
  const method = choice.method ?? (isClassification(targetType) ? 'stratified' : 'random')
  const set = (part: Partial<PartitionChoice>) => onChange({ ...choice, ...part })
  const fitting = columns.filter(({ type }) => method !== 'date' || ['date', 'number', 'integer'].includes(type))
  return (
    <Stack>
      <Select
        label="Rows are split"
        description={words[method]}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={methods.filter(({ value }) => value !== 'stratified' || isClassification(targetType))}
        value={method}
        allowDeselect={false}
        error={wrong('/partitioning/method')}
        onChange={(chosen) => {
          const { column: _, ...others } = choice
          onChange({ ...others, method: (chosen ?? 'random') as PartitionMethod })
        }}
      />
      {needsColumn(method) ? (
        <Select
          label={
            method === 'date'
              ? 'Column that orders the rows'
              : method === 'group'
                ? 'Column of the groups'
                : 'Column of the parts'
          }
          placeholder="Choose a column"
          data={fitting.map(({ name }) => name)}
          value={choice.column ?? null}
          error={wrong('/partitioning/column')}
          onChange={(column) => set(column === null ? {} : { column })}
          searchable
          limit={200}
          required
        />
      ) : null}
      {method === 'column' ? (
        <Group grow align="start">
          <TextInput
            label="Value of the holdout"
            description="Empty: there is no holdout"
            value={choice.holdoutValue ?? ''}
            onChange={(event) => set({ holdoutValue: event.currentTarget.value })}
          />
          <TextInput
            label="Value of rows that are only trained on"
            description="Empty: every other value is a fold"
            value={choice.trainingValue ?? ''}
            onChange={(event) => set({ trainingValue: event.currentTarget.value })}
          />
        </Group>
      ) : (
        <Group grow align="start">
          <NumberInput
            label={method === 'date' ? 'Backtests' : 'Folds'}
            description={method === 'date' ? '1 to 20' : '2 to 20'}
            min={method === 'date' ? 1 : 2}
            max={20}
            allowDecimal={false}
            value={choice.folds}
            error={wrong('/partitioning/folds')}
            onChange={(folds) => set({ folds })}
            required
          />
          <NumberInput
            label="Holdout, % of rows"
            description="0 to 50; locked until you decide"
            min={0}
            max={50}
            value={choice.holdout}
            error={wrong('/partitioning/holdout')}
            onChange={(holdout) => set({ holdout })}
            required
          />
          <NumberInput
            label="Seed"
            description="The same one makes the same parts"
            min={0}
            max={2 ** 31 - 1}
            allowDecimal={false}
            value={choice.seed}
            error={wrong('/partitioning/seed')}
            onChange={(seed) => set({ seed })}
            required
          />
        </Group>
      )}
      {method === 'date' && choice.column !== undefined ? (
        <Text size="sm" c="dimmed">
          Rows of one moment stay together, so that parts may differ a little in size.
        </Text>
      ) : null}
    </Stack>
  )
}
