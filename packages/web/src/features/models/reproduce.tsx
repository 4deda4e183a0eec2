import { Anchor, Code, Stack, Text, Title } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { client } from '../../app/client.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Snippet } from '../../ui/snippet.tsx'
import { useTasks } from '../blueprints/index.ts'
import { useAccess } from '../sharing/index.ts'

/** How somebody else comes to the same model: all that the training worked from, the command that trains it again, and what to compare. */
export const Reproduce = ({ model }: { readonly model: Model }) => {
  const { trainingRunId, graph, hidden } = model
  const { can } = useAccess(trainingRunId)
  const { isOpen } = useTasks(graph)
  const isWhole = graph.nodes.every(({ id }) => isOpen(id))
  const mayTake = can('download') && isWhole && hidden.length === 0
  const bundle = `modelsmith training-runs download ${trainingRunId} --output bundle.tar`
  return (
    <Stack gap="lg">
      {mayTake ? (
        <>
          <Text maw={720}>
            The bundle holds the rows, their split, the code of every task and the locks of the environments. It is
            trained again in an empty folder, without this server, and every prediction is compared bit for bit. Or{' '}
            <Anchor
              href={client.url('downloadTrainingRun', { params: { id: trainingRunId } })}
              underline="always"
              download
            >
              download the bundle
            </Anchor>{' '}
            here.
          </Text>
          <Snippet title="Train it again" code={`${bundle}\nmodelsmith reproduce bundle.tar`} />
        </>
      ) : (
        <Empty>
          Whoever may download all that it was trained from, its rows and the code of its tasks, trains it again with{' '}
          <Code>modelsmith reproduce</Code>.
        </Empty>
      )}
      <Title order={2}>What the tasks wrote</Title>
      <DataTable
        label="Hashes"
        rows={model.artifacts}
        rowKey={({ node, path }) => `${node}/${path}`}
        empty={<Empty>The tasks of this model wrote no file.</Empty>}
        columns={[
          { key: 'node', title: 'Node', value: ({ node }) => node, cell: ({ node }) => node },
          { key: 'path', title: 'File', value: ({ path }) => path, cell: ({ path }) => path },
          {
            key: 'sha256',
            title: 'SHA-256',
            value: ({ sha256 }) => sha256,
            cell: ({ sha256 }) => <Code className="hash">{sha256}</Code>,
          },
        ]}
      />
    </Stack>
  )
}
