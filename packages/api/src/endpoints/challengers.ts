import Type from 'typebox'
import { byId, Id, strict } from '../common.ts'
import { json, namesAbsent, nothing, type Endpoint } from '../endpoint.ts'
import {
  Challenger,
  ChallengerAdd,
  ChallengerComparison,
  ChallengerPromotion,
  ChallengerReplay,
  Challengers,
} from '../resources/challengers.ts'
import { JobStarted } from '../resources/jobs.ts'
import { Deployment } from '../resources/models.ts'

/** Models that score what a deployment answered, beside its champion. */
export const challengersEndpoints = {
  listChallengers: {
    method: 'GET',
    path: '/deployments/{id}/challengers',
    tag: 'deployments',
    summary: 'Challengers of the deployment, and the rows that are kept for them',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Challengers),
  },
  addChallenger: {
    method: 'POST',
    path: '/deployments/{id}/challengers',
    tag: 'deployments',
    summary: 'Let another model score what the deployment answers; rows are kept from then on where they were not',
    auth: 'required',
    params: byId,
    body: json(ChallengerAdd),
    status: 201,
    answer: json(Challenger),
    failures: {
      ...namesAbsent,
      '409': 'It is the champion, or a challenger already, or one too many, or clients would notice',
    },
  },
  removeChallenger: {
    method: 'DELETE',
    path: '/deployments/{id}/challengers',
    tag: 'deployments',
    summary: 'Remove a challenger, with what was counted of it',
    auth: 'required',
    params: byId,
    query: Type.Object({ challenger: Id }, strict),
    status: 204,
    answer: nothing,
  },
  replayChallenger: {
    method: 'POST',
    path: '/deployments/{id}/challengers/replay',
    tag: 'deployments',
    summary: 'Score requests of the past with a challenger, those that it has not scored yet',
    auth: 'required',
    params: byId,
    body: json(ChallengerReplay),
    status: 202,
    answer: json(JobStarted),
    failures: { ...namesAbsent, '409': 'A replay is under way, or it has scored all of these rows' },
  },
  compareChallengers: {
    method: 'GET',
    path: '/deployments/{id}/challengers/comparison',
    tag: 'deployments',
    summary: 'Champion and challengers side by side over a time of requests',
    auth: 'required',
    params: byId,
    query: Type.Object(
      {
        from: Type.Optional(Type.String({ description: 'ISO 8601; default: a week before `to`' })),
        to: Type.Optional(Type.String({ description: 'ISO 8601; default: now' })),
      },
      strict,
    ),
    status: 200,
    answer: json(ChallengerComparison),
  },
  promoteChallenger: {
    method: 'POST',
    path: '/deployments/{id}/challengers/promotion',
    tag: 'deployments',
    summary: 'Put a challenger behind the deployment, as replacing the model does',
    auth: 'required',
    params: byId,
    body: json(ChallengerPromotion),
    status: 200,
    answer: json(Deployment),
    ifMatch: true,
    failures: { ...namesAbsent, '409': 'Clients would notice, and the changes were not accepted' },
  },
} as const satisfies Record<string, Endpoint>
