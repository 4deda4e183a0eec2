import { Button, Group, NumberInput, Stack, Title } from '@mantine/core'
import type { Challengers, Deployment } from '@modelsmith/api'
import { keptRows } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { formatBytes, formatNumber } from '../../../ui/format.ts'

const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`

/** What there is to score. */
export const wordsOf = ({ days, rows, bytes, from, to, mostBytes }: Challengers['kept']): string => {
  if (from !== null && to !== null)
    return `${formatNumber(rows)} rows of requests are kept (${formatBytes(bytes)}), from ${moment(from)} to ${moment(to)}; beyond ${formatBytes(mostBytes)} the oldest go first.`
  if (days === 0)
    return `No rows of requests are kept: those that came until now cannot be scored. With the first challenger they are kept, for ${keptRows.usualDays} days.`
  return 'Rows of requests are kept from now on; none has come yet.'
}

/** For how long the rows of requests are kept. */
export const KeptRows = ({
  deployment: { id, version },
  days: now,
}: {
  readonly deployment: Deployment
  readonly days: number
}) => {
  const [days, setDays] = useState<number | string>(now)
  const change = useAction()
  const refresh = useRefresh()
  const save = () =>
    void change.run(async () => {
      await client.call('changeDeployment', { params: { id }, body: { keepRowsDays: Number(days) }, ifMatch: version })
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
        <Button variant="default" loading={change.busy} disabled={days === '' || Number(days) === now} onClick={save}>
          Save days
        </Button>
      </Group>
      {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
    </Stack>
  )
}
