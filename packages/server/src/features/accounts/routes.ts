import { may } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import { noteSubject } from '../../infra/audit/recording.ts'
import { infraError } from '../../infra/errors.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import type { Accounts } from './service.ts'
import * as store from './store.ts'

const toToken = (row: store.TokenRow) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

type Operations =
  | 'signIn'
  | 'currentSession'
  | 'me'
  | 'acceptInvitation'
  | 'changePassword'
  | 'forgotPassword'
  | 'listTokens'
  | 'createToken'
  | 'deleteToken'

export const accountRoutes = ({ database }: Context, accounts: Accounts): Routes<Operations> => ({
  signIn: async ({ body, address }) => {
    const { session, secret } = await accounts.signIn(body, address)
    return { answer: session, extra: { cookie: secret } }
  },
  currentSession: async ({ caller }) => ({ person: caller.person, csrfToken: caller.csrfToken ?? '' }),
  me: async ({ caller }) => caller.person,
  acceptInvitation: async ({ body, address }) => {
    const { session, secret } = await accounts.acceptInvitation(body, address)
    return { answer: session, extra: { cookie: secret } }
  },
  forgotPassword: ({ body, address }) => accounts.forgotPassword(body.email, address),
  changePassword: ({ caller, body, address }) => accounts.changePassword(caller, body, address),
  listTokens: async ({ caller, query }) => {
    const holder = await accounts.tokenHolder(caller, 'view', query.person ?? caller.id)
    const page = await pageOf(query, (after, limit) => store.listTokens(database, holder, after, limit))
    return { items: page.items.map(toToken), nextCursor: page.nextCursor }
  },
  createToken: async ({ caller, body }) => {
    const person = await accounts.tokenHolder(caller, 'create', body.person ?? caller.id)
    const { row, secret } = await accounts.createToken(caller, {
      person,
      name: body.name,
      expiresAt: body.expiresAt ?? null,
      scopes: body.scopes,
    })
    return { token: toToken(row), secret }
  },
  deleteToken: async ({ caller, params }) => {
    const found = await store.findTokenOwner(database, params.id)
    if (found === undefined || !may(caller, 'delete', { kind: 'token', ...found }))
      throw infraError('object.notFound', { kind: 'token', id: params.id })
    noteSubject({ kind: 'token', id: params.id, name: found.name }, { name: found.name, owner: found.owner })
    await store.deleteToken(database, params.id)
  },
})
