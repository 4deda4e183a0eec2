import { Button, Group, NumberInput, Select, Stack, Table, Text } from '@mantine/core'
import type { SampleSet, SampleSetPreview, SplitPreview } from '@modelsmith/api'
import type { ParameterValues, Partitioning } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { ParameterFields } from '../blueprints/index.ts'
import { namesOf } from './roles.ts'

/** How rows are split; the numbers are empty while another one is typed. */
export type SplitChoice = {
  readonly folds: number | string
  readonly holdout: number | string
  readonly positive: string | null
  /** The version of a task that splits, and what it is given. */
  readonly by: { readonly function: string; readonly parameters: ParameterValues } | null
}

export const startingSplit: SplitChoice = { folds: 5, holdout: 20, positive: null, by: null }

/** What is sent of it. */
export const splitOf = ({ folds, holdout, positive, by }: SplitChoice) => ({
  partitioning: partitioningOf({ folds, holdout, by }),
  ...(positive === null ? {} : { positiveClass: positive }),
})

const partitioningOf = ({ folds, holdout, by }: Omit<SplitChoice, 'positive'>): Partial<Partitioning> =>
  by === null
    ? { folds: Number(folds), holdout: Number(holdout) / 100 }
    : { method: 'function', function: by.function, parameters: by.parameters }

type SplitFieldsProps = {
  readonly set: SampleSet
  readonly preview: SampleSetPreview | undefined
  readonly choice: SplitChoice
  readonly onChange: (choice: SplitChoice) => void
}

const builtIn = 'built-in'

/** Folds and holdout of the rows of a sample set; by what they are split, its roles say, or a function. */
export const SplitFields = ({ set, preview, choice, onChange }: SplitFieldsProps) => {
  const classes = (preview?.labels ?? []).flatMap(({ label }) => label ?? [])
  const tasks = useCall('listTaskVersionsAvailable')
  const functions = (tasks.data?.items ?? []).filter(({ targetTypes }) => targetTypes.includes('split'))
  const { by } = choice
  return (
    <Stack gap="sm">
      <Select
        label="Split"
        description="By a function of your own: a task of the type split"
        allowDeselect={false}
        data={[
          { value: builtIn, label: 'Folds and a holdout' },
          ...functions.map(({ id, taskName, number }) => ({ value: id, label: `${taskName} ${number}` })),
        ]}
        value={by?.function ?? builtIn}
        onChange={(chosen) =>
          onChange({
            ...choice,
            by: chosen === null || chosen === builtIn ? null : { function: chosen, parameters: {} },
          })
        }
      />
      {by === null ? (
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
      ) : (
        <ParameterFields
          cols={{ base: 1, xs: 2 }}
          declared={functions.find(({ id }) => id === by.function)?.hyperparameters ?? []}
          given={by.parameters}
          onChange={(parameters) => onChange({ ...choice, by: { ...by, parameters } })}
        />
      )}
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
        {by === null ? `Rows are split ${wordsOf(set)}.` : 'The function says the part of each row that has a label.'}
      </Text>
      <Parts key={JSON.stringify(splitOf(choice))} set={set} choice={choice} />
    </Stack>
  )
}

/** How many rows each part would have, when it is asked for. */
const Parts = ({ set, choice }: Pick<SplitFieldsProps, 'set' | 'choice'>) => {
  const [shown, show] = useState<SplitPreview>()
  const ask = useAction()
  return (
    <Stack gap="xs">
      <Group>
        <Button
          size="xs"
          variant="default"
          loading={ask.busy}
          onClick={() =>
            void ask.run(async () => {
              show(await client.call('previewSplit', { params: { id: set.id }, body: splitOf(choice) }))
            })
          }
        >
          Preview the split
        </Button>
      </Group>
      {ask.problem === undefined ? null : <ErrorPanel error={ask.problem} />}
      {shown === undefined ? null : (
        <Table maw={420} aria-label="Parts">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Part</Table.Th>
              <Table.Th className="number">Rows</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.parts.map(({ name, rows }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td className="number">{formatNumber(rows)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  )
}

const wordsOf = ({ fields }: SampleSet): string => {
  const group = namesOf(fields, 'group')
  const time = namesOf(fields, 'time')
  if (group !== '') return `by ${group}, whose groups stay together`
  return time === '' ? 'at random' : `in the order of ${time}, the newest held out`
}
