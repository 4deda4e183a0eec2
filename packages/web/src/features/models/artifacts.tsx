import { Anchor } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { client } from '../../app/client.ts'
import { useTasks } from '../blueprints/index.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatBytes } from '../../ui/format.ts'

type ArtifactsProps = { readonly model: Model; readonly mayDownload: boolean }

/**
 * The files that the tasks of a model wrote when they were fitted on all training rows; their names alone, of a task that one may not
 * see, and where they may tell values that are hidden.
 */
export const Artifacts = ({ model: { id, artifacts, graph, hidden }, mayDownload }: ArtifactsProps) => {
  const { byId } = useTasks(graph)
  const isOpen = (node: string): boolean => {
    const task = graph.nodes.find((each) => each.id === node)?.taskVersion
    return mayDownload && hidden.length === 0 && task !== undefined && byId.get(task)?.access === 'full'
  }
  return (
    <DataTable
      label="Artifacts"
      rows={artifacts}
      rowKey={({ node, path }) => `${node}/${path}`}
      empty={<Empty>The tasks of this model wrote no file.</Empty>}
      columns={[
        { key: 'node', title: 'Node', value: ({ node }) => node, cell: ({ node }) => node },
        {
          key: 'path',
          title: 'File',
          value: ({ path }) => path,
          cell: ({ node, path }) =>
            isOpen(node) ? (
              <Anchor href={client.url('downloadArtifact', { params: { id }, query: { node, path } })} download>
                {path}
              </Anchor>
            ) : (
              path
            ),
        },
        {
          key: 'bytes',
          title: 'Size',
          numeric: true,
          value: ({ bytes }) => bytes,
          cell: ({ bytes }) => formatBytes(bytes),
        },
        { key: 'type', title: 'Type', value: ({ mediaType }) => mediaType, cell: ({ mediaType }) => mediaType },
      ]}
    />
  )
}
