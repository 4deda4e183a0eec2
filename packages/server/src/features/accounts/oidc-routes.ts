import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import type { Oidc } from './oidc.ts'
import * as store from './store.ts'

type Operations = 'signInWays' | 'beginOidc' | 'signInByOidc' | 'signOut'

/** Signing in and out where a provider may have a part in it. */
export const oidcRoutes = ({ database, settings }: Context, oidc: Oidc): Routes<Operations> => ({
  signInWays: async () => ({
    oidc: settings.oidc === undefined ? null : { name: settings.oidc.name },
    passwordReset: settings.mail !== undefined,
  }),
  beginOidc: ({ address }) => oidc.begin(address),
  signInByOidc: async ({ body, address }) => {
    const { session, secret } = await oidc.finish(body.secret, body.search, address)
    return { answer: session, extra: { cookie: secret } }
  },
  signOut: async ({ caller }) => {
    const idToken = await store.deleteSessionOf(database, caller.id, caller.csrfToken ?? '')
    const providerUrl = idToken === undefined ? null : await oidc.endOf(idToken)
    return { answer: { providerUrl }, extra: { cookie: null } }
  },
})
