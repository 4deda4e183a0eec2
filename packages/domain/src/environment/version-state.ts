import Type, { type Static } from 'typebox'
import { nextState, type Transitions } from '../state-machine.ts'

export const environmentVersionStates = ['building', 'ready', 'failed', 'cancelled'] as const
export const EnvironmentVersionState = Type.Enum(environmentVersionStates)
export type EnvironmentVersionState = Static<typeof EnvironmentVersionState>
export type EnvironmentVersionEvent = 'built' | 'fail' | 'cancel' | 'build'

/** One that did not come to an image may be built again: what was wrong may have been the network. */
export const environmentVersionTransitions: Transitions<EnvironmentVersionState, EnvironmentVersionEvent> = [
  ['building', 'built', 'ready'],
  ['building', 'fail', 'failed'],
  ['building', 'cancel', 'cancelled'],
  ['failed', 'build', 'building'],
  ['cancelled', 'build', 'building'],
]

export const nextEnvironmentVersionState = nextState(environmentVersionTransitions)
