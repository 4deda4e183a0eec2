import { defineErrors } from '@modelsmith/table'

export const { rows: accountErrors, error: accountError } = defineErrors({
  'account.wrongCredentials': {
    kind: 'unauthenticated',
    message: () => 'The e-mail address or the password is wrong.',
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
