import { Stack, Table, Text, Title } from '@mantine/core'
import type { PredictionAnswer } from '@modelsmith/api'
import { formatNumber, formatScore, formatValue } from '../../ui/format.ts'

const shownRows = 100
const shownClasses = 10
const shownOutputs = 20

/** What the model said, row by row. */
export const Answers = ({
  predictions,
  requestId,
  classes,
}: {
  readonly predictions: PredictionAnswer['predictions']
  readonly requestId?: string
  readonly classes: readonly string[]
}) => {
  const [first] = predictions
  const own = Object.keys(first?.passThrough ?? {})
  const outputs = Object.keys(first?.outputs ?? {}).slice(0, shownOutputs)
  const isExplained = first?.explanations !== undefined
  const shownLabels = first?.probabilities === undefined ? [] : classes.slice(0, shownClasses)
  return (
    <Stack gap="sm">
      <Title order={2}>
        {predictions.length === 1 ? 'Answer' : `Answers for ${formatNumber(predictions.length)} rows`}
      </Title>
      <section className="scroll" tabIndex={0} aria-label="Answers">
        <Table withTableBorder w="auto" miw={320} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th className="number">Row</Table.Th>
              {own.map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              {outputs.length > 0 ? null : <Table.Th>Prediction</Table.Th>}
              {outputs.map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              {shownLabels.map((label) => (
                <Table.Th key={label} className="number">
                  Probability of {label}
                </Table.Th>
              ))}
              {isExplained ? <Table.Th>What made it</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {predictions
              .slice(0, shownRows)
              .map(({ prediction, probabilities, outputs: given, passThrough, explanations }, row) => (
                <Table.Tr key={row}>
                  <Table.Td className="number">{row + 1}</Table.Td>
                  {own.map((name) => (
                    <Table.Td key={name}>{cellWords(passThrough?.[name])}</Table.Td>
                  ))}
                  {outputs.length > 0 ? null : <Table.Td>{cellWords(prediction)}</Table.Td>}
                  {outputs.map((name) => (
                    <Table.Td key={name}>{cellWords(given?.[name])}</Table.Td>
                  ))}
                  {shownLabels.map((label) => (
                    <Table.Td key={label} className="number">
                      {formatScore(probabilities?.[label])}
                    </Table.Td>
                  ))}
                  {isExplained ? <Table.Td>{madeBy(explanations?.[0])}</Table.Td> : null}
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </section>
      <Text size="xs" c="dimmed">
        {[
          ...(requestId === undefined ? [] : [`Request ${requestId}`]),
          ...(predictions.length > shownRows ? [`the first ${shownRows} rows are shown`] : []),
        ].join('; ')}
      </Text>
    </Stack>
  )
}

type Made = NonNullable<PredictionAnswer['predictions'][number]['explanations']>[number]

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${formatScore(Math.abs(value))}`

/** Base and contributions as a sum that one can follow. */
const madeBy = (made: Made | undefined): string => {
  if (made === undefined) return '–'
  const { label, base, score, prediction, contributions, others } = made
  const terms = [
    `base ${formatScore(base)}`,
    ...contributions.map(({ feature, contribution }) => `${feature} ${signed(contribution)}`),
    ...(others === 0 ? [] : [`others ${signed(others)}`]),
  ]
  const sum = score === null ? formatScore(prediction) : `raw score ${formatScore(score)}`
  return `${label === null ? '' : `${label}: `}${terms.join(', ')} = ${sum}`
}

const cellWords = (cell: PredictionAnswer['predictions'][number]['prediction'] | undefined): string =>
  cell === null || cell === undefined ? '–' : typeof cell === 'number' ? formatValue(cell) : String(cell)
