import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { type CustomInsight, customInsightForms, type Model } from '@modelsmith/api'
import { client, useCall } from '../../app/client.ts'
import { rowsOfCsv } from '../../ui/csv-rows.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'
import { useTasks } from '../blueprints/index.ts'

type Artifact = Model['artifacts'][number]
type CustomInsightsProps = { readonly model: Model; readonly mayDownload: boolean }

/** What is made to be looked at first. */
const forms = ['image', 'page', 'table', 'text'] as const

/** Pictures, pages, tables and texts that the tasks of a model wrote when they were fitted, as they are to be seen. */
export const CustomInsights = ({ model: { id, artifacts, graph, hidden }, mayDownload }: CustomInsightsProps) => {
  const { byId, isOpen } = useTasks(graph)
  const shown = forms.flatMap((form) => artifacts.filter(({ mediaType }) => customInsightForms[mediaType] === form))
  if (shown.length === 0)
    return (
      <Empty>The tasks of this model wrote no picture, page, table or text. What `fit` writes is shown here.</Empty>
    )
  if (hidden.length > 0)
    return <Empty>They may tell values of sensitive columns that you do not see: {hidden.join(', ')}.</Empty>
  const nameOf = (node: string): string =>
    byId.get(graph.nodes.find((each) => each.id === node)?.taskVersion ?? '')?.taskName ?? node
  return (
    <Stack gap="xl">
      {shown.map((artifact) => (
        <Shown
          key={`${artifact.node}/${artifact.path}`}
          modelId={id}
          artifact={artifact}
          title={nameOf(artifact.node)}
          isOpen={mayDownload && isOpen(artifact.node)}
        />
      ))}
    </Stack>
  )
}

type ShownProps = {
  readonly modelId: string
  readonly artifact: Artifact
  readonly title: string
  /** Whether the file itself may be taken away. */
  readonly isOpen: boolean
}

const Shown = ({ modelId, artifact, title, isOpen }: ShownProps) => {
  const { node, path, bytes, mediaType } = artifact
  const at = { params: { id: modelId }, query: { node, path } }
  const form = customInsightForms[mediaType]
  const address = client.url('renderCustomInsight', at)
  return (
    <Stack gap="xs" component="section" aria-label={path}>
      <Group justify="space-between" align="baseline">
        <Title order={2}>{path}</Title>
        <Group gap="md">
          <Text size="sm" c="dimmed">
            {title} · {formatBytes(bytes)}
          </Text>
          {isOpen ? (
            <Anchor size="sm" href={client.url('downloadArtifact', at)} download aria-label={`Download ${path}`}>
              Download
            </Anchor>
          ) : null}
        </Group>
      </Group>
      {form === 'image' ? <img className="custom-picture" src={address} alt={path} /> : null}
      {form === 'page' ? (
        // Its own origin: nothing of this page is in its reach.
        <iframe className="custom-page" src={address} sandbox="allow-scripts" title={path} loading="lazy" />
      ) : null}
      {form === 'table' || (form === 'text' && isOpen) ? <Read modelId={modelId} artifact={artifact} /> : null}
      {form === 'text' && !isOpen ? (
        <Empty>Only those who may download what the task wrote read it as text.</Empty>
      ) : null}
    </Stack>
  )
}

const Read = ({ modelId, artifact: { node, path } }: { readonly modelId: string; readonly artifact: Artifact }) => {
  const query = useCall('getCustomInsight', { params: { id: modelId }, query: { node, path } })
  return <Loaded query={query}>{(insight) => <Content insight={insight} />}</Loaded>
}

const Content = ({ insight }: { readonly insight: CustomInsight }) => {
  const { path, mediaType, text, bytes, isWhole } = insight
  const table = customInsightForms[mediaType] === 'table' ? tableOf(text) : undefined
  return (
    <>
      {table === undefined ? (
        <section className="scroll custom-text" tabIndex={0} aria-label={`Text of ${path}`}>
          <pre>{text}</pre>
        </section>
      ) : (
        <DataTable
          label={`Rows of ${path}`}
          rows={table.rows.map((cells, row) => ({ cells, row }))}
          rowKey={({ row }) => String(row)}
          search={false}
          empty={<Empty>The table has a header and no rows.</Empty>}
          columns={table.names.map((name, at) => columnOf(name, at))}
        />
      )}
      {isWhole ? null : (
        <Text size="sm" c="dimmed">
          The beginning of {formatNumber(bytes)} bytes.
        </Text>
      )}
    </>
  )
}

/** Undefined where the text is no table: it is then shown as it is. */
const tableOf = (text: string): ReturnType<typeof rowsOfCsv> | undefined => {
  try {
    const table = rowsOfCsv(text)
    return table.names.length === 0 ? undefined : table
  } catch {
    return undefined
  }
}

type Row = { readonly cells: readonly (string | null)[]; readonly row: number }
const columnOf = (title: string, at: number) => ({
  key: String(at),
  title,
  value: ({ cells }: Row) => comparable(cells[at] ?? null),
  cell: ({ cells }: Row) => cells[at] ?? '',
})

const comparable = (cell: string | null): string | number | null =>
  cell === null || cell.trim() === '' || Number.isNaN(Number(cell)) ? cell : Number(cell)
