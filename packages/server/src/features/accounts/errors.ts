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
    hint: () => 'Sign out and ask for a new one, or have an administrator invite you again, if you have forgotten it.',
  },
  'account.invitation': {
    kind: 'unauthenticated',
    message: () => 'The invitation is not known, was used, or has expired.',
    hint: () => 'Ask an administrator for another one.',
  },
  'account.noMail': {
    kind: 'unavailable',
    message: () => 'This server sends no mail.',
    hint: () => 'Ask an administrator to invite you again; an operator sets up mail by MODELSMITH_SMTP.',
  },
  'oidc.off': {
    kind: 'unavailable',
    message: () => 'No provider of OpenID Connect is set up here.',
    hint: () => 'Sign in with a password or a token; an operator sets one up by MODELSMITH_OIDC_ISSUER.',
  },
  'oidc.unreachable': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) => `The provider of the sign-in does not answer as it should: ${reason}.`,
    hint: () => 'Try again; when it stays so, tell an operator.',
  },
  'oidc.attempt': {
    kind: 'unauthenticated',
    message: () => 'This sign-in was not begun in this browser, was finished already, or took longer than ten minutes.',
    hint: () => 'Begin again.',
  },
  'oidc.refused': {
    kind: 'unauthenticated',
    message: ({ reason }: { reason: string }) => `The provider did not let you in: ${reason}.`,
    hint: () => 'Begin again, or ask whoever runs the provider.',
  },
  'oidc.untrusted': {
    kind: 'unauthenticated',
    message: ({ reason }: { reason: string }) => `What the provider said of you cannot be trusted: ${reason}.`,
    hint: () => 'Begin again; when it stays so, tell an operator.',
  },
  'oidc.email': {
    kind: 'unauthenticated',
    message: () => 'The provider vouches for no e-mail address of yours.',
    hint: () => 'Confirm your address there, or sign in with a password.',
  },
  'oidc.stranger': {
    kind: 'unauthenticated',
    message: ({ email }: { email: string }) => `Nobody here has the e-mail address "${email}".`,
    hint: () => 'Ask an administrator to add you.',
  },
  'oidc.noRole': {
    kind: 'unauthenticated',
    message: () => 'None of the groups that the provider says you are in has a role here.',
    hint: () => 'Ask an administrator which group lets you in.',
  },
  'account.tokenOnly': {
    kind: 'forbidden',
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
