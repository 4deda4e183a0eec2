import type { TrainingRun } from '@modelsmith/api'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatMs, formatNumber } from '../../ui/format.ts'
import { nodeCosts } from './cost.ts'

/** What each node of a trained blueprint took, and how much of it was known from before. */
export const NodeCosts = ({ steps }: { readonly steps: TrainingRun['steps'] }) => (
  <DataTable
    label="Time and memory of each node"
    rows={nodeCosts(steps)}
    rowKey={({ node }) => node}
    search={false}
    empty={<Empty>No step has been planned yet.</Empty>}
    columns={[
      { key: 'node', title: 'Node', value: ({ node }) => node, cell: ({ node }) => node },
      { key: 'task', title: 'Task', value: ({ taskName }) => taskName, cell: ({ taskName }) => taskName },
      {
        key: 'fit',
        title: 'Fitting, all parts',
        numeric: true,
        value: ({ fitMs }) => fitMs,
        cell: ({ fitMs }) => formatMs(fitMs),
      },
      {
        key: 'apply',
        title: 'Applying, all parts',
        numeric: true,
        value: ({ applyMs }) => applyMs,
        cell: ({ applyMs }) => formatMs(applyMs),
      },
      {
        key: 'memory',
        title: 'Peak memory',
        numeric: true,
        value: ({ peakMemoryMb }) => peakMemoryMb,
        cell: ({ peakMemoryMb }) => (peakMemoryMb === null ? '–' : `${formatNumber(Math.round(peakMemoryMb))} MB`),
      },
      {
        key: 'reused',
        title: 'Known from before',
        numeric: true,
        value: ({ reused }) => reused,
        cell: ({ reused, steps: all }) => `${formatNumber(reused)} of ${formatNumber(all)} steps`,
      },
    ]}
  />
)
