import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import type { People } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listPeople'
  | 'createPerson'
  | 'getPerson'
  | 'changePerson'
  | 'invitePerson'
  | 'deactivatePerson'
  | 'reactivatePerson'
  | 'listGroups'
  | 'createGroup'
  | 'getGroup'
  | 'changeGroup'
  | 'deleteGroup'

export const peopleRoutes = ({ database }: Context, people: People): Routes<Operations> => ({
  listPeople: async ({ caller, query }) => {
    const page = await pageOf(query, (after, limit) =>
      store.listMembers(database, caller.organisation, query.search, after, limit),
    )
    return { items: page.items.map(store.toMember), nextCursor: page.nextCursor }
  },
  createPerson: ({ caller, body }) => people.create(caller, body),
  getPerson: ({ caller, params }) => people.read(caller, params.id),
  changePerson: ({ caller, params, body, ifMatch }) => people.change(caller, params.id, body, ifMatch),
  invitePerson: ({ caller, params }) => people.invite(caller, params.id),
  deactivatePerson: ({ caller, params, body }) => people.deactivate(caller, params.id, body.successor),
  reactivatePerson: ({ caller, params }) => people.reactivate(caller, params.id),
  listGroups: async ({ caller, query }) => {
    const page = await pageOf(query, (after, limit) =>
      store.listGroups(database, caller.organisation, query.search, after, limit),
    )
    return { items: page.items.map(store.toGroup), nextCursor: page.nextCursor }
  },
  createGroup: ({ caller, body }) => people.createGroup(caller, body),
  getGroup: ({ caller, params }) => people.readGroup(caller, params.id),
  changeGroup: ({ caller, params, body, ifMatch }) => people.changeGroup(caller, params.id, body, ifMatch),
  deleteGroup: ({ caller, params, ifMatch }) => people.deleteGroup(caller, params.id, ifMatch),
})
