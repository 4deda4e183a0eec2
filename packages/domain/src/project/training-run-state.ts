import Type, { type Static } from 'typebox'
import { nextState, type Transitions } from '../state-machine.ts'

export const trainingRunStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export const TrainingRunState = Type.Enum(trainingRunStates)
export type TrainingRunState = Static<typeof TrainingRunState>
export type TrainingRunEvent = 'start' | 'succeed' | 'fail' | 'cancel' | 'workerLost' | 'retry'

export const trainingRunTransitions: Transitions<TrainingRunState, TrainingRunEvent> = [
  ['queued', 'start', 'running'],
  ['queued', 'cancel', 'cancelled'],
  ['running', 'succeed', 'succeeded'],
  ['running', 'fail', 'failed'],
  ['running', 'cancel', 'cancelled'],
  ['running', 'workerLost', 'queued'],
  ['failed', 'retry', 'queued'],
]

export const nextTrainingRunState = nextState(trainingRunTransitions)
