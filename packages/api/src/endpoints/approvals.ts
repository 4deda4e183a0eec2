import { byId, Page } from '../common.ts'
import { json, namesAbsent, type Endpoint } from '../endpoint.ts'
import { ChangeRequest, ChangeRequestCreate, ChangeRequestQuery, Rejection } from '../resources/approvals.ts'

const decided = { '409': 'It has been decided already' } as const

/** What somebody has asked to do with deployments, and what a second person says to it. */
export const approvalsEndpoints = {
  listChangeRequests: {
    method: 'GET',
    path: '/change-requests',
    tag: 'deployments',
    summary: 'What was asked to be done with deployments',
    auth: 'required',
    query: ChangeRequestQuery,
    status: 200,
    answer: json(Page(ChangeRequest)),
  },
  getChangeRequest: {
    method: 'GET',
    path: '/change-requests/{id}',
    tag: 'deployments',
    summary: 'One change request',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(ChangeRequest),
  },
  createChangeRequest: {
    method: 'POST',
    path: '/deployments/{id}/change-requests',
    tag: 'deployments',
    summary: 'Ask a second person to approve what is to be done with the deployment',
    auth: 'required',
    params: byId,
    body: json(ChangeRequestCreate),
    status: 201,
    answer: json(ChangeRequest),
    ifMatch: true,
    failures: { ...namesAbsent, '409': 'It cannot be done with this deployment' },
  },
  approveChangeRequest: {
    method: 'POST',
    path: '/change-requests/{id}/approval',
    tag: 'deployments',
    summary:
      'Approve what somebody else has asked for, which carries it out; what can no longer be done is failed and says why',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(ChangeRequest),
    failures: decided,
  },
  rejectChangeRequest: {
    method: 'POST',
    path: '/change-requests/{id}/rejection',
    tag: 'deployments',
    summary: 'Reject what somebody else has asked for',
    auth: 'required',
    params: byId,
    body: json(Rejection),
    status: 200,
    answer: json(ChangeRequest),
    failures: decided,
  },
  withdrawChangeRequest: {
    method: 'POST',
    path: '/change-requests/{id}/withdrawal',
    tag: 'deployments',
    summary: 'Withdraw what one has asked for oneself',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(ChangeRequest),
    failures: decided,
  },
} as const satisfies Record<string, Endpoint>
