import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import type { Batch, Deployment } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall } from '../../../app/client.ts'
import { useAddress } from '../../../ui/address.ts'
import { Ago } from '../../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { formatNumber } from '../../../ui/format.ts'
import { LinkButton } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/state-badge.tsx'
import { JobPanel } from '../../jobs/index.ts'
import { useAccess } from '../../sharing/index.ts'
import { BeginBatch } from './begin-batch.tsx'
import { Schedules } from './schedules.tsx'

type TabProps = { readonly deployment: Deployment }

/** Many rows at once: what was scored, how far the rest is, and the form that begins another batch. */
export const BatchesTab = ({ deployment }: TabProps) => {
  const { id, pause, state } = deployment
  const { can } = useAccess(id)
  const [jobId, setJobId] = useAddress('job')
  const [beginning, setBeginning] = useState(false)
  const answers = pause === null && state !== 'waiting'
  const query = useCall('listBatches', { params: { id }, query: { limit: 200 } }, { refetchInterval: 3000 })
  return (
    <Stack gap="lg">
      <Text size="sm">
        A batch scores a file, a dataset, the rows of a query or files of S3, of any length, in a job. One release
        answers all of its rows, and a job that is interrupted goes on where it was.
      </Text>
      <Group justify="space-between">
        <Title order={2}>Batches</Title>
        {can('predict') ? (
          <Button disabled={!answers} onClick={() => setBeginning(true)}>
            Score rows
          </Button>
        ) : null}
      </Group>
      {beginning ? (
        <BeginBatch
          deployment={deployment}
          onClose={() => setBeginning(false)}
          onBegun={(job) => {
            setBeginning(false)
            if (job !== undefined) setJobId(job)
          }}
        />
      ) : null}
      {jobId === undefined ? null : <JobPanel key={jobId} id={jobId} showLog={false} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Batches"
            rows={items}
            more={nextCursor !== null}
            rowKey={(batch) => batch.id}
            columns={columnsFor(setJobId)}
            empty={<Empty>You have scored no batch with this deployment yet.</Empty>}
          />
        )}
      </Loaded>
      <Schedules deploymentId={id} onShow={setJobId} />
    </Stack>
  )
}

const columnsFor = (onShow: (job: string) => void): readonly TableColumn<Batch>[] => [
  { key: 'begun', title: 'Begun', value: ({ createdAt }) => createdAt, cell: (row) => <Ago at={row.createdAt} /> },
  { key: 'by', title: 'By', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  { key: 'state', title: 'State', value: ({ state }) => state, cell: ({ state }) => <StateBadge state={state} /> },
  { key: 'rows', title: 'Rows of', value: nameOf, cell: nameOf },
  { key: 'scored', title: 'Scored', numeric: true, value: ({ scoredRows }) => scoredRows, cell: scoredOf },
  { key: 'logged', title: 'Monitored', cell: ({ logged }) => (logged ? 'yes' : 'no') },
  { key: 'predictions', title: 'Predictions', cell: (batch) => <Predictions batch={batch} /> },
  {
    key: 'actions',
    title: 'Actions',
    cell: ({ id }) => (
      <Button size="xs" variant="default" onClick={() => onShow(id)}>
        Show job
      </Button>
    ),
  },
]

const nameOf = ({ source }: Batch): string => {
  if (source.kind === 'postgres') return 'a query'
  if (source.kind === 's3') return source.url
  return source.kind === 'file' ? source.name : `${source.name} (a dataset)`
}

const scoredOf = ({ scoredRows, totalRows }: Batch): string =>
  totalRows === null || totalRows === scoredRows
    ? formatNumber(scoredRows)
    : `${formatNumber(scoredRows)} of ${formatNumber(totalRows)}`

const Predictions = ({ batch: { id, state, sink, datasetId } }: { readonly batch: Batch }) => {
  if (state !== 'succeeded') return '–'
  if (sink.kind === 'postgres') return `in the table ${sink.table}`
  if (sink.kind === 's3') return `in ${sink.url}`
  if (datasetId !== null)
    return (
      <LinkButton size="xs" variant="default" to="/datasets/$id" params={{ id: datasetId }}>
        Open dataset
      </LinkButton>
    )
  return (
    <Group gap="xs" wrap="nowrap">
      {(['csv', 'parquet'] as const).map((format) => (
        <Anchor
          key={format}
          size="sm"
          href={client.url('downloadBatch', { params: { id }, query: { format } })}
          download={`predictions.${format}`}
          aria-label={`Download predictions as ${names[format]}`}
        >
          {names[format]}
        </Anchor>
      ))}
    </Group>
  )
}

const names = { csv: 'CSV', parquet: 'Parquet' } as const
