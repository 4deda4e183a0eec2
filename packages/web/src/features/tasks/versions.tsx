import { Anchor, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import type { Task } from '@modelsmith/api'
import type { Action } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { formatBytes } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { ImportForm } from './import-form.tsx'
import { Origin } from './origin.tsx'
import { UploadTask } from './upload-task.tsx'

type VersionsProps = { readonly task: Task; readonly can: (action: Action) => boolean }

/** All versions of a task, newest first, and the ways to the next for whoever may make one. */
export const Versions = ({ task, can }: VersionsProps) => {
  const query = useCall('listTaskVersions', { params: { id: task.id }, query: { limit: 200 } })
  return (
    <Stack>
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
              { key: 'origin', title: 'Made from', wide: true, cell: ({ origin }) => <Origin origin={origin} /> },
              {
                key: 'files',
                title: 'Files',
                cell: ({ files }) =>
                  `${files.length}, ${formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}`,
              },
              {
                key: 'made',
                title: 'Saved',
                value: ({ createdAt }) => createdAt,
                cell: ({ createdAt }) => <Ago at={createdAt} />,
              },
              {
                key: 'actions',
                title: 'Folder',
                cell: ({ id, number }) => (
                  <Group gap="sm" wrap="nowrap">
                    {can('download') ? (
                      <Anchor
                        size="sm"
                        href={client.url('downloadTaskVersion', { params: { id } })}
                        download
                        aria-label={`Download version ${number}`}
                      >
                        Download
                      </Anchor>
                    ) : null}
                    <LinkText
                      size="sm"
                      to="."
                      search={{ tab: 'files', version: id }}
                      aria-label={`Files of version ${number}`}
                    >
                      Files
                    </LinkText>
                    {items.at(-1)?.id === id ? null : (
                      <LinkText
                        size="sm"
                        to="."
                        search={{ tab: 'compare', with: id }}
                        aria-label={`Changes in version ${number}`}
                      >
                        Changes
                      </LinkText>
                    )}
                  </Group>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {can('edit') ? <NextVersion task={task} /> : null}
    </Stack>
  )
}

const NextVersion = ({ task: { id: taskId, latest } }: { readonly task: Task }) => {
  const refresh = useRefresh()
  const [note, setNote] = useState('')
  const noted = note.trim() === '' ? {} : { note: note.trim() }
  return (
    <>
      <Title order={2}>Next version</Title>
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
        upload={(sender, files, signal) =>
          sender.upload('uploadTaskVersion', { params: { id: taskId }, files, fields: noted, signal })
        }
        onUploaded={async ({ created }) => {
          if (created) setNote('')
          await refresh()
        }}
      />
      <Title order={2}>From a git repository</Title>
      <ImportForm
        button="Import version"
        origin={latest.origin}
        begin={(asked) => client.call('importTaskVersion', { params: { id: taskId }, body: { ...asked, ...noted } })}
      />
    </>
  )
}
