import { Anchor, Stack } from '@mantine/core'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/page.tsx'
import { TaskUpload } from './upload.tsx'

/** Every version of a task, newest first, and the place to upload the next. */
export const Versions = ({ taskId }: { readonly taskId: string }) => {
  const query = useCall('listTaskVersions', { params: { id: taskId }, query: { limit: 200 } })
  const refresh = useRefresh()
  return (
    <Stack>
      <TaskUpload
        label="Upload version"
        words="Drop the changed folder here. Models keep the version they were trained with."
        send={(files) => client.upload('uploadTaskVersion', { params: { id: taskId }, files })}
        onUploaded={refresh}
      />
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label="Versions"
            rows={items}
            rowKey={({ id }) => id}
            empty={<Empty>There is no version.</Empty>}
            columns={[
              { key: 'number', title: 'Version', value: ({ number }) => number, cell: ({ number }) => number },
              {
                key: 'files',
                title: 'Files',
                numeric: true,
                value: ({ files }) => files.length,
                cell: ({ files }) => files.length,
              },
              { key: 'note', title: 'Note', value: ({ note }) => note, cell: ({ note }) => note ?? '–' },
              {
                key: 'made',
                title: 'Uploaded',
                value: ({ createdAt }) => createdAt,
                cell: ({ createdAt }) => <Ago at={createdAt} />,
              },
              {
                key: 'zip',
                title: 'Folder',
                cell: ({ id, number }) => (
                  <Anchor
                    size="sm"
                    href={client.url('downloadTaskVersion', { params: { id } })}
                    download
                    aria-label={`Download version ${number}`}
                  >
                    Download
                  </Anchor>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}
