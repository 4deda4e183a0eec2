import { Stack, Table, Text, Title } from '@mantine/core'
import type { PredictionAnswer } from '@modelsmith/api'
import { formatNumber, formatScore, formatValue } from '../../ui/format.ts'

const shownRows = 100
const shownClasses = 10

/** What the model said, row by row. */
export const Answers = ({
  answer: { predictions, requestId },
  classes,
}: {
  readonly answer: PredictionAnswer
  readonly classes: readonly string[]
}) => (
  <Stack gap="sm">
    <Title order={2}>
      {predictions.length === 1 ? 'Answer' : `Answers for ${formatNumber(predictions.length)} rows`}
    </Title>
    <section className="scroll" tabIndex={0} aria-label="Answers">
      <Table withTableBorder w="auto" miw={320} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className="number">Row</Table.Th>
            <Table.Th>Prediction</Table.Th>
            {classes.slice(0, shownClasses).map((label) => (
              <Table.Th key={label} className="number">
                Probability of {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {predictions.slice(0, shownRows).map(({ prediction, probabilities }, row) => (
            <Table.Tr key={row}>
              <Table.Td className="number">{row + 1}</Table.Td>
              <Table.Td>{typeof prediction === 'number' ? formatValue(prediction) : prediction}</Table.Td>
              {classes.slice(0, shownClasses).map((label) => (
                <Table.Td key={label} className="number">
                  {formatScore(probabilities?.[label])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
    <Text size="xs" c="dimmed">
      Request {requestId}
      {predictions.length > shownRows ? `; the first ${shownRows} rows are shown` : ''}
    </Text>
  </Stack>
)
