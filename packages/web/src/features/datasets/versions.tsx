import { Stack, Text } from '@mantine/core'
import { useCall, useRefresh } from '../../app/client.ts'
import { useUpload } from '../../app/use-upload.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** All versions of a dataset, and the place to upload the next. */
export const Versions = ({ datasetId, mayEdit }: { readonly datasetId: string; readonly mayEdit: boolean }) => {
  const query = useCall('listDatasetVersions', { params: { id: datasetId }, query: { limit: 200 } })
  return (
    <Stack>
      {mayEdit ? <NextVersion datasetId={datasetId} /> : null}
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label="Versions"
            rows={items}
            rowKey={({ id }) => id}
            empty={<Text>There is no version.</Text>}
            columns={[
              {
                key: 'number',
                title: 'Version',
                value: ({ number }) => number,
                cell: ({ number }) => number,
              },
              { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
              { key: 'file', title: 'File', cell: ({ source }) => `${source.fileName}, ${formatBytes(source.bytes)}` },
              { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows }) => formatNumber(rows) },
              { key: 'problem', title: 'Problem', wide: true, cell: ({ error }) => error?.message ?? '–' },
              { key: 'made', title: 'Uploaded', cell: ({ createdAt }) => <Ago at={createdAt} /> },
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}

const NextVersion = ({ datasetId }: { readonly datasetId: string }) => {
  const refresh = useRefresh()
  const upload = useUpload()
  return (
    <>
      <FileDrop
        label="Upload version"
        busy={upload.busy}
        sent={upload.sent}
        onCancel={upload.cancel}
        words="New content of this dataset. Projects keep the version they were made with."
        accept=".csv,.tsv,.txt,.parquet,.gz"
        onFiles={(files) =>
          void upload.run(async (client, signal) => {
            await client.upload('uploadDatasetVersion', { params: { id: datasetId }, files: files.slice(0, 1), signal })
            await refresh()
          })
        }
      />
      {upload.problem === undefined ? null : <ErrorPanel error={upload.problem} />}
    </>
  )
}
