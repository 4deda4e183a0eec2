import type { TrainingRun } from '@modelsmith/api'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatMs, formatNumber } from '../../ui/format.ts'
import { StateBadge } from '../../ui/state-badge.tsx'

/** The steps of a training, with what each took. */
export const StepsTable = ({ steps }: { readonly steps: TrainingRun['steps'] }) => (
  <DataTable
    label="Steps"
    rows={steps}
    rowKey={({ node, hook, part }) => `${node} ${hook} ${part}`}
    empty={<Empty>The steps show here once a worker has planned them.</Empty>}
    columns={[
      { key: 'node', title: 'Node', value: ({ node }) => node, cell: ({ node }) => node },
      { key: 'task', title: 'Task', value: ({ taskName }) => taskName, cell: ({ taskName }) => taskName },
      { key: 'hook', title: 'Hook', value: ({ hook }) => hook, cell: ({ hook }) => hook },
      { key: 'part', title: 'Rows', value: ({ part }) => part, cell: ({ part }) => part },
      { key: 'state', title: 'State', value: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
      {
        key: 'wall',
        title: 'Wall time',
        numeric: true,
        value: ({ wallMs }) => wallMs,
        cell: ({ wallMs }) => formatMs(wallMs),
      },
      {
        key: 'cpu',
        title: 'CPU time',
        numeric: true,
        value: ({ cpuMs }) => cpuMs,
        cell: ({ cpuMs }) => formatMs(cpuMs),
      },
      {
        key: 'memory',
        title: 'Peak memory',
        numeric: true,
        value: ({ peakMemoryMb }) => peakMemoryMb,
        cell: ({ peakMemoryMb }) => (peakMemoryMb === null ? '–' : `${formatNumber(Math.round(peakMemoryMb))} MB`),
      },
    ]}
  />
)
