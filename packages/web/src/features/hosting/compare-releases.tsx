import { List, Select, Stack, Text, Title } from '@mantine/core'
import type { ModelRelease, ReleaseComparison } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'

/** What became of a release in another one of its line. */
export const CompareReleases = ({ release }: { readonly release: ModelRelease }) => {
  const { id, registeredModelId } = release
  const releases = useCall('listModelReleases', { params: { id: registeredModelId }, query: { limit: 200 } })
  const [chosen, choose] = useAddress('with')
  const others = (releases.data?.items ?? []).filter((each) => each.number !== null && each.id !== id)
  if (others.length === 0) return null
  const other = others.find((each) => each.id === chosen)
  return (
    <Stack gap="sm">
      <Title order={2}>Compare</Title>
      <Select
        label="With"
        placeholder="Choose a release"
        w={{ base: '100%', xs: 340 }}
        data={others.map((each) => ({ value: each.id, label: `Release ${each.number}, ${each.algorithm}` }))}
        value={other?.id ?? null}
        clearable
        onChange={(value) => choose(value ?? undefined)}
      />
      {other === undefined ? null : <Comparison key={other.id} id={id} other={other.id} />}
    </Stack>
  )
}

const Comparison = ({ id, other }: { readonly id: string; readonly other: string }) => {
  const query = useCall('compareReleases', { params: { id }, query: { with: other } })
  return <Loaded query={query}>{(comparison) => <Compared comparison={comparison} />}</Loaded>
}

const score = (value: number | null): string => (value === null ? '–' : value.toPrecision(5))

const Compared = ({ comparison }: { readonly comparison: ReleaseComparison }) => {
  const { before, after, signature, facts, metrics, files, packages, notShown } = comparison
  const [one, two] = [`Release ${before.number}`, `Release ${after.number}`]
  return (
    <Stack>
      {signature.length === 0 ? (
        <Text size="sm">
          Clients of {one.toLowerCase()} would notice nothing if {two.toLowerCase()} answered.
        </Text>
      ) : (
        <>
          <Text size="sm">
            Clients of {one.toLowerCase()} would notice it if {two.toLowerCase()} answered:
          </Text>
          <List size="sm">
            {signature.map(({ message }) => (
              <List.Item key={message}>{message}</List.Item>
            ))}
          </List>
        </>
      )}
      {notShown.map((text) => (
        <Text key={text} size="sm" c="dimmed">
          Not shown: {text}.
        </Text>
      ))}
      <DataTable
        label="What differs"
        rows={facts}
        rowKey={({ what }) => what}
        empty={<Empty>What answers and its configuration are the same.</Empty>}
        columns={[
          { key: 'what', title: 'What differs', cell: ({ what }) => what },
          { key: 'before', title: one, cell: (row) => row.before ?? '–' },
          { key: 'after', title: two, cell: (row) => row.after ?? '–' },
        ]}
      />
      {metrics.length === 0 ? null : (
        <DataTable
          label="Scores"
          rows={metrics}
          rowKey={({ part, name }) => `${part} ${name}`}
          empty={<Empty>Neither has scores.</Empty>}
          columns={[
            { key: 'part', title: 'Rows', value: ({ part }) => part, cell: ({ part }) => part },
            { key: 'name', title: 'Metric', value: ({ name }) => name, cell: ({ name }) => name },
            { key: 'before', title: one, numeric: true, cell: (row) => score(row.before) },
            { key: 'after', title: two, numeric: true, cell: (row) => score(row.after) },
          ]}
        />
      )}
      {files.length === 0 ? null : (
        <DataTable
          label="Files"
          rows={files}
          rowKey={({ path }) => path}
          empty={<Empty>The files are the same.</Empty>}
          columns={[
            { key: 'path', title: 'File', value: ({ path }) => path, cell: ({ path }) => path },
            { key: 'change', title: 'Change', value: ({ change }) => change, cell: ({ change }) => change },
            {
              key: 'before',
              title: one,
              numeric: true,
              cell: ({ beforeBytes }) => (beforeBytes === null ? '–' : formatBytes(beforeBytes)),
            },
            {
              key: 'after',
              title: two,
              numeric: true,
              cell: ({ afterBytes }) => (afterBytes === null ? '–' : formatBytes(afterBytes)),
            },
          ]}
        />
      )}
      {packages.length === 0 ? null : (
        <DataTable
          label="Packages"
          rows={packages}
          rowKey={({ environment, name }) => `${environment} ${name}`}
          empty={<Empty>The packages are the same.</Empty>}
          columns={[
            { key: 'environment', title: 'Environment', cell: ({ environment }) => environment },
            { key: 'name', title: 'Package', value: ({ name }) => name, cell: ({ name }) => name },
            { key: 'before', title: one, cell: (row) => row.before ?? '–' },
            { key: 'after', title: two, cell: (row) => row.after ?? '–' },
          ]}
        />
      )}
    </Stack>
  )
}
