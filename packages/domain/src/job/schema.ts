import Type, { type Static } from 'typebox'
import { nextState, type Transitions } from '../state-machine.ts'

/** `running` may go back to `queued` when its worker died; `cancelling` waits for the worker to let go. */
export const jobStates = ['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const
export const JobState = Type.Enum(jobStates)
export type JobState = Static<typeof JobState>

export type JobEvent = 'claim' | 'succeed' | 'fail' | 'requestCancel' | 'cancelled' | 'workerLost' | 'retry'

/** From, event, to: every change of a job's state is one of these rows. */
export const jobTransitions: Transitions<JobState, JobEvent> = [
  ['queued', 'claim', 'running'],
  ['queued', 'requestCancel', 'cancelled'],
  ['running', 'succeed', 'succeeded'],
  ['running', 'fail', 'failed'],
  ['running', 'requestCancel', 'cancelling'],
  ['running', 'workerLost', 'queued'],
  ['cancelling', 'cancelled', 'cancelled'],
  ['cancelling', 'workerLost', 'cancelled'],
  ['cancelling', 'succeed', 'cancelled'],
  ['cancelling', 'fail', 'cancelled'],
  ['failed', 'retry', 'queued'],
]

export const nextJobState = nextState(jobTransitions)
