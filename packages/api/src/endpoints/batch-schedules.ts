import Type from 'typebox'
import { byId, Id, Page, PageQuery, strict } from '../common.ts'
import { accepted, json, namesAbsent, nothing, type Endpoint } from '../endpoint.ts'
import {
  BatchSchedule,
  BatchScheduleChange,
  BatchScheduleCreate,
  BatchScheduleRun,
} from '../resources/batch-schedules.ts'
import { JobStarted } from '../resources/jobs.ts'

/** Batches that are begun by the clock. */
export const batchSchedulesEndpoints = {
  listBatchSchedules: {
    method: 'GET',
    path: '/batch-schedules',
    tag: 'deployments',
    summary:
      'Schedules of batches that one made, also of deployments that are gone; an administrator sees those of all',
    auth: 'required',
    query: Type.Object({ ...PageQuery.properties, deploymentId: Type.Optional(Id) }, strict),
    status: 200,
    answer: json(Page(BatchSchedule)),
  },
  createBatchSchedule: {
    method: 'POST',
    path: '/deployments/{id}/batch-schedules',
    tag: 'deployments',
    summary: 'Begin batches by the clock, as oneself',
    auth: 'required',
    params: byId,
    body: json(BatchScheduleCreate),
    status: 201,
    answer: json(BatchSchedule),
    failures: namesAbsent,
  },
  changeBatchSchedule: {
    method: 'PUT',
    path: '/deployments/{id}/batch-schedules',
    tag: 'deployments',
    summary: 'Pause a schedule, let it go on, or give it another time or name; an administrator may pause any',
    auth: 'required',
    params: byId,
    body: json(BatchScheduleChange),
    status: 200,
    answer: json(BatchSchedule),
    failures: namesAbsent,
  },
  deleteBatchSchedule: {
    method: 'DELETE',
    path: '/deployments/{id}/batch-schedules',
    tag: 'deployments',
    summary: 'Delete a schedule; batches that it has begun stay',
    auth: 'required',
    params: byId,
    query: Type.Object({ schedule: Id }, strict),
    status: 204,
    answer: nothing,
  },
  runBatchSchedule: {
    method: 'POST',
    path: '/deployments/{id}/batch-schedules/runs',
    tag: 'deployments',
    summary: 'Begin the batch of a schedule now, whatever the clock says',
    auth: 'required',
    params: byId,
    body: json(BatchScheduleRun),
    ...accepted(JobStarted),
    failures: {
      ...namesAbsent,
      '409': 'The one before still runs',
      '503': 'The deployment is paused, or waits for approval',
    },
  },
} as const satisfies Record<string, Endpoint>
