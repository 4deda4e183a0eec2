import { isLoopback } from '../../infra/http/loopback.ts'
import { noteActor, noteMade } from '../../infra/audit/recording.ts'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import type { OidcSettings } from '../../infra/settings.ts'
import * as client from 'openid-client'
import { accountError } from './errors.ts'
import * as identities from './identities.ts'
import { newSecret, sha256 } from './secrets.ts'
import { type Accounts, toActor } from './service.ts'
import * as store from './store.ts'

/** Where the provider sends browsers back to. */
const returnOf = (address: string): string => `${address}/sign-in`

/** Signing in by a provider of OpenID Connect: authorisation code with PKCE, state and nonce; the browser's part is a secret of its own. */
export const createOidc = ({ database, settings }: Pick<Context, 'database' | 'settings'>, accounts: Accounts) => {
  const { oidc, address } = settings
  let found: Promise<client.Configuration> | undefined

  const demand = (): OidcSettings => {
    if (oidc === undefined) throw accountError('oidc.off', {})
    return oidc
  }

  /** What the provider says of itself, asked once; again after it did not answer. */
  const provider = async (): Promise<client.Configuration> => {
    const { issuer, clientId, clientSecret } = demand()
    const url = new URL(issuer)
    // Only on this machine may what is said go in the clear.
    const options =
      url.protocol === 'http:' && isLoopback(url.hostname) ? { execute: [client.allowInsecureRequests] } : {}
    const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
    found ??= client.discovery(url, clientId, undefined, authentication, options)
    try {
      return await found
    } catch (error) {
      found = undefined
      throw accountError('oidc.unreachable', { reason: reasonOf(error) }, { cause: error })
    }
  }

  return {
    /** Where to send the browser, and the secret that it comes back with. */
    async begin(from: string): Promise<{ url: string; secret: string }> {
      accounts.limit(from)
      const { scopes } = demand()
      const configuration = await provider()
      const [secret, state, nonce, verifier] = [
        newSecret(),
        client.randomState(),
        client.randomNonce(),
        client.randomPKCECodeVerifier(),
      ]
      await identities.insertAttempt(database, { sha256: sha256(secret), state, nonce, verifier })
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: returnOf(address),
        scope: scopes,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, secret }
    },

    /** A session for whom the provider vouches for, by what it added to the address that it sent the browser back to. */
    async finish(secret: string, search: string, from: string) {
      accounts.limit(from)
      const { groupsClaim, roles, groups: mapped } = demand()
      const attempt = await identities.takeAttempt(database, sha256(secret))
      if (attempt === undefined) throw accountError('oidc.attempt', {})
      const configuration = await provider()
      const back = new URL(`${returnOf(address)}${search.startsWith('?') ? search : `?${search}`}`)
      const tokens = await client
        .authorizationCodeGrant(configuration, back, {
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          pkceCodeVerifier: attempt.verifier,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw refusalOf(error)
        })
      const claims = tokens.claims()
      if (claims === undefined) throw accountError('oidc.untrusted', { reason: 'it sent no ID token' })
      const wanted = ['email', ...(roles.size + mapped.size > 0 ? [groupsClaim] : [])]
      const more =
        wanted.some((name) => claims[name] === undefined) &&
        configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub).catch((error: unknown) => {
              throw refusalOf(error)
            })
          : {}
      const said: Readonly<Record<string, unknown>> = { ...more, ...claims }
      const groups = said[groupsClaim]
      const row = await database.transaction((queries) =>
        admit(queries, {
          issuer: claims.iss,
          subject: claims.sub,
          email: said['email_verified'] === true && typeof said['email'] === 'string' ? said['email'] : undefined,
          name:
            typeof said['name'] === 'string' && said['name'].trim() !== ''
              ? said['name'].trim().slice(0, 255)
              : undefined,
          groups: Array.isArray(groups) ? groups.filter((each) => typeof each === 'string') : [],
        }),
      )
      return accounts.startSession(row, tokens.id_token)
    },

    /** Where the provider's own session ends; null where it has no such place, or does not answer. */
    async endOf(idToken: string): Promise<string | null> {
      if (oidc === undefined) return null
      const configuration = await provider().catch(() => undefined)
      if (configuration?.serverMetadata().end_session_endpoint === undefined) return null
      return client.buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${address}/`,
      }).href
    },
  }

  async function admit(queries: Queries, said: Said): Promise<store.PersonRow> {
    const { roles, groups, newcomers } = demand()
    const role = [...roles]
      .toSorted(([, a], [, b]) => strength[a] - strength[b])
      .find(([group]) => said.groups.includes(group))?.[1]
    if (roles.size > 0 && role === undefined) throw accountError('oidc.noRole', {})
    let id = await identities.findIdentity(queries, said.issuer, said.subject)
    if (id === undefined) {
      if (said.email === undefined) throw accountError('oidc.email', {})
      const known = await store.findByEmail(queries, said.email)
      const place = newcomers === undefined ? undefined : await identities.firstPlace(queries)
      if (known === undefined) {
        if (place === undefined || newcomers === undefined || (await identities.isTaken(queries, said.email)))
          throw accountError('oidc.stranger', { email: said.email })
        id = newId('person')
        const name = said.name ?? said.email
        await store.insertPerson(queries, {
          id,
          ...place,
          email: said.email,
          name,
          role: role ?? newcomers,
          passwordHash: null,
        })
        noteMade({ kind: 'person', id, name })
      } else {
        // The address may be somebody else's by now: after the first time only the subject counts.
        if (await identities.hasIdentity(queries, said.issuer, known.id))
          throw accountError('oidc.stranger', { email: said.email })
        id = known.id
      }
      await identities.insertIdentity(queries, said.issuer, said.subject, id)
    }
    if (role !== undefined) await identities.setRole(queries, id, role)
    await identities.setGroups(
      queries,
      id,
      [...groups.values()],
      [...groups].filter(([each]) => said.groups.includes(each)).map(([, group]) => group),
    )
    const row = await identities.findActive(queries, id)
    if (row === undefined) throw accountError('oidc.stranger', { email: said.email ?? said.subject })
    noteActor(toActor(row))
    return row
  }
}

type Said = {
  readonly issuer: string
  readonly subject: string
  /** Only one that the provider vouches for. */
  readonly email: string | undefined
  readonly name: string | undefined
  readonly groups: readonly string[]
}

const strength = { administrator: 0, member: 1, viewer: 2 } as const

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return error instanceof Error ? `${error.message}${cause}` : String(error)
}

/** The provider could not be asked, as opposed to: answered something wrong. */
const isUnreachable = (error: unknown): boolean => error instanceof TypeError && error.message === 'fetch failed'

const refusalOf = (error: unknown) => {
  if (isUnreachable(error)) return accountError('oidc.unreachable', { reason: reasonOf(error) }, { cause: error })
  if (error instanceof client.AuthorizationResponseError)
    return accountError('oidc.refused', { reason: error.error_description ?? error.error }, { cause: error })
  return accountError('oidc.untrusted', { reason: reasonOf(error) }, { cause: error })
}

export type Oidc = ReturnType<typeof createOidc>
