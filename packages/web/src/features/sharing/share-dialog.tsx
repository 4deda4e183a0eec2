import { ActionIcon, Badge, Button, Group, Modal, Select, Stack, Table, Text } from '@mantine/core'
import type { Access, Share } from '@modelsmith/api'
import type { ObjectRole } from '@modelsmith/domain'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useSession } from '../../app/session.tsx'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'
import { kindWords, roleWords } from './sharing-words.ts'

const choices = (['consumer', 'editor', 'owner'] as const).map((role) => ({ value: role, label: roleWords[role] }))

type ShareDialogProps = { readonly access: Access; readonly onClose: () => void }

/** Who has which role on an object; whoever owns it gives roles and takes them back. */
export const ShareDialog = ({ access, onClose }: ShareDialogProps) => {
  const { id, name, kind, actions } = access
  const query = useCall('listShares', { params: { id } })
  const refresh = useRefresh()
  const change = useAction()
  const mayShare = actions.includes('share')
  const act = (work: () => Promise<unknown>) =>
    void change.run(async () => {
      await work()
      await refresh()
    })
  return (
    <Modal opened onClose={onClose} title={`Share the ${kindWords[kind]} “${name}”`} size="lg">
      <Stack>
        {mayShare ? <GiveRole id={id} onGive={act} busy={change.busy} /> : null}
        {change.problem === undefined ? null : <ErrorPanel error={change.problem} />}
        <Loaded query={query} rows={3}>
          {({ items }) => (
            <section className="scroll" tabIndex={0} aria-label="People with a role">
              <Table verticalSpacing="xs">
                <Table.Tbody>
                  {items.map((share) => (
                    <ShareRow
                      key={`${share.grantee.id} ${share.from?.id}`}
                      share={share}
                      mayShare={mayShare}
                      onRole={(role) =>
                        act(() => client.call('share', { params: { id }, body: { grantee: share.grantee.id, role } }))
                      }
                      onRemove={() =>
                        act(() => client.call('unshare', { params: { id }, query: { grantee: share.grantee.id } }))
                      }
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          )}
        </Loaded>
        <Text size="sm" c="dimmed">
          Consumers see and use it, editors change it too, and owners share and delete it.{' '}
          {kind === 'project' || kind === 'blueprint'
            ? 'Whoever sees it works with the custom tasks in it and their environments, without seeing them.'
            : 'Nobody else sees it, but the administrators of the organisation.'}
        </Text>
      </Stack>
    </Modal>
  )
}

type ShareRowProps = {
  readonly share: Share
  readonly mayShare: boolean
  readonly onRole: (role: ObjectRole) => void
  readonly onRemove: () => void
}

const ShareRow = ({ share: { grantee, role, from }, mayShare, onRole, onRemove }: ShareRowProps) => {
  const { person } = useSession()
  const isMine = grantee.id === person.id
  const fixed = from !== null || !mayShare
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {grantee.name}
        {isMine ? ' (you)' : ''}
        {grantee.kind === 'person' ? null : (
          <Badge variant="default" tt="none" fw={500} ml="xs">
            {grantee.kind === 'group' ? 'group' : 'everybody'}
          </Badge>
        )}
      </Table.Th>
      <Table.Td>
        {fixed ? (
          <Text size="sm">
            {roleWords[role]}
            {from === null ? '' : `, of the ${kindWords[from.kind]} “${from.name}”`}
          </Text>
        ) : (
          <Select
            size="xs"
            aria-label={`Role of ${grantee.name}`}
            data={grantee.kind === 'person' ? choices : choices.filter(({ value }) => value !== 'owner')}
            value={role}
            allowDeselect={false}
            onChange={(chosen) => (chosen === null || chosen === role ? undefined : onRole(chosen as ObjectRole))}
          />
        )}
      </Table.Td>
      <Table.Td>
        {from === null && (mayShare || isMine) ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={isMine ? 'Give up my role' : `Remove ${grantee.name}`}
            onClick={onRemove}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        ) : null}
      </Table.Td>
    </Table.Tr>
  )
}

type GiveRoleProps = {
  readonly id: string
  readonly busy: boolean
  readonly onGive: (work: () => Promise<unknown>) => void
}

const GiveRole = ({ id, busy, onGive }: GiveRoleProps) => {
  const { person } = useSession()
  const people = useCall('listPeople', { query: { limit: 200 } })
  const groups = useCall('listGroups', { query: { limit: 200 } })
  const [grantee, setGrantee] = useState<string | null>(null)
  const [role, setRole] = useState<ObjectRole>('consumer')
  const data = [
    {
      group: 'Everybody',
      items: [{ value: person.organisation.id, label: `Everybody in ${person.organisation.name}` }],
    },
    { group: 'Groups', items: (groups.data?.items ?? []).map(({ id: value, name: label }) => ({ value, label })) },
    {
      group: 'People',
      items: (people.data?.items ?? [])
        .filter(({ id: value, state }) => state !== 'deactivated' && value !== person.id)
        .map(({ id: value, name, email }) => ({ value, label: email === null ? name : `${name} (${email})` })),
    },
  ]
  return (
    <Group align="end" gap="sm">
      <Select
        label="Share with"
        placeholder="Name of a person or group"
        searchable
        flex={1}
        miw={200}
        data={data.filter(({ items }) => items.length > 0)}
        value={grantee}
        onChange={setGrantee}
      />
      <Select
        label="Role"
        w={130}
        data={choices}
        value={role}
        allowDeselect={false}
        onChange={(chosen) => setRole((chosen ?? 'consumer') as ObjectRole)}
      />
      <Button
        disabled={grantee === null}
        loading={busy}
        onClick={() =>
          onGive(async () => {
            await client.call('share', { params: { id }, body: { grantee: grantee ?? '', role } })
            setGrantee(null)
          })
        }
      >
        Share
      </Button>
    </Group>
  )
}
