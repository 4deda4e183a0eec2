import { defineErrors } from '@modelsmith/table'

export const { rows: accountErrors, error: accountError } = defineErrors({
  'account.wrongCredentials': {
    kind: 'unauthenticated',
    message: () => 'The e-mail address or the password is wrong.',
    hint: () => 'After ten wrong ones in a row no password of an account is looked at for 15 minutes.',
  },
  'account.wrongPassword': {
    kind: 'forbidden',
    message: () => 'The current password is wrong.',
    hint: () => 'An administrator can invite you again if you have forgotten it.',
  },
  'account.invitation': {
    kind: 'unauthenticated',
    message: () => 'The invitation is not known, was used, or has expired.',
    hint: () => 'Ask an administrator for another one.',
  },
  'account.tokenOnly': {
    kind: 'unauthenticated',
    message: () => 'The token is for the API only: it is of a service account, or not good for everything.',
    hint: () => 'Sign in with a password, or with a token without scopes.',
  },
  'account.expiry': {
    kind: 'invalid',
    message: ({ expiresAt }: { expiresAt: string }) => `"${expiresAt}" is no moment in the future.`,
    hint: () => 'Write it as in 2030-01-31T12:00:00Z.',
  },
  'account.wrongToken': {
    kind: 'unauthenticated',
    message: () => 'The token is not known, was revoked, or has expired.',
    hint: () => 'Make another one under your name, or with `modelsmith tokens create`.',
  },
})
