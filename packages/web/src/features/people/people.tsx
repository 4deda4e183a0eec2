import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import type { Member } from '@modelsmith/api'
import { type Role, roles } from '@modelsmith/domain'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useSession } from '../../app/session.tsx'
import { useAction } from '../../ui/action.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'
import { SecretNote } from './secret-note.tsx'

const roleWords: Readonly<Record<Role, string>> = {
  administrator: 'Administrator',
  member: 'Member',
  viewer: 'Viewer',
  service: 'Service account',
}
const roleChoices = roles.map((role) => ({ value: role, label: roleWords[role] }))

type Invited = { readonly name: string; readonly secret: string; readonly mailed: boolean }

/** Where somebody accepts an invitation. */
const addressOf = (secret: string): string => `${location.origin}/#invitation=${secret}`

/** Everybody in the organisation. */
export const People = () => {
  const query = useCall('listPeople', { query: { limit: 200 } })
  const { person } = useSession()
  const administers = person.role === 'administrator'
  const [invitation, setInvitation] = useState<Invited>()
  const [leaving, setLeaving] = useState<Member>()
  const change = useAction()
  const refresh = useRefresh()
  const invite = (member: Member) =>
    void change.run(async () => {
      const { secret, mailed } = await client.call('invitePerson', { params: { id: member.id } })
      setInvitation({ name: member.name, secret, mailed })
      await refresh()
    })
  const reactivate = (member: Member) =>
    void change.run(async () => {
      const { invitation: made } = await client.call('reactivatePerson', { params: { id: member.id } })
      setInvitation(made === null ? undefined : { name: member.name, secret: made.secret, mailed: made.mailed })
      await refresh()
      return `${member.name} is active again.`
    })
  return (
    <Stack gap="lg">
      {administers ? <AddPerson onInvitation={setInvitation} /> : null}
      {invitation === undefined ? null : (
        <SecretNote
          title={
            invitation.mailed
              ? `This address was sent to ${invitation.name}: it lets them choose a password, once, within a week.`
              : `Send ${invitation.name} this address: it lets them choose a password, once, within a week.`
          }
          secret={addressOf(invitation.secret)}
        />
      )}
      {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="People"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ id }) => id}
            empty={<Empty>Nobody is here.</Empty>}
            columns={[
              { key: 'name', title: 'Name', value: ({ name }) => name, cell: ({ name }) => name },
              { key: 'email', title: 'E-mail address', value: ({ email }) => email, cell: ({ email }) => email ?? '–' },
              {
                key: 'role',
                title: 'Role',
                value: ({ role }) => roleWords[role],
                cell: (member) =>
                  administers && member.state !== 'deactivated' && member.role !== 'service' ? (
                    <Select
                      size="xs"
                      w={150}
                      aria-label={`Role of ${member.name}`}
                      data={roleChoices.filter(({ value }) => value !== 'service')}
                      value={member.role}
                      allowDeselect={false}
                      onChange={(role) =>
                        void change.run(async () => {
                          await client.call('changePerson', {
                            params: { id: member.id },
                            body: { role: role as Role },
                            ifMatch: member.version,
                          })
                          await refresh()
                        })
                      }
                    />
                  ) : (
                    roleWords[member.role]
                  ),
              },
              {
                key: 'groups',
                title: 'Groups',
                value: ({ groups }) => groups.map(({ name }) => name).join(', '),
                cell: ({ groups }) => (groups.length === 0 ? '–' : groups.map(({ name }) => name).join(', ')),
              },
              { key: 'state', title: 'State', value: ({ state }) => state, cell: ({ state }) => state },
              ...(administers
                ? [
                    {
                      key: 'action',
                      title: 'Action',
                      cell: (member: Member) =>
                        member.id === person.id ? null : member.state === 'deactivated' ? (
                          <Button
                            size="xs"
                            variant="default"
                            aria-label={`Reactivate ${member.name}`}
                            onClick={() => reactivate(member)}
                          >
                            Reactivate
                          </Button>
                        ) : (
                          <Group gap="xs" wrap="nowrap">
                            {member.role === 'service' ? null : (
                              <Button
                                size="xs"
                                variant="default"
                                aria-label={`Invite ${member.name}`}
                                onClick={() => invite(member)}
                              >
                                Invite
                              </Button>
                            )}
                            <Button
                              size="xs"
                              variant="default"
                              aria-label={`Deactivate ${member.name}`}
                              onClick={() => setLeaving(member)}
                            >
                              Deactivate
                            </Button>
                          </Group>
                        ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Loaded>
      {leaving === undefined ? null : (
        <Deactivate member={leaving} people={query.data?.items ?? []} onClose={() => setLeaving(undefined)} />
      )}
    </Stack>
  )
}

type AddPersonProps = { readonly onInvitation: (invitation: Invited | undefined) => void }

const AddPerson = ({ onInvitation }: AddPersonProps) => {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('member')
  const adding = useAction()
  const refresh = useRefresh()
  const isService = role === 'service'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void adding.run(async () => {
      const { invitation } = await client.call('createPerson', {
        body: { name: name.trim(), role, ...(isService ? {} : { email: email.trim() }) },
      })
      onInvitation(
        invitation === null ? undefined : { name: name.trim(), secret: invitation.secret, mailed: invitation.mailed },
      )
      setName('')
      setEmail('')
      await refresh()
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="end">
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          {isService ? null : (
            <TextInput
              label="E-mail address"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              required
            />
          )}
          <Select
            label="Role in the organisation"
            data={roleChoices}
            value={role}
            allowDeselect={false}
            onChange={(chosen) => setRole((chosen ?? 'member') as Role)}
          />
          <Button type="submit" loading={adding.busy}>
            {isService ? 'Add service account' : 'Add person'}
          </Button>
        </Group>
        {adding.problem === undefined ? null : <ErrorPanel error={adding.problem} />}
      </Stack>
    </form>
  )
}

type DeactivateProps = {
  readonly member: Member
  readonly people: readonly Member[]
  readonly onClose: () => void
}

const Deactivate = ({ member, people, onClose }: DeactivateProps) => {
  const [successor, setSuccessor] = useState<string | null>(null)
  const action = useAction()
  const refresh = useRefresh()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const done = await action.run(async () => {
      await client.call('deactivatePerson', {
        params: { id: member.id },
        body: successor === null ? {} : { successor },
      })
      await refresh()
      return `${member.name} is deactivated.`
    })
    if (done) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={`Deactivate ${member.name}`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">Sessions and API tokens end at once. What {member.name} owns goes to the successor.</Text>
          <Select
            label="Successor"
            placeholder="Needed where something is owned"
            searchable
            clearable
            data={people
              .filter(({ id, state, role }) => id !== member.id && state !== 'deactivated' && role !== 'service')
              .map(({ id, name }) => ({ value: id, label: name }))}
            value={successor}
            onChange={setSuccessor}
          />
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={action.busy}>
              Deactivate {member.name}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
