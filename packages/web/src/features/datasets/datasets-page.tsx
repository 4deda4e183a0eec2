import { Stack } from '@mantine/core'
import type { Dataset } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { useCall } from '../../app/client.ts'
import { useUpload } from '../../app/use-upload.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { IfMayCreate } from '../sharing/index.ts'

const columns: readonly TableColumn<Dataset>[] = [
  {
    key: 'name',
    title: 'Dataset',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/datasets/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  {
    key: 'state',
    title: 'State',
    value: ({ latest }) => latest.state,
    cell: ({ latest }) => <StateBadge state={latest.state} />,
  },
  {
    key: 'rows',
    title: 'Rows',
    numeric: true,
    value: ({ latest }) => latest.rows,
    cell: ({ latest }) => formatNumber(latest.rows),
  },
  {
    key: 'columns',
    title: 'Columns',
    numeric: true,
    value: ({ latest }) => latest.columns.length,
    cell: ({ latest }) => formatNumber(latest.columns.length),
  },
  {
    key: 'bytes',
    title: 'File',
    numeric: true,
    value: ({ latest }) => latest.source.bytes,
    cell: ({ latest }) => formatBytes(latest.source.bytes),
  },
  {
    key: 'version',
    title: 'Version',
    numeric: true,
    value: ({ latest }) => latest.number,
    cell: ({ latest }) => latest.number,
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

export const DatasetsPage = () => {
  const query = useCall('listDatasets', { query: { limit: 200 } })
  const navigate = useNavigate()
  const upload = useUpload()
  return (
    <Page
      title="Data"
      subtitle="CSV and Parquet files. Each upload is read, typed and profiled."
      actions={<LinkButton to="/sample-sets">Sample sets</LinkButton>}
    >
      <IfMayCreate kind="dataset">
        <Stack gap="sm">
          <FileDrop
            label="Upload dataset"
            busy={upload.busy}
            sent={upload.sent}
            onCancel={upload.cancel}
            words="Drop a CSV or Parquet file here."
            accept=".csv,.tsv,.txt,.parquet,.gz"
            onFiles={(files) =>
              void upload.run(async (client, signal) => {
                const { dataset } = await client.upload('uploadDataset', { files: files.slice(0, 1), signal })
                await navigate({ to: '/datasets/$id', params: { id: dataset.id } })
              })
            }
          />
          {upload.problem === undefined ? null : <ErrorPanel error={upload.problem} />}
        </Stack>
      </IfMayCreate>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Datasets"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={
              <Empty>
                No dataset yet. A good first one has a header line and one row for each case, with the target as one of
                its columns.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  )
}
