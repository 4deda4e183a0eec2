import Type from 'typebox'
import { Id, byId, strict } from '../common.ts'
import { json, nothing, type Endpoint } from '../endpoint.ts'
import { Access, OwnerChange, Share, ShareGive, Shares } from '../resources/sharing.ts'

/** Who may do what with a thing. */
export const sharingEndpoints = {
  getAccess: {
    method: 'GET',
    path: '/objects/{id}/access',
    tag: 'sharing',
    summary: 'What I may do to an object, and whose it is',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Access),
  },
  listShares: {
    method: 'GET',
    path: '/objects/{id}/shares',
    tag: 'sharing',
    summary: 'Who has which role on an object',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Shares),
  },
  share: {
    method: 'PUT',
    path: '/objects/{id}/shares',
    tag: 'sharing',
    summary: 'Give a person, a group or the organisation a role, in place of the one that they have',
    auth: 'required',
    params: byId,
    body: json(ShareGive),
    status: 200,
    answer: json(Share),
    failures: { '409': 'The last owner would be gone' },
  },
  unshare: {
    method: 'DELETE',
    path: '/objects/{id}/shares',
    tag: 'sharing',
    summary: 'Take a role back; one’s own may be given up by anybody but the last owner',
    auth: 'required',
    params: byId,
    query: Type.Object({ grantee: Id }, strict),
    status: 204,
    answer: nothing,
    failures: { '409': 'The last owner would be gone' },
  },
  transferOwnership: {
    method: 'POST',
    path: '/objects/{id}/owner',
    tag: 'sharing',
    summary: 'Hand an object over to another owner; who owned it stays as an editor',
    auth: 'required',
    params: byId,
    body: json(OwnerChange),
    status: 200,
    answer: json(Shares),
  },
} as const satisfies Record<string, Endpoint>
