import { Text } from '@mantine/core'
import type { TaskUse } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { pageOf } from '../../app/kinds.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

const kindWords = {
  blueprint: 'Blueprint',
  trainingRun: 'Training run',
  model: 'Model',
  algorithm: 'Algorithm',
  deployment: 'Deployment',
} as const

const columns: readonly TableColumn<TaskUse>[] = [
  { key: 'kind', title: 'What', value: ({ kind }) => kindWords[kind], cell: ({ kind }) => kindWords[kind] },
  {
    key: 'name',
    title: 'Name',
    value: ({ name }) => name,
    cell: ({ kind, id, name }) => <LinkText to={(pageOf[kind] ?? '').replace('$id', id)}>{name}</LinkText>,
  },
  { key: 'version', title: 'Uses version', value: ({ number }) => number, cell: ({ number }) => number },
  {
    key: 'state',
    title: 'State',
    value: ({ state }) => state,
    cell: ({ state }) => (state === null ? '–' : <StateBadge state={state} />),
  },
  {
    key: 'problem',
    title: 'Problem',
    wide: true,
    value: ({ error }) => error?.message ?? null,
    cell: ({ error }) => error?.message ?? '–',
  },
  { key: 'at', title: 'Changed', value: ({ at }) => at, cell: ({ at }) => <Ago at={at} /> },
]

/** What uses the task, and which version of it. */
export const Uses = ({ taskId, search = true }: { readonly taskId: string; readonly search?: boolean }) => {
  const query = useCall('listTaskUses', { params: { id: taskId } })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <DataTable
          label="Used in"
          search={search}
          rows={items}
          rowKey={({ id, versionId }) => `${id} ${versionId}`}
          columns={columns}
          empty={<Text c="dimmed">No blueprint uses this task yet.</Text>}
        />
      )}
    </Loaded>
  )
}
