import type { Routes } from '../../infra/http/handler.ts'
import type { Sharing } from './service.ts'

type Operations = 'getAccess' | 'listShares' | 'share' | 'unshare' | 'transferOwnership'

export const sharingRoutes = (sharing: Sharing): Routes<Operations> => ({
  getAccess: ({ caller, params }) => sharing.access(caller, params.id),
  listShares: async ({ caller, params }) => ({ items: await sharing.list(caller, params.id) }),
  share: ({ caller, params, body }) => sharing.give(caller, params.id, body.grantee, body.role),
  unshare: ({ caller, params, query }) => sharing.remove(caller, params.id, query.grantee),
  transferOwnership: async ({ caller, params, body }) => ({
    items: await sharing.transfer(caller, params.id, body.person),
  }),
})
