import { Stack, Text, Title } from '@mantine/core'
import type { AnswersAgain, LoggedRequest } from '@modelsmith/api'
import { Ago } from '../../../ui/ago.tsx'
import { DataTable } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { answerWords, isSameAnswer } from './words.ts'

type Props = { readonly again: AnswersAgain; readonly logged: LoggedRequest }
type OfRelease = AnswersAgain['releases'][number]

/** What the release that answered and the one of now say to the same rows, beside what was answered. */
export const ScoredAgain = ({ again: { releases, createdAt }, logged: { items, rows, releaseId } }: Props) => (
  <Stack gap="sm">
    <Title order={2}>Scored again</Title>
    <Text size="sm">
      <Ago at={createdAt} />. What a request had set of prediction parameters is not kept: releases answer with their
      defaults.
    </Text>
    {releases.map((release) => (
      <Text key={release.releaseId} size="sm">
        {nameOf(release, releaseId)}: {differenceOf(release, rows)}
      </Text>
    ))}
    <DataTable
      label="Answers side by side"
      rows={items}
      rowKey={({ row }) => String(row)}
      search={false}
      empty={<Empty>The request has no rows here.</Empty>}
      columns={[
        { key: 'row', title: 'Row', cell: ({ row }) => row },
        { key: 'then', title: 'Answered then', cell: ({ answer }) => answerWords(answer) },
        ...releases.map((release) => ({
          key: release.releaseId,
          title: nameOf(release, releaseId),
          cell: ({ row, answer }: LoggedRequest['items'][number]) => {
            const own = release.answers[row]
            if (own === undefined) return '–'
            return isSameAnswer(own, answer) ? 'the same' : <strong>{answerWords(own)}</strong>
          },
        })),
      ]}
    />
  </Stack>
)

const nameOf = ({ number, isCurrent, releaseId }: OfRelease, answered: string): string => {
  const said = [...(releaseId === answered ? ['answered'] : []), ...(isCurrent ? ['answers now'] : [])]
  return `Release ${number} (${said.join(', ')})`
}

const differenceOf = ({ problem, different, largestDifference, modelName }: OfRelease, rows: number): string => {
  if (problem !== null) return `${modelName} did not answer. ${problem}`
  if (different === 0) return `${modelName} answers all ${formatNumber(rows)} rows the same, to the last digit.`
  const far = largestDifference === null ? '' : `, by at most ${formatScore(largestDifference)}`
  return `${modelName} answers ${formatNumber(different ?? 0)} of ${formatNumber(rows)} rows otherwise${far}.`
}
