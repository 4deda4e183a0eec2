import Type, { type Static } from 'typebox'
import type { Endpoint } from './endpoint.ts'

export const tokenScopes = ['read', 'write', 'predict', 'administer'] as const
export const TokenScope = Type.Enum(tokenScopes, {
  description:
    'read: look and download; write: make, change, delete; predict: ask deployments; administer: people, groups, roles, tokens',
})
export type TokenScope = Static<typeof TokenScope>

const administered: ReadonlySet<string> = new Set(['accounts', 'people', 'sharing', 'audit'])

/** What a token must be good for to call an operation. Asking who one is needs nothing. */
export const scopeOf = ({ method, path, tag, status }: Endpoint): TokenScope | undefined => {
  if (path === '/me' || path.startsWith('/sessions')) return undefined
  if (method === 'POST' && /\/(predictions|batches|file-batches)$/.test(path)) return 'predict'
  // A check makes nothing.
  if (method === 'GET' || (method === 'POST' && status === 200 && /(\/check|-checks)$/.test(path))) return 'read'
  return administered.has(tag) ? 'administer' : 'write'
}
