import { Button, Checkbox, Code, Group, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import type { Credential } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { Loaded } from '../../ui/page.tsx'
import { IfMayCreate, ShareButton } from '../sharing/index.ts'

const types = [
  { value: 'database', label: 'Database' },
  { value: 's3', label: 'S3' },
  { value: 'kafka', label: 'Kafka' },
  { value: 'mail', label: 'Mail' },
  { value: 'other', label: 'Other' },
] as const
const labelOf = (type: Credential['type']): string => types.find(({ value }) => value === type)?.label ?? type

/** What one usually needs; fields may be added. */
const usual: Readonly<Record<Credential['type'], readonly string[]>> = {
  database: ['host', 'user', 'password'],
  s3: ['accessKeyId', 'secretAccessKey', 'region', 'endpoint', 'bucket', 'pathStyle'],
  kafka: ['brokers', 'user', 'password'],
  mail: ['host', 'user', 'password'],
  other: ['value'],
}

/** Credentials: what they are for and whom they reach, never what they are. */
export const Credentials = () => {
  const query = useCall('listCredentials', { query: { limit: 200 } })
  const [chosen, setChosen] = useState<string>()
  return (
    <Stack gap="lg">
      <IfMayCreate kind="credential">
        <NewCredential />
      </IfMayCreate>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            <DataTable
              label="Credentials"
              rows={items}
              more={nextCursor !== null}
              rowKey={({ id }) => id}
              empty={
                <Empty>
                  No credential yet. One that is granted to a task reaches its hooks as environment variables.
                </Empty>
              }
              columns={[
                { key: 'name', title: 'Name', value: ({ name }) => name, cell: ({ name }) => name },
                { key: 'type', title: 'For', value: ({ type }) => type, cell: ({ type }) => labelOf(type) },
                { key: 'fields', title: 'Fields', cell: ({ fieldNames }) => <Code>{fieldNames.join(', ')}</Code> },
                { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
                { key: 'key', title: 'Key', cell: ({ keyId }) => <Code>{keyId}</Code> },
                {
                  key: 'updated',
                  title: 'Changed',
                  value: ({ updatedAt }) => updatedAt,
                  cell: ({ updatedAt }) => <Ago at={updatedAt} />,
                },
                {
                  key: 'action',
                  title: 'Action',
                  cell: (credential) => (
                    <Actions
                      credential={credential}
                      onGrants={() => setChosen(chosen === credential.id ? undefined : credential.id)}
                    />
                  ),
                },
              ]}
            />
            {items
              .filter(({ id }) => id === chosen)
              .map((credential) => (
                <Grants key={credential.id} credential={credential} />
              ))}
          </>
        )}
      </Loaded>
    </Stack>
  )
}

const Actions = ({ credential, onGrants }: { readonly credential: Credential; readonly onGrants: () => void }) => {
  const refresh = useRefresh()
  const { id, name, version, grants } = credential
  const words = grants === 1 ? '1 task' : `${grants} tasks`
  return (
    <Group gap="xs" wrap="nowrap">
      <Button size="xs" variant="default" onClick={onGrants} aria-label={`${words} of ${name}`}>
        {words}
      </Button>
      <ObjectMenu
        kind="credential"
        name={name}
        onDelete={async () => {
          await client.call('deleteCredential', { params: { id }, ifMatch: version })
          await refresh()
        }}
      />
    </Group>
  )
}

const NewCredential = () => {
  const refresh = useRefresh()
  const action = useAction()
  const [name, setName] = useState('')
  const [type, setType] = useState<Credential['type']>('database')
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(async () => {
      const fields = Object.fromEntries(usual[type].flatMap((field) => (values[field] ? [[field, values[field]]] : [])))
      await client.call('createCredential', { body: { name, type, fields } })
      setName('')
      setValues({})
      await refresh()
      return `“${name}” is kept. Nobody can read its values here again.`
    })
  }
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="sm">
        <Group align="end">
          <TextInput
            label="Name of a new credential"
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <Select
            label="For"
            data={types}
            value={type}
            allowDeselect={false}
            onChange={(value) => setType((value ?? 'other') as Credential['type'])}
          />
        </Group>
        <Group align="end">
          {usual[type].map((field) => (
            <PasswordInput
              key={field}
              label={field}
              value={values[field] ?? ''}
              autoComplete="new-password"
              w={220}
              onChange={(event) => setValues({ ...values, [field]: event.currentTarget.value })}
            />
          ))}
          <Button type="submit" loading={action.busy}>
            Keep credential
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          Fields that are left empty are not kept. Others are set with the command, from standard input.
        </Text>
        {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      </Stack>
    </form>
  )
}

const Grants = ({ credential }: { readonly credential: Credential }) => {
  const params = { id: credential.id }
  const query = useCall('listCredentialGrants', { params })
  const tasks = useCall('listTasks', { query: { limit: 200 } })
  const refresh = useRefresh()
  const action = useAction()
  const [version, setVersion] = useState<string | null>(null)
  const [prefix, setPrefix] = useState('')
  const [predictions, setPredictions] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(async () => {
      await client.call('grantCredential', { params, body: { taskVersionId: version ?? '', prefix, predictions } })
      await refresh()
    })
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>Tasks that “{credential.name}” reaches</Title>
        <ShareButton id={credential.id} />
      </Group>
      <form onSubmit={submit}>
        <Group align="end">
          <Select
            label="Task, its latest version"
            data={(tasks.data?.items ?? []).map(({ name, latest }) => ({ value: latest.id, label: name }))}
            value={version}
            onChange={setVersion}
            searchable
            required
          />
          <TextInput
            label="Prefix of the variables"
            placeholder="WAREHOUSE"
            value={prefix}
            onChange={(event) => setPrefix(event.currentTarget.value)}
            required
          />
          <Checkbox
            label="Also where models predict"
            checked={predictions}
            onChange={(event) => setPredictions(event.currentTarget.checked)}
            pb={8}
          />
          <Button type="submit" variant="default" loading={action.busy} disabled={version === null}>
            Grant to task
          </Button>
        </Group>
      </form>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      <Loaded query={query} rows={2}>
        {({ items }) => (
          <DataTable
            label="Tasks of the credential"
            rows={items}
            rowKey={({ taskVersionId }) => taskVersionId}
            empty={<Empty>It reaches no task.</Empty>}
            columns={[
              { key: 'task', title: 'Task', value: ({ taskName }) => taskName, cell: ({ taskName }) => taskName },
              { key: 'version', title: 'Version', cell: ({ number }) => number },
              { key: 'variables', title: 'Variables', cell: ({ variables }) => <Code>{variables.join(', ')}</Code> },
              {
                key: 'where',
                title: 'Where',
                cell: ({ predictions: both }) => (both ? 'Trainings, predictions' : 'Trainings'),
              },
              { key: 'by', title: 'Granted by', cell: ({ grantedBy }) => grantedBy.name },
              {
                key: 'revoke',
                title: 'Action',
                cell: ({ taskName, taskVersionId }) => (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Revoke from ${taskName}`}
                    onClick={() =>
                      void action.run(async () => {
                        await client.call('revokeCredential', { params, query: { taskVersionId } })
                        await refresh()
                      })
                    }
                  >
                    Revoke
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}
