import Type, { type Static } from 'typebox'

export const trainingRunStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export const TrainingRunState = Type.Enum(trainingRunStates)
export type TrainingRunState = Static<typeof TrainingRunState>
export type TrainingRunEvent = 'start' | 'succeed' | 'fail' | 'cancel' | 'workerLost' | 'retry'

export const trainingRunTransitions: readonly (readonly [TrainingRunState, TrainingRunEvent, TrainingRunState])[] = [
  ['queued', 'start', 'running'],
  ['queued', 'cancel', 'cancelled'],
  ['running', 'succeed', 'succeeded'],
  ['running', 'fail', 'failed'],
  ['running', 'cancel', 'cancelled'],
  ['running', 'workerLost', 'queued'],
  ['failed', 'retry', 'queued'],
]

export const nextTrainingRunState = (from: TrainingRunState, event: TrainingRunEvent): TrainingRunState | undefined =>
  trainingRunTransitions.find(([state, name]) => state === from && name === event)?.[2]
