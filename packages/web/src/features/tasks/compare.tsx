import { Badge, Button, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core'
import type { Task, TaskComparison, TaskVersion } from '@modelsmith/api'
import { useState } from 'react'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'
import { DiffView } from './diff-view.tsx'

/** Two versions of a task: their files, texts, metadata and environments. */
export const Compare = ({ task: { id, latest } }: { readonly task: Task }) => {
  const query = useCall('listTaskVersions', { params: { id }, query: { limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length < 2 ? (
          <Text c="dimmed">There is one version only: save a change of its files, and both can be compared.</Text>
        ) : (
          <Chosen versions={items} latest={latest} />
        )
      }
    </Loaded>
  )
}

const Chosen = ({ versions, latest }: { readonly versions: readonly TaskVersion[]; readonly latest: TaskVersion }) => {
  const [before, setBefore] = useAddress('version')
  const [after, setAfter] = useAddress('with')
  const [view, setView] = useAddress('view')
  const known = (id: string | undefined) => versions.find((each) => each.id === id)?.id
  const to = known(after) ?? latest.id
  const from = known(before) ?? versions[versions.findIndex((each) => each.id === to) + 1]?.id ?? to
  const data = versions.map(({ id, number, note }) => ({
    value: id,
    label: note === null ? number : `${number}: ${note}`,
  }))
  const query = useCall('compareTaskVersions', { params: { id: from }, query: { with: to } })
  return (
    <Stack>
      <Group align="end">
        <Select
          label="From version"
          data={data}
          value={from}
          allowDeselect={false}
          onChange={(id) => setBefore(id ?? undefined)}
        />
        <Select
          label="To version"
          data={data}
          value={to}
          allowDeselect={false}
          onChange={(id) => setAfter(id ?? undefined)}
        />
        <SegmentedControl
          aria-label="How changes are shown"
          data={[
            { value: 'unified', label: 'Unified' },
            { value: 'split', label: 'Side by side' },
          ]}
          value={view === 'split' ? 'split' : 'unified'}
          onChange={(chosen) => setView(chosen === 'split' ? 'split' : undefined)}
        />
      </Group>
      <Loaded query={query}>{(comparison) => <Comparison comparison={comparison} isSplit={view === 'split'} />}</Loaded>
    </Stack>
  )
}

const Comparison = ({ comparison, isSplit }: { readonly comparison: TaskComparison; readonly isSplit: boolean }) => {
  const { files, metadata, environment } = comparison
  const changed = files.filter(({ change }) => change !== 'same')
  return (
    <Stack gap="lg">
      <Text size="sm">
        {changed.length === 0 ? 'No file differs.' : `${changed.length} of ${files.length} files differ.`}{' '}
        {environment.before === environment.after
          ? `Both run in ${environment.after}.`
          : `The environment changes from ${environment.before} to ${environment.after}.`}
      </Text>
      {metadata.length === 0 ? null : (
        <Stack gap="sm">
          <Title order={2}>Metadata</Title>
          <DataTable
            label="Metadata"
            search={false}
            rows={metadata}
            rowKey={({ key }) => key}
            empty={null}
            columns={[
              { key: 'key', title: 'Key', cell: ({ key }) => <code>{key}</code> },
              { key: 'before', title: 'Before', wide: true, cell: ({ before }) => <code>{before ?? '–'}</code> },
              { key: 'after', title: 'After', wide: true, cell: ({ after }) => <code>{after ?? '–'}</code> },
            ]}
          />
        </Stack>
      )}
      {changed.map((file) => (
        <Stack key={file.path} gap="xs" component="section" aria-label={file.path}>
          <Group gap="sm">
            <Title order={2}>{file.path}</Title>
            <Badge variant="default" tt="none" fw={500}>
              {file.change}
            </Badge>
          </Group>
          {file.hunks === null ? (
            <Text size="sm">
              Not text, or too large to show: {side(file.before)} → {side(file.after)}
            </Text>
          ) : file.hunks.length === 0 ? (
            <Text size="sm" c="dimmed">
              An empty file.
            </Text>
          ) : (
            <Changes path={file.path} hunks={file.hunks} isSplit={isSplit} />
          )}
        </Stack>
      ))}
    </Stack>
  )
}

const side = (file: TaskComparison['files'][number]['before']): string =>
  file === null ? 'nothing' : `${formatBytes(file.bytes)}, SHA-256 ${file.sha256.slice(0, 12)}…`

/** More than this, such as a table of data, is shown when asked for. */
const fewLines = 200

const Changes = ({ path, hunks, isSplit }: Parameters<typeof DiffView>[0]) => {
  const lines = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0)
  const [open, setOpen] = useState(lines <= fewLines)
  if (open) return <DiffView path={path} hunks={hunks} isSplit={isSplit} />
  return (
    <Button size="xs" variant="default" w="fit-content" onClick={() => setOpen(true)}>
      Show {formatNumber(lines)} lines of {path}
    </Button>
  )
}
