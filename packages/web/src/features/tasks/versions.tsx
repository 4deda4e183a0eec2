import { Anchor, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'
import { UploadTask } from './upload-task.tsx'

/** All versions of a task, newest first, and the place to upload the next. */
export const Versions = ({ taskId }: { readonly taskId: string }) => {
  const query = useCall('listTaskVersions', { params: { id: taskId }, query: { limit: 200 } })
  const refresh = useRefresh()
  const [note, setNote] = useState('')
  return (
    <Stack>
      <TextInput
        label="Note for the next version"
        description="What changed, for whoever chooses between versions"
        value={note}
        maxLength={1000}
        maw={480}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <UploadTask
        label="Upload version"
        words="Drop the changed folder here. Blueprints keep the version they were drawn with."
        upload={(files) =>
          client.upload('uploadTaskVersion', {
            params: { id: taskId },
            files,
            ...(note.trim() === '' ? {} : { fields: { note: note.trim() } }),
          })
        }
        onUploaded={async ({ created }) => {
          if (created) setNote('')
          await refresh()
        }}
      />
      <Loaded query={query}>
        {({ items }) => (
          <DataTable
            label="Versions"
            rows={items}
            rowKey={({ id }) => id}
            empty={<Text>There is no version.</Text>}
            columns={[
              { key: 'number', title: 'Version', cell: ({ number }) => number },
              { key: 'note', title: 'Note', value: (version) => version.note, cell: (version) => version.note ?? '–' },
              {
                key: 'files',
                title: 'Files',
                cell: ({ files }) =>
                  `${files.length}, ${formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}`,
              },
              {
                key: 'made',
                title: 'Uploaded',
                value: ({ createdAt }) => createdAt,
                cell: ({ createdAt }) => <Ago at={createdAt} />,
              },
              {
                key: 'download',
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
