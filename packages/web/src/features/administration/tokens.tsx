import { Alert, Button, Code, CopyButton, Group, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core'
import { type TokenScope, tokenScopes } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'

/** How long a token is good for, in days. */
const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
]
const scopeWords: Readonly<Record<TokenScope, string>> = {
  read: 'Look and download',
  write: 'Make, change and delete',
  predict: 'Ask deployments',
  administer: 'People, roles and tokens',
}
const dayMs = 24 * 3600 * 1000
const endOf = (days: string): { expiresAt?: string } =>
  days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }

/** API tokens: for the terminal, for code, and for signing in. */
export const Tokens = () => {
  const query = useCall('listTokens', { query: { limit: 200 } })
  const refresh = useRefresh()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<TokenScope[]>([])
  const [days, setDays] = useState('90')
  const [secret, setSecret] = useState<string>()
  const create = useAction()
  const revoke = useAction()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void create.run(async () => {
      const made = await client.call('createToken', {
        body: { name, ...(scopes.length === 0 ? {} : { scopes }), ...endOf(days) },
      })
      setSecret(made.secret)
      setName('')
      await refresh()
    })
  }
  return (
    <Stack gap="lg">
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            label="Name of a new token"
            description="Where it will be used"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <MultiSelect
            label="Good for"
            searchable
            description="Left empty: all that you may do"
            miw={220}
            data={tokenScopes.map((value) => ({ value, label: scopeWords[value] }))}
            value={scopes}
            onChange={(chosen) => setScopes(chosen as TokenScope[])}
          />
          <Select
            label="Ends after"
            data={lifetimes}
            value={days}
            allowDeselect={false}
            onChange={(chosen) => setDays(chosen ?? '')}
          />
          <Button type="submit" loading={create.busy}>
            Create token
          </Button>
        </Group>
      </form>
      {create.problem === undefined ? null : <ErrorPanel error={create.problem} />}
      {secret === undefined ? null : (
        <Alert color="gray" variant="light" role="status" title="Copy the token now: it is not shown again.">
          <Group>
            <Code>{secret}</Code>
            <CopyButton value={secret}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy token'}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
      {revoke.problem === undefined ? null : <ErrorPanel error={revoke.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="API tokens"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ id }) => id}
            empty={<Empty>You have no token. Make one for the terminal or for code.</Empty>}
            columns={[
              { key: 'name', title: 'Name', value: (token) => token.name, cell: (token) => token.name },
              { key: 'prefix', title: 'Begins with', cell: ({ prefix }) => <Code>{prefix}</Code> },
              {
                key: 'scopes',
                title: 'Good for',
                cell: ({ scopes: good }) => (good === null ? 'everything' : good.join(', ')),
              },
              {
                key: 'created',
                title: 'Made',
                value: ({ createdAt }) => createdAt,
                cell: ({ createdAt }) => <Ago at={createdAt} />,
              },
              {
                key: 'used',
                title: 'Last used',
                value: ({ lastUsedAt }) => lastUsedAt,
                cell: ({ lastUsedAt }) =>
                  lastUsedAt === null ? <Text size="sm">never</Text> : <Ago at={lastUsedAt} />,
              },
              {
                key: 'expires',
                title: 'Ends',
                value: ({ expiresAt }) => expiresAt,
                cell: ({ expiresAt }) => (expiresAt === null ? <Text size="sm">never</Text> : <Ago at={expiresAt} />),
              },
              {
                key: 'revoke',
                title: 'Action',
                cell: (token) => (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Revoke ${token.name}`}
                    onClick={() =>
                      void revoke.run(async () => {
                        await client.call('deleteToken', { params: { id: token.id } })
                        await refresh()
                        return `The token “${token.name}” no longer works.`
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
