import { Button, Group, MultiSelect, Stack, TextInput } from '@mantine/core'
import type { PersonGroup } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useSession } from '../../app/session.tsx'
import { useAction } from '../../ui/action.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'

/** Groups of people, to which things are shared as to one. */
export const Groups = () => {
  const query = useCall('listGroups', { query: { limit: 200 } })
  const { person } = useSession()
  const administers = person.role === 'administrator'
  const [name, setName] = useState('')
  const change = useAction()
  const refresh = useRefresh()
  const create = (event: FormEvent) => {
    event.preventDefault()
    void change.run(async () => {
      await client.call('createGroup', { body: { name: name.trim() } })
      setName('')
      await refresh()
    })
  }
  const remove = ({ id, version, name: called }: PersonGroup) =>
    void change.run(async () => {
      await client.call('deleteGroup', { params: { id }, ifMatch: version })
      await refresh()
      return `The group “${called}” is gone.`
    })
  return (
    <Stack gap="lg">
      {administers ? (
        <form onSubmit={create}>
          <Group align="end">
            <TextInput
              label="Name of a new group"
              value={name}
              maxLength={255}
              onChange={(event) => setName(event.currentTarget.value)}
              required
            />
            <Button type="submit" loading={change.busy}>
              Create group
            </Button>
          </Group>
        </form>
      ) : null}
      {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Groups"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ id }) => id}
            empty={<Empty>There is no group. With one, things are shared with many people at once.</Empty>}
            columns={[
              { key: 'name', title: 'Name', value: (group) => group.name, cell: (group) => group.name },
              {
                key: 'members',
                title: 'People',
                wide: true,
                cell: (group) =>
                  administers ? (
                    <Members key={group.version} group={group} />
                  ) : (
                    group.members.map((member) => member.name).join(', ')
                  ),
              },
              ...(administers
                ? [
                    {
                      key: 'action',
                      title: 'Action',
                      cell: (group: PersonGroup) => (
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={`Delete ${group.name}`}
                          onClick={() => remove(group)}
                        >
                          Delete
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}

const Members = ({ group }: { readonly group: PersonGroup }) => {
  const people = useCall('listPeople', { query: { limit: 200 } })
  const refresh = useRefresh()
  const change = useAction()
  const active = (people.data?.items ?? []).filter(({ state }) => state !== 'deactivated')
  return (
    <Stack gap="xs">
      <MultiSelect
        aria-label={`People of ${group.name}`}
        searchable
        placeholder={group.members.length === 0 ? 'Nobody yet' : ''}
        data={active.map(({ id, name }) => ({ value: id, label: name }))}
        value={group.members.map(({ id }) => id)}
        onChange={(members) =>
          void change.run(async () => {
            await client.call('changeGroup', { params: { id: group.id }, body: { members }, ifMatch: group.version })
            await refresh()
          })
        }
      />
      {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
    </Stack>
  )
}
