import type { BodyOf, Endpoints, Member, PersonGroup } from '@modelsmith/api'
import { type Action, may } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { noteMade, noteSubject } from '../../infra/audit/recording.ts'
import type { Mail } from '../../infra/mail.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { insertPerson, linkOf, newInvitationSecret, sha256 } from '../accounts/index.ts'
import { peopleError } from './errors.ts'
import * as store from './store.ts'

type NewMember = BodyOf<Endpoints['createPerson']>
type NewGroup = BodyOf<Endpoints['createGroup']>

type Invited = { readonly name: string; readonly email: string }
type Made = { readonly secret: string; readonly expiresAt: string }

/** People and groups of an organisation. */
export const createPeople = ({ database, settings }: Pick<Context, 'database' | 'settings'>, mail?: Mail) => {
  /** Somebody of the caller's organisation, to whom the caller may do this. */
  const member = async (queries: Queries, caller: Caller, action: Action, id: string): Promise<store.MemberRow> => {
    const row = await store.findMember(queries, caller.organisation, id)
    const reference = { kind: 'person', owner: id, organisation: caller.organisation } as const
    if (row !== undefined)
      noteSubject({ kind: 'person', id, name: row.name }, { name: row.name, email: row.email, role: row.role })
    if (row === undefined || !may(caller, 'view', reference))
      throw infraError('object.notFound', { kind: 'person', id })
    if (!may(caller, action, reference))
      throw infraError('object.forbidden', { action, kind: 'person', name: row.name })
    return row
  }

  const group = async (queries: Queries, caller: Caller, action: Action, id: string): Promise<store.GroupRow> => {
    const row = await store.findGroup(queries, caller.organisation, id)
    if (row === undefined) throw infraError('object.notFound', { kind: 'group', id })
    const { name, description, members } = row
    noteSubject({ kind: 'group', id, name }, { name, description, members })
    demand(caller, action, 'group', name)
    return row
  }

  const demand = (caller: Caller, action: Action, kind: 'person' | 'group', name = 'new'): void => {
    if (!may(caller, action, { kind, owner: '', organisation: caller.organisation }))
      throw infraError('object.forbidden', { action, kind, name })
  }

  const demandAdministrator = async (queries: Queries, caller: Caller, { id, name, role }: store.MemberRow) => {
    if (role === 'administrator' && (await store.otherAdministrators(queries, caller.organisation, id)) === 0)
      throw peopleError('person.lastAdministrator', { name })
  }

  const invite = async (queries: Queries, person: string) => {
    const secret = newInvitationSecret()
    const expiresAt = await store.insertInvitation(queries, person, sha256(secret))
    return { secret, expiresAt: expiresAt.toISOString() }
  }

  /** Sends the invitation where mail is set up; who invited has its secret either way. */
  const mailed = async <I extends Made>(caller: Caller, { name, email }: Invited, invitation: I) => ({
    ...invitation,
    mailed:
      mail !== undefined &&
      (await mail({
        to: email,
        subject: `${caller.person.name} invites you to Modelsmith`,
        text: `Hello ${name},\n\n${caller.person.name} of ${caller.person.organisation.name} invites you to Modelsmith. Choose a password within a week at\n\n${linkOf(settings.address, invitation.secret)}\n`,
      })),
  })

  const demandName = async (queries: Queries, caller: Caller, name: string, but = ''): Promise<void> => {
    if (await store.isGroupTaken(queries, caller.organisation, name, but)) throw peopleError('group.taken', { name })
  }

  const setMembers = async (queries: Queries, caller: Caller, id: string, people: readonly string[]): Promise<void> => {
    const active = new Set(await store.activeOf(queries, caller.organisation, people))
    const unknown = people.find((person) => !active.has(person))
    if (unknown !== undefined) throw infraError('object.notFound', { kind: 'person', id: unknown })
    await store.setMembers(queries, id, [...active])
  }

  const read = async (caller: Caller, id: string): Promise<Member> =>
    store.toMember(await member(database, caller, 'view', id))
  const readGroup = async (caller: Caller, id: string): Promise<PersonGroup> =>
    store.toGroup(await group(database, caller, 'view', id))

  return {
    read,
    readGroup,

    async create(caller: Caller, { name, email, role }: NewMember) {
      demand(caller, 'create', 'person')
      if ((role === 'service') !== (email === undefined)) throw peopleError('person.email', { role })
      const id = newId('person')
      const invitation = await database.transaction(async (queries) => {
        await store.lockPeople(queries, caller.organisation)
        const address = email?.trim().toLowerCase() ?? id
        if (await store.isEmailTaken(queries, address)) throw peopleError('person.taken', { email: address })
        const { organisation, workspace } = caller
        await insertPerson(queries, { id, organisation, workspace, email: address, name, role, passwordHash: null })
        noteMade({ kind: 'person', id, name })
        return role === 'service' ? null : invite(queries, id)
      })
      return {
        person: await read(caller, id),
        invitation:
          invitation === null || email === undefined ? null : await mailed(caller, { name, email }, invitation),
      }
    },

    async change(caller: Caller, id: string, body: BodyOf<Endpoints['changePerson']>, seen: number): Promise<Member> {
      await database.transaction(async (queries) => {
        await store.lockPeople(queries, caller.organisation)
        const row = await member(queries, caller, body.role === undefined ? 'edit' : 'administer', id)
        const { name = row.name, role = row.role } = body
        if ((role === 'service') !== (row.role === 'service')) throw peopleError('person.role', {})
        if (role !== 'administrator') await demandAdministrator(queries, caller, row)
        if ((await store.changeMember(queries, id, seen, { name, role })) === 0)
          throw infraError('object.changed', {
            seen: seen < 0 ? 'another version' : `version ${seen}`,
            now: row.version,
          })
      })
      return read(caller, id)
    },

    async invite(caller: Caller, id: string) {
      const { row, invitation } = await database.transaction(async (queries) => {
        const row = await member(queries, caller, 'administer', id)
        if (row.deactivated || row.role === 'service') throw peopleError('person.deactivated', { name: row.name })
        return { row, invitation: await invite(queries, id) }
      })
      return mailed(caller, row, invitation)
    },

    async reactivate(caller: Caller, id: string) {
      const { row, invitation } = await database.transaction(async (queries) => {
        await store.lockPeople(queries, caller.organisation)
        const row = await member(queries, caller, 'administer', id)
        if (!row.deactivated) throw peopleError('person.active', { name: row.name })
        await store.letIn(queries, id)
        return { row, invitation: row.role === 'service' ? null : await invite(queries, id) }
      })
      return {
        person: await read(caller, id),
        invitation: invitation === null ? null : await mailed(caller, row, invitation),
      }
    },

    async deactivate(caller: Caller, id: string, successor: string | undefined): Promise<Member> {
      await database.transaction(async (queries) => {
        await store.lockPeople(queries, caller.organisation)
        const row = await member(queries, caller, 'administer', id)
        await demandAdministrator(queries, caller, row)
        if (successor !== undefined) {
          const [next] = await store.activeOf(queries, caller.organisation, [successor])
          if (next === undefined || next === id) throw infraError('object.notFound', { kind: 'person', id: successor })
          await store.handOver(queries, id, next, caller.id)
        }
        const count = await store.countOwned(queries, id)
        if (successor === undefined && count > 0) throw peopleError('person.successor', { name: row.name, count })
        await store.shutOut(queries, id)
      })
      return read(caller, id)
    },

    async createGroup(caller: Caller, { name, description = '', members = [] }: NewGroup): Promise<PersonGroup> {
      demand(caller, 'create', 'group')
      const id = newId('group')
      await database.transaction(async (queries) => {
        await store.lockPeople(queries, caller.organisation)
        await demandName(queries, caller, name)
        await store.insertGroup(queries, { id, organisation: caller.organisation, name, description })
        await setMembers(queries, caller, id, members)
        noteMade({ kind: 'group', id, name })
      })
      return readGroup(caller, id)
    },

    async changeGroup(caller: Caller, id: string, body: BodyOf<Endpoints['changeGroup']>, seen: number) {
      await database.transaction(async (queries) => {
        await store.lockPeople(queries, caller.organisation)
        const row = await group(queries, caller, 'edit', id)
        const { name = row.name, description = row.description, members } = body
        await demandName(queries, caller, name, id)
        if ((await store.changeGroup(queries, id, seen, { name, description })) === 0)
          throw infraError('object.changed', {
            seen: seen < 0 ? 'another version' : `version ${seen}`,
            now: row.version,
          })
        if (members !== undefined) await setMembers(queries, caller, id, members)
      })
      return readGroup(caller, id)
    },

    async deleteGroup(caller: Caller, id: string, seen: number): Promise<void> {
      await database.transaction(async (queries) => {
        const row = await group(queries, caller, 'delete', id)
        if (!(await store.deleteGroup(queries, id, seen)))
          throw infraError('object.changed', {
            seen: seen < 0 ? 'another version' : `version ${seen}`,
            now: row.version,
          })
      })
    },
  }
}

export type People = ReturnType<typeof createPeople>
