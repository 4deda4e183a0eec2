import { Group, Stack, Table, Text, Title } from '@mantine/core'
import type { OperatingRates } from '@modelsmith/domain'
import { formatNumber, formatScore } from '../../../ui/format.ts'

type ThresholdProps = {
  readonly rates: readonly OperatingRates[]
  readonly at: number
  readonly usual: number
  /** What the threshold is the usual one for. */
  readonly usually: string
  readonly basis: string
  readonly counted: 'rows' | 'weight'
  readonly thresholds: number
  readonly classes: readonly string[]
  readonly onChange: (index: number) => void
}

/** A threshold to move, and what it means in rows and in rates. */
export const Threshold = ({
  rates,
  at,
  usual,
  usually,
  basis,
  counted,
  thresholds,
  classes,
  onChange,
}: ThresholdProps) => {
  const chosen = rates[at] as OperatingRates
  const [negative = 'negative', positive = 'positive'] = classes
  const share = `${formatScore(chosen.depth * 100, 3)} % of the ${counted}`
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Threshold</Title>
      <Text size="sm" c="dimmed">
        {basis}
        {thresholds > rates.length
          ? `; ${formatNumber(rates.length)} of ${formatNumber(thresholds)} distinct scores are kept, with exact counts at each`
          : ''}
      </Text>
      <Group gap="md" wrap="nowrap">
        <input
          type="range"
          className="range"
          aria-label="Threshold"
          aria-valuetext={`${formatScore(chosen.threshold)}: ${share} are taken for ${positive}`}
          min={0}
          max={rates.length - 1}
          // From the lowest threshold, on the left, to the highest.
          value={rates.length - 1 - at}
          onChange={(event) => onChange(rates.length - 1 - Number(event.currentTarget.value))}
        />
        <Text miw={200} size="sm">
          <b>{formatScore(chosen.threshold)}</b>
          {at === usual ? `, ${usually}` : ''}
        </Text>
      </Group>
      <Text size="sm">
        Rows that score at least {formatScore(chosen.threshold)} are taken for {positive}: {share}.
      </Text>
      <Group align="start" gap="xl">
        <div className="scroll" tabIndex={0} role="region" aria-label="Confusion matrix at the threshold">
          <Table withTableBorder withColumnBorders w="auto">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Actual</Table.Th>
                <Table.Th className="number">Predicted {negative}</Table.Th>
                <Table.Th className="number">Predicted {positive}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              <Table.Tr>
                <Table.Th scope="row">{negative}</Table.Th>
                <Table.Td className="number">{formatNumber(chosen.trueNegatives)}</Table.Td>
                <Table.Td className="number">{formatNumber(chosen.falsePositives)}</Table.Td>
              </Table.Tr>
              <Table.Tr>
                <Table.Th scope="row">{positive}</Table.Th>
                <Table.Td className="number">{formatNumber(chosen.falseNegatives)}</Table.Td>
                <Table.Td className="number">{formatNumber(chosen.truePositives)}</Table.Td>
              </Table.Tr>
            </Table.Tbody>
          </Table>
        </div>
        <div className="scroll" tabIndex={0} role="region" aria-label="Rates at the threshold">
          <Table w="auto" verticalSpacing={2} horizontalSpacing="md">
            <Table.Tbody>
              {ratesInWords(chosen).map(([[name, value], [otherName, otherValue]]) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  <Table.Td className="number">{formatScore(value)}</Table.Td>
                  <Table.Th scope="row">{otherName}</Table.Th>
                  <Table.Td className="number">{formatScore(otherValue)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Group>
    </Stack>
  )
}

type Named = readonly [name: string, value: number | null]

const ratesInWords = (rates: OperatingRates): readonly (readonly [Named, Named])[] => [
  [
    ['Precision', rates.precision],
    ['Accuracy', rates.accuracy],
  ],
  [
    ['Recall', rates.truePositiveRate],
    ['F1', rates.f1],
  ],
  [
    ['Specificity', rates.specificity],
    ['Matthews correlation', rates.matthewsCorrelation],
  ],
  [
    ['False positive rate', rates.falsePositiveRate],
    ['Lift', rates.lift],
  ],
]
