import { Anchor, Button, Group, Select, Stack, Text } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { client } from '../../app/client.ts'
import { useTasks } from '../blueprints/index.ts'
import { useAddress } from '../../ui/address.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatBytes } from '../../ui/format.ts'

type ArtifactsProps = { readonly model: Model; readonly mayDownload: boolean }

/**
 * The files that the tasks of a model wrote when they were fitted on all training rows, and in the fit of each fold; their names alone, of
 * a task that one may not see, and where they may tell values that are hidden.
 */
export const Artifacts = ({ model, mayDownload }: ArtifactsProps) => {
  const { id, artifacts, foldArtifacts, graph, hidden, retrainedFrom } = model
  const tasks = useTasks(graph)
  const [asked, ask] = useAddress('fold')
  const folds = [...new Set(foldArtifacts.map(({ fold }) => fold))].toSorted((a, b) => a - b)
  const fold = folds.find((each) => String(each) === asked)
  const isOpen = (node: string): boolean => mayDownload && hidden.length === 0 && tasks.isOpen(node)
  return (
    <Stack>
      {mayDownload ? (
        <Whole model={model} closed={graph.nodes.map((node) => node.id).filter((node) => !isOpen(node))} />
      ) : null}
      {folds.length === 0 ? null : (
        <Select
          label="Fit"
          w={{ base: '100%', xs: 340 }}
          allowDeselect={false}
          data={[
            { value: whole, label: retrainedFrom === null ? 'All training rows (the model)' : 'All rows (the model)' },
            ...folds.map((each) => ({ value: String(each), label: `Without fold ${each}, which it predicted` })),
          ]}
          value={fold === undefined ? whole : String(fold)}
          onChange={(chosen) => ask(chosen === null || chosen === whole ? undefined : chosen)}
        />
      )}
      <DataTable
        label="Artifacts"
        rows={fold === undefined ? artifacts : foldArtifacts.filter((each) => each.fold === fold)}
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
                <Anchor
                  href={client.url('downloadArtifact', {
                    params: { id },
                    query: { node, path, ...(fold === undefined ? {} : { fold }) },
                  })}
                  download
                >
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
    </Stack>
  )
}

const whole = 'model'

/** All of it as one file, or why not: a model is given away whole or not at all. */
const Whole = ({ model, closed }: { readonly model: Model; readonly closed: readonly string[] }) => {
  const { id, artifacts, foldArtifacts, hidden } = model
  if (hidden.length > 0)
    return (
      <Text size="sm" c="dimmed">
        What the tasks wrote may tell values of sensitive columns; those who may edit the dataset download it.
      </Text>
    )
  if (closed.length > 0)
    return (
      <Text size="sm" c="dimmed">
        You may only execute the task of {closed.join(', ')}: the model is not downloaded as a whole.
      </Text>
    )
  const sizeOf = (files: readonly { readonly bytes: number }[]) =>
    formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))
  const link = (query: { folds?: true }) => client.url('downloadArtifacts', { params: { id }, query })
  return (
    <Group gap="sm">
      <Button component="a" variant="default" href={link({})} download>
        Download all
      </Button>
      {foldArtifacts.length === 0 ? null : (
        <Button component="a" variant="default" href={link({ folds: true })} download>
          Download with folds
        </Button>
      )}
      <Text size="sm" c="dimmed">
        One zip of {sizeOf(artifacts)}
        {foldArtifacts.length === 0 ? '' : `, or of ${sizeOf([...artifacts, ...foldArtifacts])} with the folds`}, with
        the code, the blueprint, the locks of the environments and how to load it.
      </Text>
    </Group>
  )
}
