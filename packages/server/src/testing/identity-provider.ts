import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** What a provider knows of somebody. */
export type Identity = {
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
  readonly groups?: readonly string[]
}

export type IdentityProvider = {
  readonly issuer: string
  /** Says who sits before the browser from now on, by the name of their account. */
  readonly become: (account: string) => void
  /** Opens an address of the provider as a browser does, to where it sends the browser back. */
  readonly visit: (url: string) => Promise<URL>
  readonly close: () => Promise<void>
}

export const clientId = 'modelsmith'
export const clientSecret = 'a secret of the client that is long enough'

/** A certified provider of OpenID Connect on this machine; whoever `become` named signs in without being asked. */
export const startIdentityProvider = async (
  address: string,
  accounts: Readonly<Record<string, Identity>>,
): Promise<IdentityProvider> => {
  let current = ''
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${address}/sign-in`],
        post_logout_redirect_uris: [`${address}/`],
      },
    ],
    cookies: { keys: ['a key of the tests'] },
    // What we ask for is in the ID token, as most providers have it.
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 600, AuthorizationCode: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_: unknown, accountId: string) =>
      accountId in accounts
        ? { accountId, claims: async () => ({ sub: accountId, ...accounts[accountId] }) }
        : undefined,
    loadExistingGrant: async ({ oidc }: { oidc: { session: { accountId: string }; client: { clientId: string } } }) => {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  answer = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response)
    const result =
      current in accounts
        ? { login: { accountId: current } }
        : { error: 'access_denied', error_description: 'nobody of that name works here' }
    void provider.interactionFinished(request, response, result)
  }
  const visit = async (url: string): Promise<URL> => {
    const cookies = new Map<string, string>()
    for (let next = url; ; ) {
      if (!next.startsWith(issuer)) return new URL(next)
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      }
      const location = response.headers.get('location')
      if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
      next = new URL(location, next).href
    }
  }
  return {
    issuer,
    become: (account) => (current = account),
    visit,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
