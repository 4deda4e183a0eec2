import { Button, Group, NumberInput, Stack, Text, Title } from '@mantine/core'
import type { Deployment, Kept } from '@modelsmith/api'
import { keptRows } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { formatBytes, formatNumber } from '../../../ui/format.ts'

const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

const shareOf = (share: number): string =>
  share === 1 ? '' : ` Of ${formatNumber(100 * share)} % of the requests rows are kept; the others are counted alike.`

const refusedOf = (refusedAt: string | null): string =>
  refusedAt === null
    ? ''
    : ` On ${moment(refusedAt)} rows were not kept, because the organisation stores as much as it may.`

/** What there is to score and to look at. */
export const wordsOf = ({ days, share, rows, bytes, from, to, mostBytes, refusedAt }: Kept): string => {
  const more = `${shareOf(share)}${refusedOf(refusedAt)}`
  if (from !== null && to !== null)
    return `${formatNumber(rows)} rows of requests are kept (${formatBytes(bytes)}), from ${moment(from)} to ${moment(to)}; beyond ${formatBytes(mostBytes)} the oldest go first.${more}`
  if (days === 0)
    return `No rows of requests are kept: those that came until now cannot be scored. With the first challenger they are kept, for ${keptRows.usualDays} days.`
  return `Rows of requests are kept from now on; none has come yet.${more}`
}

/** Of how many requests the rows are kept, and for how long; owners say it. */
export const KeptRows = ({
  deployment: { id, version },
  kept,
}: {
  readonly deployment: Deployment
  readonly kept: Pick<Kept, 'days' | 'share'>
}) => {
  const [days, setDays] = useState<number | string>(kept.days)
  const [percent, setPercent] = useState<number | string>(100 * kept.share)
  const change = useAction()
  const refresh = useRefresh()
  const share = Number(percent) / 100
  const isChanged = Number(days) !== kept.days || share !== kept.share
  const isWhole = days !== '' && percent !== '' && share > 0 && share <= 1
  const loses = Number(days) < kept.days
  const save = () =>
    void change.run(async () => {
      const body = { keepRowsDays: Number(days), keepRowsShare: share }
      await client.call('changeDeployment', { params: { id }, body, ifMatch: version })
      await refresh()
    })
  return (
    <Stack gap="xs">
      <Title order={2}>Rows that are kept</Title>
      <Group align="flex-end" gap="xs">
        <NumberInput
          label="Keep rows for days"
          description={`0 to ${keptRows.mostDays}; 0 keeps none`}
          min={0}
          max={keptRows.mostDays}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
        <NumberInput
          label="Of requests, in %"
          description="Which ones follows from their ids"
          min={0.01}
          max={100}
          value={percent}
          onChange={setPercent}
        />
        <Button variant="default" loading={change.busy} disabled={!isWhole || !isChanged} onClick={save}>
          Save what is kept
        </Button>
      </Group>
      <Text size="sm">
        Health, drift, data quality and accuracy are counted of all rows as they come, whatever is kept. Challengers
        score, and this page shows, what is kept.
        {loses ? ' Rows that are older than that are lost within a minute, with their explanations.' : ''}
      </Text>
      {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
    </Stack>
  )
}
