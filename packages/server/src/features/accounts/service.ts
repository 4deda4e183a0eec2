import { type BrowserSession, type Person, type TokenScope, tokenScopes } from '@modelsmith/api'
import { setTimeout } from 'node:timers/promises'
import { may } from '@modelsmith/domain'
import type { FastifyRequest } from 'fastify'
import type { Context } from '../../infra/context.ts'
import { noteActor, noteMade } from '../../infra/audit/recording.ts'
import type { Mail } from '../../infra/mail.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { cookieName } from '../../infra/http/server.ts'
import { newId } from '../../infra/ids.ts'
import { granteesOf } from '../../infra/rights/principal.ts'
import { accountError } from './errors.ts'
import {
  hashPassword,
  newInvitationSecret,
  newSecret,
  newTokenSecret,
  sha256,
  verifyPassword,
  visiblePrefix,
} from './secrets.ts'
import { networkOf } from '../../infra/http/network-of.ts'
import * as store from './store.ts'

/** Where a mail leads: the page takes the secret from its own address, behind the sign that browsers send no server what follows. */
export const linkOf = (address: string, secret: string): string => `${address}/#invitation=${secret}`

/** That asking for a new password takes, whoever asks. */
const resetMs = 250
const sessionHours = 24 * 14
const attemptsPerMinute = 10

const toPerson = (row: store.PersonRow): Person => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  organisation: { id: row.organisation_id, name: row.organisation_name },
  workspace: { id: row.workspace_id, name: row.workspace_name },
})

const toCaller = (
  row: store.PersonRow,
  csrfToken: string | undefined,
  credential: string,
  scopes: readonly TokenScope[] | null = null,
): Caller => ({
  id: row.id,
  organisation: row.organisation_id,
  role: row.role,
  workspace: row.workspace_id,
  grantees: granteesOf(row),
  person: toPerson(row),
  csrfToken,
  credential,
  scopes: scopes ?? tokenScopes,
})

export const toActor = ({ id, name, role, organisation_id: organisation }: store.PersonRow) => ({
  id,
  name,
  role,
  organisation,
})

/** Requests that begin a session; one that is there already has no say in them. */
const signIns: ReadonlySet<string> = new Set(['/api/v1/sessions', '/api/v1/sessions/oidc'])

const isWrite = (method: string): boolean => method !== 'GET' && method !== 'HEAD'

/** Finds who a request comes from: a bearer token first, else the cookie of a browser session with its CSRF token. */
export const createCallerOf =
  ({ database }: Pick<Context, 'database'>) =>
  async (request: FastifyRequest): Promise<Caller | undefined> => {
    const bearer = request.headers.authorization
    if (bearer !== undefined) {
      const secret = /^Bearer (\S+)$/i.exec(bearer)?.[1]
      const row = secret === undefined ? undefined : await store.findByToken(database, sha256(secret))
      if (row === undefined) throw accountError('account.wrongToken', {})
      await store.noteTokenUse(database, row.token_id)
      return toCaller(row, undefined, row.token_id, row.scopes)
    }
    const secret = request.cookies[cookieName]
    if (secret === undefined) return undefined
    const row = await store.findBySession(database, sha256(secret))
    if (row === undefined) return undefined
    const signsIn = request.method === 'POST' && signIns.has(request.url)
    if (isWrite(request.method) && !signsIn && request.headers['x-csrf-token'] !== row.csrf)
      throw infraError('account.csrf', {})
    return toCaller(row, row.csrf, row.session)
  }

/** Counts attempts by address within a minute. */
const createLimiter = () => {
  const attempts = new Map<string, { count: number; until: number }>()
  return (address: string, now: number) => {
    for (const [key, { until }] of attempts) if (until <= now) attempts.delete(key)
    const known = attempts.get(address) ?? { count: 0, until: now + 60_000 }
    known.count++
    attempts.set(address, known)
    if (known.count > attemptsPerMinute)
      throw infraError('request.rate', { seconds: Math.ceil((known.until - now) / 1000) })
  }
}

/** Without such a person a hash is made all the same, so that the time tells nothing. */
const isPasswordOf = async (
  row: { readonly password_hash: string | null } | undefined,
  password: string,
): Promise<boolean> => {
  if (row !== undefined && row.password_hash !== null) return verifyPassword(password, row.password_hash)
  await hashPassword(password)
  return false
}

