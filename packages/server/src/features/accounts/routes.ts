import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { pageOf } from '../../infra/rights/objects.ts'
import type { Accounts } from './service.ts'
import * as store from './store.ts'

const toToken = (row: store.TokenRow) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

export const accountRoutes = (
  { database }: Context,
  accounts: Accounts,
): Routes<'signIn' | 'currentSession' | 'signOut' | 'me' | 'listTokens' | 'createToken' | 'deleteToken'> => ({
  signIn: async ({ body, address }) => {
    const { session, secret } = await accounts.signIn(body, address)
    return { answer: session, extra: { cookie: secret } }
  },
  currentSession: async ({ caller }) => ({ person: caller.person, csrfToken: caller.csrfToken ?? '' }),
  signOut: async ({ caller }) => {
    await store.deleteSessionOf(database, caller.id, caller.csrfToken ?? '')
    return { answer: undefined, extra: { cookie: null } }
  },
  me: async ({ caller }) => caller.person,
  listTokens: async ({ caller, query }) => {
    const page = await pageOf(query, (after, limit) => store.listTokens(database, caller.id, after, limit))
    return { items: page.items.map(toToken), nextCursor: page.nextCursor }
  },
  createToken: async ({ caller, body }) => {
    const { row, secret } = await accounts.createToken(caller.id, body.name, body.expiresAt ?? null)
    return { token: toToken(row), secret }
  },
  deleteToken: async ({ caller, params }) => {
    if (!(await store.deleteToken(database, caller.id, params.id)))
      throw infraError('object.notFound', { kind: 'token', id: params.id })
  },
})
