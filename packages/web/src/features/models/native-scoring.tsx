import { List, Stack, Text, Title } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { formatNumber } from '../../ui/format.ts'

/** Whether the model is scored without Python, and what that stands on. */
export const NativeScoring = ({ native }: Pick<Model, 'native'>) => (
  <Stack gap="xs" component="section">
    <Title order={2}>Native scoring</Title>
    <Text size="sm">{wordsOf(native)}</Text>
    {native === null || native.reasons.length === 0 ? null : (
      <List size="sm">
        {native.reasons.map((reason) => (
          <List.Item key={reason}>{reason}</List.Item>
        ))}
      </List>
    )}
  </Stack>
)

const wordsOf = (native: Model['native']): string => {
  if (native === null) return 'Not tried yet: it is tried beside Python when a row is explained.'
  const { state, rows, madeUp, refused, identical, largestDifference } = native
  const tried = `${formatNumber(rows)} rows of the project and ${formatNumber(madeUp)} made-up ones`
  switch (state) {
    case 'unread':
      return 'This model is scored by Python: not all of its nodes are read natively.'
    case 'different':
      return `This model is scored by Python: of ${tried}, the native scorer answered some otherwise.`
    case 'equal':
      return `Scored without Python, with the same answers for ${tried}: ${formatNumber(identical)} to the last bit, ${formatNumber(refused)} refused by both, and none farther apart than ${largestDifference.toExponential(1)} of its size.`
  }
}
