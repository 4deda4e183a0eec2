import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core'
import type { RegisteredModel } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'
import { ImportArchive } from './import-archive.tsx'

const columns: readonly TableColumn<RegisteredModel>[] = [
  {
    key: 'name',
    title: 'Model',
    value: ({ name, alias }) => `${name} ${alias}`,
    cell: ({ id, name, alias }) => (
      <>
        <LinkText to="/registered-models/$id" params={{ id }}>
          {name}
        </LinkText>
        {alias === '' ? '' : ` (${alias})`}
      </>
    ),
  },
  {
    key: 'latest',
    title: 'Latest release',
    value: ({ latestRelease }) => latestRelease?.number ?? null,
    cell: ({ latestRelease }) => (latestRelease === null ? '–' : `${latestRelease.number}, ${latestRelease.algorithm}`),
  },
  {
    key: 'experiments',
    title: 'Experiments',
    numeric: true,
    value: ({ experiments }) => experiments,
    cell: ({ experiments }) => experiments,
  },
  {
    key: 'sensitivity',
    title: 'Seen by',
    value: ({ sensitivity }) => sensitivity,
    cell: ({ sensitivity }) => (sensitivity === 'private' ? 'whom it is shared with' : 'everybody'),
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'updated',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

/** Models that come from elsewhere: lines of releases of uploaded files. */
export const RegisteredModels = () => {
  const query = useCall('listRegisteredModels', { query: { limit: 200 } })
  const [open, setOpen] = useState(false)
  const create = (
    <IfMayCreate kind="registeredModel">
      <Group>
        <Button onClick={() => setOpen(true)}>Register model</Button>
        <ImportArchive />
      </Group>
    </IfMayCreate>
  )
  return (
    <Stack>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? null : create}
            <DataTable
              label="Registered models"
              rows={items}
              more={nextCursor !== null}
              columns={columns}
              rowKey={({ id }) => id}
              empty={
                <Empty action={create}>
                  No model is hosted yet. Bring a finished file of scikit-learn, Spark MLlib, LightGBM, XGBoost or
                  MLflow: it is read, never executed, and answers natively.
                </Empty>
              }
            />
          </>
        )}
      </Loaded>
      {open ? <RegisterDialog onClose={() => setOpen(false)} /> : null}
    </Stack>
  )
}

const RegisterDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [name, setName] = useState('')
  const [alias, setAlias] = useState('')
  const [description, setDescription] = useState('')
  const [sensitivity, setSensitivity] = useState<RegisteredModel['sensitivity']>('private')
  const action = useAction()
  const navigate = useNavigate()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(async () => {
      const body = { name: name.trim(), alias: alias.trim(), description, sensitivity }
      const made = await client.call('createRegisteredModel', { body })
      await navigate({ to: '/registered-models/$id', params: { id: made.id } })
    })
  }
  return (
    <Modal opened onClose={onClose} title="Register a model">
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="Scene" value="Custom" readOnly description="A model of your own making" />
          <TextInput
            label="Name"
            required
            maxLength={255}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label="Alias"
            description="A short name for pages, in any language"
            maxLength={64}
            value={alias}
            onChange={(event) => setAlias(event.currentTarget.value)}
          />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            maxLength={10_000}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Select
            label="Seen by"
            data={[
              { value: 'private', label: 'Whom it is shared with (private)' },
              { value: 'public', label: 'The whole organisation (public)' },
            ]}
            value={sensitivity}
            allowDeselect={false}
            onChange={(value) => setSensitivity(value === 'public' ? 'public' : 'private')}
          />
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={action.busy} disabled={name.trim() === ''}>
              Register model
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
