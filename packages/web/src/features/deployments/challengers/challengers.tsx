import { Button, Group, Stack, Text, Title } from '@mantine/core'
import type { Challenger, Challengers, Deployment } from '@modelsmith/api'
import { type ReactNode, useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { Ago } from '../../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { formatNumber } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/state-badge.tsx'
import { JobPanel } from '../../jobs/index.ts'
import { useAccess } from '../../sharing/index.ts'
import { ServedModel } from '../served-model.tsx'
import { AddChallenger } from './add-challenger.tsx'
import { Comparison } from './comparison.tsx'
import { KeptRows, wordsOf } from './kept-rows.tsx'
import { Promote } from './promote.tsx'
import { Replay } from './replay.tsx'

type TabProps = { readonly deployment: Deployment }

/** Models that score what the champion answered, how they compare, and the one that takes its place. */
export const ChallengersTab = ({ deployment }: TabProps) => {
  const query = useCall('listChallengers', { params: { id: deployment.id } }, { refetchInterval: 5000 })
  return <Loaded query={query}>{(found) => <View deployment={deployment} found={found} />}</Loaded>
}

type Asking = { readonly what: 'add' } | { readonly what: 'replay' | 'promote'; readonly challenger: Challenger }

const View = ({ deployment, found }: TabProps & { readonly found: Challengers }) => {
  const { id } = deployment
  const { can } = useAccess(id)
  const { items, most, kept } = found
  const [asking, setAsking] = useState<Asking>()
  const close = () => setAsking(undefined)
  const canChange = can('edit')
  return (
    <Stack gap="lg">
      <Text size="sm">
        Challengers score the rows that {deployment.modelName} answered, after the answers have left; clients notice
        nothing of it.
        {deployment.pause === null
          ? ''
          : ' The deployment is paused: no new rows come, and what is kept can still be replayed.'}
      </Text>
      <Text size="sm">{wordsOf(kept)}</Text>
      {asking?.what === 'add' ? <AddChallenger deployment={deployment} onClose={close} /> : null}
      {asking?.what === 'replay' ? (
        <Replay deploymentId={id} challenger={asking.challenger} kept={kept} onClose={close} />
      ) : null}
      {asking?.what === 'promote' ? (
        <Promote deployment={deployment} challenger={asking.challenger} onClose={close} />
      ) : null}
      <Group justify="space-between">
        <Title order={2}>Challengers</Title>
        {canChange ? (
          <Button
            variant={items.length === 0 ? 'filled' : 'default'}
            disabled={items.length >= most}
            onClick={() => setAsking({ what: 'add' })}
          >
            Add challenger
          </Button>
        ) : null}
      </Group>
      <List deployment={deployment} found={found} canChange={canChange} canDeploy={can('deploy')} onAsk={setAsking} />
      {items.map(({ replayJobId }) =>
        replayJobId === null ? null : <JobPanel key={replayJobId} id={replayJobId} showLog={false} quietWhenDone />,
      )}
      {items.length === 0 ? null : <Comparison deploymentId={id} />}
      {can('delete') ? <KeptRows key={`${kept.days} ${kept.share}`} deployment={deployment} kept={kept} /> : null}
    </Stack>
  )
}

const words: Readonly<Record<Challenger['state'], string>> = {
  upToDate: 'up to date',
  behind: 'behind',
  failed: 'failed',
  isChampion: 'champion now',
  modelDeleted: 'model deleted',
}

const whyOf = ({ state, problem }: Challenger): string | null => {
  if (state === 'isChampion') return 'It answers the requests itself. It is scored again when another model does.'
  if (state === 'modelDeleted')
    return 'Nothing can be scored or promoted any more; what was counted stays until it is removed.'
  return problem === null ? null : `${problem} It is tried again.`
}

type ListProps = TabProps & {
  readonly found: Challengers
  readonly canChange: boolean
  readonly canDeploy: boolean
  readonly onAsk: (asking: Asking) => void
}

const List = ({ deployment, found: { items, most }, canChange, canDeploy, onAsk }: ListProps) => {
  const remove = useAction()
  const refresh = useRefresh()
  const removeOne = ({ id, name }: Challenger) =>
    void remove.run(async () => {
      await client.call('removeChallenger', { params: { id: deployment.id }, query: { challenger: id } })
      await refresh()
      return `${name} is no challenger any more.`
    })
  const actions = (challenger: Challenger): ReactNode => {
    const isOther = challenger.state !== 'isChampion' && challenger.state !== 'modelDeleted'
    return (
      <Group gap="xs" wrap="nowrap">
        {canDeploy && isOther ? (
          <Button size="xs" variant="default" onClick={() => onAsk({ what: 'promote', challenger })}>
            Promote
          </Button>
        ) : null}
        {isOther ? (
          <Button size="xs" variant="default" onClick={() => onAsk({ what: 'replay', challenger })}>
            Replay
          </Button>
        ) : null}
        <Button size="xs" variant="default" loading={remove.busy} onClick={() => removeOne(challenger)}>
          Remove
        </Button>
      </Group>
    )
  }
  const columns: readonly TableColumn<Challenger>[] = [
    { key: 'name', title: 'Challenger', cell: (row) => <ServedModel release={row}>{row.name}</ServedModel> },
    {
      key: 'state',
      title: 'State',
      wide: true,
      cell: (row) => (
        <Stack gap={4}>
          <StateBadge state={words[row.state]} />
          {whyOf(row) === null ? null : <Text size="sm">{whyOf(row)}</Text>}
        </Stack>
      ),
    },
    { key: 'waiting', title: 'Rows to score', numeric: true, cell: (row) => formatNumber(row.waitingRows) },
    { key: 'by', title: 'Added by', cell: (row) => row.addedBy.name },
    { key: 'at', title: 'Added', cell: (row) => <Ago at={row.addedAt} /> },
    ...(canChange ? [{ key: 'actions', title: 'Actions', cell: actions }] : []),
  ]
  return (
    <Stack gap="xs">
      <DataTable
        label="Challengers"
        search={false}
        rows={items}
        rowKey={({ id }) => id}
        columns={columns}
        empty={
          <Empty>There is no challenger. A deployment may have {most}: any model that could replace its own.</Empty>
        }
      />
      {remove.problem === undefined ? null : <ErrorPanel error={remove.problem} />}
    </Stack>
  )
}