export const createAccounts = ({ database, settings }: Pick<Context, 'database' | 'settings'>, mail?: Mail) => {
  const limit = createLimiter()

  const startSession = async (
    row: store.PersonRow,
    idToken?: string,
  ): Promise<{ session: BrowserSession; secret: string }> => {
    const secret = newSecret()
    const csrf = newSecret()
    await store.insertSession(database, { sha256: sha256(secret), person: row.id, csrf, hours: sessionHours, idToken })
    return { session: { person: toPerson(row), csrfToken: csrf }, secret }
  }

  /** Whoever is known gets a letter; that it is under way is all that is waited for. */
  const sendReset = async (email: string, send: NonNullable<Mail>): Promise<void> => {
    const secret = newInvitationSecret()
    const row = await database.transaction(async (queries) => {
      const found = await store.findByEmail(queries, email)
      if (found === undefined || found.role === 'service') return undefined
      noteActor(toActor(found))
      return (await store.insertReset(queries, found.id, sha256(secret))) ? found : undefined
    })
    if (row === undefined) return
    void send({
      to: row.email,
      subject: 'A new password for Modelsmith',
      text: `Hello ${row.name},\n\nsomebody, you most likely, asked for a new password for Modelsmith. Choose one within an hour at\n\n${linkOf(settings.address, secret)}\n\nIf it was not you, there is nothing to do: without this link your password stays as it is.\n`,
    })
  }

  return {
    /** Counts an attempt to get in from an address. */
    limit: (address: string) => limit(networkOf(address), Date.now()),
    startSession,

    /** Sends a link to choose a new password by, where there is such a person; the answer and its time tell nobody whether. */
    async forgotPassword(email: string, address: string): Promise<void> {
      limit(networkOf(address), Date.now())
      if (mail === undefined) throw accountError('account.noMail', {})
      // What is done for somebody who is there takes some milliseconds more than for nobody.
      await Promise.all([sendReset(email, mail), setTimeout(resetMs)])
    },

    async signIn(given: { email: string; password: string } | { token: string }, address: string) {
      limit(networkOf(address), Date.now())
      if ('token' in given) {
        const row = await store.findByToken(database, sha256(given.token.trim()))
        if (row === undefined) throw accountError('account.wrongToken', {})
        noteActor(toActor(row))
        // A session could do all that the person may.
        if (row.role === 'service' || row.scopes !== null) throw accountError('account.tokenOnly', {})
        return startSession(row)
      }
      const row = await store.findByEmail(database, given.email)
      if (row !== undefined) noteActor(toActor(row))
      const right = await isPasswordOf(row, given.password)
      if (row !== undefined && !row.locked) await (right ? store.noteSuccess : store.noteFailure)(database, row.id)
      // That an account is closed for a while is not told: it would tell that there is one.
      if (row === undefined || !right || row.locked) throw accountError('account.wrongCredentials', {})
      return startSession(row)
    },

    async acceptInvitation(given: { secret: string; password: string }, address: string) {
      limit(networkOf(address), Date.now())
      const hash = await hashPassword(given.password)
      const row = await database.transaction(async (queries) => {
        const invited = await store.takeInvitation(queries, sha256(given.secret.trim()))
        if (invited === undefined) throw accountError('account.invitation', {})
        noteActor(toActor(invited))
        await store.setPassword(queries, invited.id, hash)
        return invited
      })
      return startSession(row)
    },

    async changePassword(caller: Caller, given: { current: string; password: string }, address: string): Promise<void> {
      limit(networkOf(address), Date.now())
      const row = await store.findByEmail(database, caller.person.email)
      if (row === undefined || row.locked || !(await isPasswordOf(row, given.current))) {
        if (row !== undefined) await store.noteFailure(database, row.id)
        throw accountError('account.wrongPassword', {})
      }
      await store.setPassword(database, caller.id, await hashPassword(given.password), caller.csrfToken)
    },

    /** Whose tokens are meant: the caller's, or of a person of whom they may see them. */
    async tokenHolder(caller: Caller, action: 'view' | 'create', person: string): Promise<string> {
      if (person === caller.id) return person
      const found = await store.findHolder(database, person)
      const reference = { kind: 'token' as const, owner: person, organisation: found?.organisation ?? '' }
      if (found === undefined || !may(caller, 'view', reference))
        throw infraError('object.notFound', { kind: 'person', id: person })
      // Nobody else speaks for a service account.
      if (action === 'create' && found.role !== 'service')
        throw infraError('object.forbidden', { action, kind: 'token', name: found.name })
      return person
    },

    async createToken(
      caller: Caller,
      {
        person,
        name,
        expiresAt,
        scopes,
      }: {
        person: string
        name: string
        expiresAt: string | null
        scopes: readonly TokenScope[] | undefined
      },
    ) {
      const beyond = (scopes ?? tokenScopes).filter((scope) => !caller.scopes.includes(scope))
      if (beyond.length > 0) throw infraError('account.scope', { scope: beyond.join(', ') })
      if (expiresAt !== null && !(Date.parse(expiresAt) > Date.now()))
        throw accountError('account.expiry', { expiresAt })
      const secret = newTokenSecret()
      const id = newId('token')
      const row = await store.insertToken(database, {
        id,
        person,
        name,
        prefix: visiblePrefix(secret),
        sha256: sha256(secret),
        expiresAt,
        scopes,
      })
      noteMade({ kind: 'token', id, name })
      return { row, secret }
    },

    /** The first organisation and its administrator, made once; undefined when there are people already. */
    async createFirst(password: string | undefined): Promise<{ token: string; email: string } | undefined> {
      return database.transaction(async (queries) => {
        if ((await store.countPeople(queries)) > 0) return undefined
        const organisation = newId('organisation')
        const workspace = newId('workspace')
        const person = newId('person')
        const email = 'admin@localhost'
        await store.insertOrganisation(queries, {
          id: organisation,
          name: 'Sample organisation',
          workspace,
          workspaceName: 'Main',
        })
        const passwordHash = password === undefined ? null : await hashPassword(password)
        await store.insertPerson(queries, {
          id: person,
          organisation,
          workspace,
          email,
          name: 'Administrator',
          role: 'administrator',
          passwordHash,
        })
        const token = newTokenSecret()
        await store.insertToken(queries, {
          id: newId('token'),
          person,
          name: 'First token',
          prefix: visiblePrefix(token),
          sha256: sha256(token),
          expiresAt: null,
        })
        return { token, email }
      })
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>
