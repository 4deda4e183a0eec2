import { Button, Code, CopyButton, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'

/** As people compare it, and as it fits a narrow page. */
const grouped = (fingerprint: string): string => fingerprint.replace(/(.{8})(?=.)/g, '$1 ')

/** The key of this installation, and those of the others whose archives are taken here. */
export const TrustedInstallations = () => (
  <Stack gap="xl">
    <OwnKey />
    <Trusted />
  </Stack>
)

const OwnKey = () => {
  const query = useCall('getSigningKey')
  return (
    <Stack gap="sm" maw={720}>
      <Title order={2}>Key of this installation</Title>
      <Text size="sm">
        Releases are saved as archives that are signed with it. Whoever imports them elsewhere adds the public key
        there.
      </Text>
      <Loaded query={query} rows={1}>
        {({ publicKey, fingerprint }) => (
          <>
            <Group>
              <Code>{publicKey}</Code>
              <CopyButton value={publicKey}>
                {({ copied, copy }) => (
                  <Button size="xs" variant="default" onClick={copy}>
                    {copied ? 'Copied' : 'Copy key'}
                  </Button>
                )}
              </CopyButton>
            </Group>
            <Text size="sm" c="dimmed">
              Fingerprint (SHA-256): {grouped(fingerprint)}
            </Text>
          </>
        )}
      </Loaded>
    </Stack>
  )
}

const Trusted = () => {
  const query = useCall('listTrustedInstallations', { query: { limit: 200 } })
  const [name, setName] = useState('')
  const [publicKey, setPublicKey] = useState('')
  const add = useAction()
  const remove = useAction()
  const refresh = useRefresh()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void add.run(async () => {
      const body = { name: name.trim(), publicKey: publicKey.trim() }
      await client.call('addTrustedInstallation', { body })
      setName('')
      setPublicKey('')
      await refresh()
      return `Archives of “${body.name}” are taken from now on.`
    })
  }
  return (
    <Stack gap="sm">
      <Title order={2}>Trusted installations</Title>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={720}>
          <Text size="sm">
            Compare the fingerprint with somebody who knows the other installation before you trust its key.
          </Text>
          <TextInput
            label="Name"
            required
            maxLength={255}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Public key"
            description="44 characters, as the other installation shows them"
            required
            value={publicKey}
            onChange={(event) => setPublicKey(event.currentTarget.value)}
          />
          {add.problem === undefined ? null : <ErrorPanel error={add.problem} />}
          <Button
            type="submit"
            w="fit-content"
            loading={add.busy}
            disabled={name.trim() === '' || publicKey.trim() === ''}
          >
            Trust installation
          </Button>
        </Stack>
      </form>
      {remove.problem === undefined ? null : <ErrorPanel error={remove.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Trusted installations"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ id }) => id}
            empty={<Empty>No other installation is trusted: no archive is taken.</Empty>}
            columns={[
              { key: 'name', title: 'Name', value: (row) => row.name, cell: (row) => row.name },
              {
                key: 'fingerprint',
                title: 'Fingerprint (SHA-256)',
                cell: ({ fingerprint }) => <Code>{grouped(fingerprint)}</Code>,
              },
              { key: 'by', title: 'Added by', cell: ({ addedBy }) => addedBy.name },
              {
                key: 'at',
                title: 'Added',
                value: ({ addedAt }) => addedAt,
                cell: ({ addedAt }) => <Ago at={addedAt} />,
              },
              {
                key: 'remove',
                title: 'Action',
                cell: (row) => (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Remove ${row.name}`}
                    onClick={() =>
                      void remove.run(async () => {
                        await client.call('removeTrustedInstallation', { params: { id: row.id } })
                        await refresh()
                        return `No further archive of “${row.name}” is taken.`
                      })
                    }
                  >
                    Remove
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
