import { Role } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, idPattern, Name, Nullable, strict, Timestamp } from '../common.ts'
import { TokenScope } from '../scope.ts'

export const Person = Type.Object(
  {
    id: Id,
    name: Type.String(),
    email: Type.String(),
    role: Role,
    organisation: Type.Object({ id: Id, name: Type.String() }, strict),
    workspace: Type.Object({ id: Id, name: Type.String() }, strict),
  },
  { ...strict, $id: 'Person' },
)
export type Person = Static<typeof Person>

/** Sign in with a password or with an API token; the answer sets an HttpOnly cookie and returns the CSRF token for later writes. */
export const SignIn = Type.Union([
  Type.Object({ email: Type.String({ maxLength: 320 }), password: Type.String({ maxLength: 1000 }) }, strict),
  Type.Object({ token: Type.String({ maxLength: 200 }) }, strict),
])
export const BrowserSession = Type.Object(
  { person: Person, csrfToken: Type.String() },
  { ...strict, $id: 'BrowserSession' },
)
export type BrowserSession = Static<typeof BrowserSession>

/** What else than a password or a token lets one in. */
export const SignInWays = Type.Object(
  {
    oidc: Nullable(Type.Object({ name: Type.String({ description: 'What the button says' }) }, strict)),
    passwordReset: Type.Boolean({ description: 'Whether a link to choose a new password is sent by mail' }),
  },
  { ...strict, $id: 'SignInWays' },
)
export type SignInWays = Static<typeof SignInWays>
export const OidcAttempt = Type.Object(
  {
    url: Type.String({ description: 'Where to send the browser' }),
    secret: Type.String({ description: 'What the same browser comes back with' }),
  },
  { ...strict, $id: 'OidcAttempt' },
)
export const OidcReturn = Type.Object(
  {
    secret: Type.String({ maxLength: 200 }),
    search: Type.String({
      maxLength: 8000,
      description: 'The query of the address that the provider sent the browser to',
    }),
  },
  strict,
)
export const SignedOut = Type.Object(
  {
    providerUrl: Nullable(
      Type.String({ description: 'Where the session at the provider ends, of whoever signed in there' }),
    ),
  },
  { ...strict, $id: 'SignedOut' },
)
export const PasswordForgotten = Type.Object({ email: Type.String({ maxLength: 320 }) }, strict)

export const Token = Type.Object(
  {
    id: Id,
    name: Type.String(),
    prefix: Type.String(),
    scopes: Nullable(Type.Array(TokenScope, { description: 'Null: everything that its person may do' })),
    createdAt: Timestamp,
    expiresAt: Nullable(Timestamp),
    lastUsedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'Token' },
)
export const TokenCreate = Type.Object(
  {
    name: Name,
    expiresAt: Type.Optional(Timestamp),
    scopes: Type.Optional(
      Type.Array(TokenScope, { minItems: 1, description: 'What it is good for; left out: everything' }),
    ),
    person: Type.Optional(
      Type.String({ pattern: idPattern, description: 'Id of a service account; administrators make tokens for these' }),
    ),
  },
  strict,
)
export const TokenCreated = Type.Object(
  { token: Token, secret: Type.String({ description: 'Shown once' }) },
  { ...strict, $id: 'TokenCreated' },
)
