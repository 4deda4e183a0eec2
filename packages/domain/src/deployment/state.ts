import Type, { type Static } from 'typebox'
import { nextState, type Transitions } from '../state-machine.ts'

export const deploymentStates = ['waiting', 'starting', 'active', 'paused', 'failed'] as const
export const DeploymentState = Type.Enum(deploymentStates)
export type DeploymentState = Static<typeof DeploymentState>
/** `waiting` for somebody to approve that it answers. `replace` puts another release behind the same address. */
export type DeploymentEvent = 'approve' | 'started' | 'fail' | 'pause' | 'resume' | 'replace'

export const deploymentTransitions: Transitions<DeploymentState, DeploymentEvent> = [
  ['waiting', 'approve', 'starting'],
  ['starting', 'started', 'active'],
  ['starting', 'fail', 'failed'],
  ['starting', 'pause', 'paused'],
  ['active', 'fail', 'failed'],
  ['active', 'pause', 'paused'],
  ['active', 'replace', 'starting'],
  ['paused', 'resume', 'starting'],
  ['paused', 'replace', 'paused'],
  ['failed', 'replace', 'starting'],
  ['failed', 'resume', 'starting'],
]

export const nextDeploymentState = nextState(deploymentTransitions)
