import { Stack, Table, Text } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { metricInfo } from '@modelsmith/domain'
import { Empty } from '../../ui/empty.tsx'
import { formatScore } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'

/** Every metric of a model, with what it says. */
export const Scores = ({ model: { scores, retrainedFrom } }: { readonly model: Model }) =>
  Object.keys(scores.crossValidation).length === 0 ? (
    <Empty>There is no metric without labels: the project names no column that says which rows are anomalies.</Empty>
  ) : (
    <Stack>
      <Metrics scores={scores} learned={retrainedFrom !== null} />
      {retrainedFrom === null ? null : (
        <Text size="sm" c="dimmed" maw={720}>
          Fitted on all rows. Validation and cross validation were measured without the holdout, as those of{' '}
          <LinkText underline="always" size="sm" to="/models/$id" params={{ id: retrainedFrom.id }}>
            {retrainedFrom.name}
          </LinkText>
          ; there is no score on the holdout, which it has learned from.
        </Text>
      )}
    </Stack>
  )

const Metrics = ({ scores, learned }: Pick<Model, 'scores'> & { readonly learned: boolean }) => (
  <section className="scroll" tabIndex={0} aria-label="Metrics">
    <Table withTableBorder horizontalSpacing="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Metric</Table.Th>
          <Table.Th className="number">Validation</Table.Th>
          <Table.Th className="number">Cross validation</Table.Th>
          <Table.Th className="number">± over folds</Table.Th>
          <Table.Th className="number">Holdout</Table.Th>
          <Table.Th>What it says</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.keys(scores.crossValidation).map((metric) => {
          const info = metricInfo[metric as keyof typeof metricInfo]
          return (
            <Table.Tr key={metric}>
              <Table.Th scope="row">{metric}</Table.Th>
              <Table.Td className="number">{formatScore(scores.validation[metric])}</Table.Td>
              <Table.Td className="number">{formatScore(scores.crossValidation[metric])}</Table.Td>
              <Table.Td className="number">{formatScore(scores.crossValidationSpread[metric], 2)}</Table.Td>
              <Table.Td className="number">
                {learned ? 'learned' : scores.holdout === null ? 'locked' : formatScore(scores.holdout[metric])}
              </Table.Td>
              <Table.Td miw={280}>
                {info === undefined
                  ? ''
                  : `${info.words} ${info.better === 'higher' ? 'Higher is better.' : 'Lower is better.'}`}
              </Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  </section>
)
