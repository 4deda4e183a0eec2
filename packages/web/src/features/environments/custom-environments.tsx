import { Stack, Text, TextInput, Title } from '@mantine/core'
import type { CustomEnvironment } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { languagesInWords } from './environment-words.ts'
import { useMay } from '../sharing/index.ts'
import { UploadEnvironment } from './upload-environment.tsx'

const columns: readonly TableColumn<CustomEnvironment>[] = [
  {
    key: 'name',
    title: 'Environment',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/environments/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  { key: 'version', title: 'Version', numeric: true, cell: ({ latest }) => latest.number },
  {
    key: 'state',
    title: 'State',
    value: ({ latest }) => latest.state,
    cell: ({ latest }) => <StateBadge state={latest.state} />,
  },
  { key: 'languages', title: 'Runs', cell: ({ latest }) => languagesInWords(latest.languages) },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

/** Environments of a Dockerfile, and the place to make one. */
export const CustomEnvironments = () => {
  const query = useCall('listCustomEnvironments', { query: { limit: 200 } })
  const makes = useMay('create', 'environment')
  return (
    <Stack>
      <Title order={2}>Custom environments</Title>
      <Text size="sm" c="dimmed">
        A folder with a Dockerfile, built and run with the Docker or Podman of the workers. A task chooses one in its
        model-metadata.yaml, such as environment: nlp-tools, or a version of it: nlp-tools@2.
      </Text>
      {makes ? (
        <NewEnvironment />
      ) : (
        <Text size="sm">Building an image runs what its Dockerfile says: administrators make environments.</Text>
      )}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Custom environments"
            rows={items}
            more={nextCursor !== null}
            columns={columns}
            rowKey={({ id }) => id}
            empty={
              <Empty>
                No custom environment yet. A first Dockerfile for Python: FROM debian:12-slim, then RUN apt-get update
                && apt-get install -y python3-pandas and what your tasks need besides.
              </Empty>
            }
          />
        )}
      </Loaded>
    </Stack>
  )
}

const NewEnvironment = () => {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  return (
    <>
      <TextInput
        label="Name of a new environment"
        description="Letters, digits, dots, underscores and hyphens; tasks call it so"
        value={name}
        maxLength={100}
        maw={480}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <UploadEnvironment
        label="Upload environment"
        words="Drop a folder with a Dockerfile here."
        send={async (sender, files, signal) => {
          const { environment } = await sender.upload('uploadEnvironment', {
            fields: { name: name.trim() },
            files,
            signal,
          })
          await navigate({ to: '/environments/$id', params: { id: environment.id } })
          return `${environment.name} is being built.`
        }}
      />
    </>
  )
}
