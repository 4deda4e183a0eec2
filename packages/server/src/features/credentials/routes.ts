import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { listObjects } from '../../infra/rights/objects.ts'
import type { Credentials } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listCredentials'
  | 'createCredential'
  | 'getCredential'
  | 'changeCredential'
  | 'deleteCredential'
  | 'listCredentialGrants'
  | 'grantCredential'
  | 'revokeCredential'

export const credentialRoutes = (
  { database }: Pick<Context, 'database'>,
  credentials: Credentials,
): Routes<Operations> => ({
  listCredentials: async ({ caller, query }) => {
    const page = await listObjects(database, caller, 'credential', query)
    const ids = page.items.map(({ id }) => id)
    const rows = new Map((await store.findCredentials(database, ids)).map((row) => [row.id, row]))
    return {
      items: page.items.map((object) => store.toCredential(object, rows.get(object.id) as store.CredentialRow)),
      nextCursor: page.nextCursor,
    }
  },
  createCredential: ({ caller, body }) => credentials.create(caller, body),
  getCredential: ({ caller, params }) => credentials.read(caller, params.id),
  changeCredential: ({ caller, params, body, ifMatch }) => credentials.change(caller, params.id, body, ifMatch),
  deleteCredential: ({ caller, params, ifMatch }) => credentials.remove(caller, params.id, ifMatch),
  listCredentialGrants: async ({ caller, params }) => ({ items: await credentials.grants(caller, params.id) }),
  grantCredential: ({ caller, params, body }) => credentials.grant(caller, params.id, body),
  revokeCredential: ({ caller, params, query }) => credentials.revoke(caller, params.id, query.taskVersionId),
})
