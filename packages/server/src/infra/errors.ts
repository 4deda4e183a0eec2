import { defineErrors } from '@modelsmith/table'

export const { rows: infraErrors, error: infraError } = defineErrors({
  'object.notFound': {
    kind: 'notFound',
    message: ({ kind, id }: { kind: string; id: string }) => `There is no ${kind} "${id}", or you may not see it.`,
    hint: () => 'Check the address; whoever sent it may have to share the object with you.',
  },
  'object.forbidden': {
    kind: 'forbidden',
    message: ({ action, kind, name }: { action: string; kind: string; name: string }) =>
      `You may not ${action} the ${kind} "${name}".`,
    hint: () => 'Ask its owner or an administrator.',
  },
  'object.executeOnly': {
    kind: 'forbidden',
    message: ({ kind, name }: { kind: string; name: string; owner: string }) =>
      `You may only execute the ${kind} "${name}", where somebody put it that shares their work with you.`,
    hint: ({ name, owner }) => `Ask ${owner} to share "${name}" with you.`,
  },
  'object.changed': {
    kind: 'conflict',
    message: ({ seen, now }: { seen: string; now: number }) =>
      `Somebody changed it meanwhile: you saw ${seen}, it is at version ${now}.`,
    hint: () => 'Load it again and repeat your change.',
  },
  'object.inUse': {
    kind: 'conflict',
    message: ({ kind, name, by }: { kind: string; name: string; by: string }) =>
      `The ${kind} "${name}" cannot be deleted: ${by} uses it.`,
    hint: () => 'Delete what uses it first.',
  },
  'data.unreachable': {
    kind: 'invalid',
    message: ({ folder, closed }: { folder: string; closed: string }) =>
      `The data folder ${folder} cannot be reached by the service user, as which server and PostgreSQL run: it may not enter ${closed}.`,
    hint: () => 'Name a folder that it can reach by MODELSMITH_DATA, such as /var/lib/modelsmith.',
  },
  'storage.full': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) => `The disk of the server is full: ${reason}. Nothing was kept of this.`,
    hint: () =>
      'An administrator sees on the page Storage what takes the space: delete what nobody needs, or give the data folder a larger disk.',
  },
  'storage.quota': {
    kind: 'limit',
    message: ({ quota, stored, more }: { quota: string; stored: string; more: string }) =>
      `Your organisation may store ${quota} and stores ${stored}; this needs ${more} more.`,
    hint: () =>
      'Delete datasets, models or projects that nobody needs, or ask an administrator for a larger quota (page Storage).',
  },
  'settings.choice': {
    kind: 'invalid',
    message: ({ name, text, known }: { name: string; text: string; known: string }) =>
      `${name} is "${text}"; ${known} was expected.`,
    hint: ({ name }) => `Set ${name} to one of these, or leave it out.`,
  },
  'settings.number': {
    kind: 'invalid',
    message: ({ name, text, range }: { name: string; text: string; range: string }) =>
      `${name} is "${text}"; a whole number ${range} was expected.`,
    hint: ({ name }) => `Set ${name} to such a number, or leave it out.`,
  },
  'webhook.address': {
    kind: 'invalid',
    message: () => 'A webhook is an address that begins with https:// or http://, without a name and password in it.',
  },
  'webhook.private': {
    kind: 'invalid',
    message: ({ host }: { host: string }) => `"${host}" is not known, or not at an address of the public internet.`,
    hint: () => 'Correct its name. The operator can allow this host by MODELSMITH_WEBHOOK_HOSTS.',
  },
  'settings.address': {
    kind: 'unavailable',
    message: ({ host, port, reason }: { setting: string; host: string; port: number; reason: string }) =>
      `Nothing can listen at ${host}, port ${port}: ${reason}.`,
    hint: ({ setting }) => `Name another by ${setting}, or end the other program.`,
  },
  'secrets.keyFile': {
    kind: 'unavailable',
    message: ({ file, problem }: { file: string; problem: string }) => `The file of keys ${file} ${problem}.`,
    hint: () =>
      'Put back the file that the operator keeps, readable by its owner alone, or name another by MODELSMITH_SECRETS_KEY_FILE.',
  },
  'signing.keyFile': {
    kind: 'unavailable',
    message: ({ file, problem }: { file: string; problem: string }) => `The signing key ${file} ${problem}.`,
    hint: () =>
      'Put back the file that the operator keeps, readable by its owner alone, or name another by MODELSMITH_SIGNING_KEY_FILE.',
  },
  'secrets.key': {
    kind: 'unavailable',
    message: ({ keyId }: { keyId: string }) => `The key ${keyId} is not in the file of keys.`,
    hint: () => 'Put back the file of keys that has it, or set the fields of the credential anew.',
  },
  'secrets.sealed': {
    kind: 'unavailable',
    message: ({ owner }: { owner: string }) =>
      `What is kept for ${owner} cannot be opened: it was changed, or the key is another.`,
    hint: () => 'Set the fields of the credential anew.',
  },
  'request.method': {
    kind: 'invalid',
    message: ({ method, path }: { method: string; path: string; allowed: string }) =>
      `${path} does not take ${method}.`,
    hint: ({ allowed }) => `It takes ${allowed}.`,
  },
  'request.ifMatchMissing': {
    kind: 'invalid',
    message: () => 'The header If-Match is missing.',
    hint: () => "Send the object's version in quotes, as its ETag said.",
  },
  'request.invalid': {
    kind: 'invalid',
    message: ({ count, where }: { count: number; where: string }) =>
      `The ${where} ${count === 1 ? 'has a mistake' : `has ${count} mistakes`}.`,
    hint: () => 'Each finding says where and what was expected.',
  },
  'request.text': {
    kind: 'invalid',
    message: ({ where }: { where: string }) =>
      `The ${where} has text with the character U+0000, or half of a surrogate pair.`,
    hint: () => 'Leave such characters out.',
  },
  'request.unreadable': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The request cannot be read: ${reason}.`,
  },
  'request.mediaType': {
    kind: 'unsupported',
    message: ({ found, expected }: { found: string; expected: string }) =>
      `The body is ${found}; ${expected} was expected.`,
    hint: () => 'Set the header Content-Type.',
  },
  'request.tooLarge': {
    kind: 'limit',
    message: ({ limitMb }: { limitMb: number }) => `The body is larger than ${limitMb} MB.`,
    hint: () => 'Send less at a time; for uploaded files the operator can raise MODELSMITH_UPLOAD_MB.',
  },
  'request.rate': {
    kind: 'limit',
    message: ({ seconds }: { seconds: number }) => `Too many requests; try again in ${seconds} s.`,
    hint: () => 'The header Retry-After says how long to wait; an operator sets how many are taken.',
  },
  'request.notFound': {
    kind: 'notFound',
    message: ({ method, path }: { method: string; path: string }) => `Nothing answers ${method} ${path}.`,
    hint: () => 'The API lies below /api/v1; its document is /api/v1/openapi.json.',
  },
  'request.idempotency': {
    kind: 'conflict',
    message: () => 'This Idempotency-Key was used for another request, or the first one is still under way.',
    hint: () => 'Use a new key for a new request.',
  },
  'request.idempotencyKey': {
    kind: 'invalid',
    message: ({ found, most }: { found: number; most: number }) =>
      `The header Idempotency-Key has ${found.toLocaleString('en')} characters; 1 to ${most} were expected.`,
    hint: () => 'Send a random text of your own, such as a UUID.',
  },
  'account.unauthenticated': {
    kind: 'unauthenticated',
    message: () => 'Nobody is signed in.',
    hint: () => 'Sign in, or send `Authorization: Bearer <token>`.',
  },
  'account.scope': {
    kind: 'forbidden',
    message: ({ scope }: { scope: string }) => `The token is not good for this: it lacks the scope ${scope}.`,
    hint: () => 'Make a token with that scope, or without any, which is good for everything that you may do.',
  },
  'account.csrf': {
    kind: 'forbidden',
    message: () => 'The request lacks the CSRF token of its session.',
    hint: () => 'Send the csrfToken of GET /sessions/current as X-CSRF-Token.',
  },
  'server.bug': {
    kind: 'bug',
    message: () => 'The server failed.',
    hint: () => 'The log has the details under the request id.',
  },
})
