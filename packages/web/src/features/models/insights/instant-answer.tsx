import { Badge, Group, Stack, Table, Text } from '@mantine/core'
import type { Explanation, Model } from '@modelsmith/api'
import { useEffect, useState } from 'react'
import { formatScore } from '../../../ui/format.ts'
import type { Answer, Scorer } from './use-scorer.ts'

type Row = Readonly<Record<string, Explanation['values'][number]>>

type InstantAnswerProps = {
  readonly model: Model
  readonly explanation: Explanation
  readonly scorer: Scorer
  /** The row's own values, and those that it is asked with. */
  readonly own: Row
  readonly row: Row
}

/** What the model says of the values that stand in the fields now, beside what it said of the row. */
export const InstantAnswer = ({ model, explanation, scorer, own, row }: InstantAnswerProps) => {
  const [answer, setAnswer] = useState<Answer>()
  useEffect(() => scorer.ask({ ...own, ...row }, setAnswer), [scorer, own, row])
  return (
    <Stack gap="xs" role="region" aria-label="Prediction with these values" aria-live="polite">
      <Group gap="sm">
        <Text fw={600}>Prediction with these values</Text>
        <Badge variant="light">computed in this browser</Badge>
      </Group>
      {answer === undefined ? (
        <Text size="sm">Computing…</Text>
      ) : 'refused' in answer ? (
        <Text size="sm">The model does not take these values: {answer.refused}</Text>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label="Beside what was said of the row">
          <Table withTableBorder w="auto" horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{model.classes.length > 0 ? 'Probability of' : 'Predicted'}</Table.Th>
                <Table.Th className="number">With these values</Table.Th>
                <Table.Th className="number">The row</Table.Th>
                <Table.Th className="number">Difference</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {comparedOutputs(model, explanation, answer.outputs).map(({ label, now, before }) => (
                <Table.Tr key={label}>
                  <Table.Th scope="row">{label}</Table.Th>
                  <Table.Td className="number">{formatScore(now)}</Table.Td>
                  <Table.Td className="number">{formatScore(before)}</Table.Td>
                  <Table.Td className="number">{differenceOf(now, before)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  )
}

/** The outputs that are explained, in their order. */
const comparedOutputs = ({ classes, target }: Model, { outputs }: Explanation, found: readonly number[]) =>
  outputs.map(({ label, prediction }) => ({
    label: label ?? target ?? 'Anomaly score',
    now: found[label === null ? 0 : classes.indexOf(label)] ?? Number.NaN,
    before: prediction,
  }))

/** Python adds up in another order: less than that is no difference. */
const nothing = 1e-9

const differenceOf = (now: number, before: number): string => {
  const difference = now - before
  if (Math.abs(difference) <= nothing * Math.max(1, Math.abs(before))) return '0'
  return `${difference < 0 ? '−' : '+'}${formatScore(Math.abs(difference))}`
}
