import { describe, expect, it } from 'vitest'
import { jobStates, jobTransitions, nextJobState } from './job/schema.ts'
import { datasetVersionStates, datasetVersionTransitions, nextDatasetVersionState } from './dataset/version-state.ts'
import { alertStates, alertTransitions } from './deployment/alerts.ts'
import { changeRequestStates, changeRequestTransitions } from './deployment/approval.ts'
import { deploymentStates, deploymentTransitions, nextDeploymentState } from './deployment/state.ts'
import { nextTrainingRunState, trainingRunStates, trainingRunTransitions } from './project/training-run-state.ts'

const machines = {
  job: { states: jobStates, transitions: jobTransitions, start: 'queued' },
  'dataset version': { states: datasetVersionStates, transitions: datasetVersionTransitions, start: 'processing' },
  'training run': { states: trainingRunStates, transitions: trainingRunTransitions, start: 'queued' },
  alert: { states: alertStates, transitions: alertTransitions, start: 'ok' },
  deployment: { states: deploymentStates, transitions: deploymentTransitions, start: 'waiting' },
  'change request': { states: changeRequestStates, transitions: changeRequestTransitions, start: 'open' },
} as const

describe.each(Object.entries(machines))('states of a %s', (_, { states, transitions, start }) => {
  it('are all reached from the first', () => {
    const reached = new Set<string>([start])
    for (let before = 0; before !== reached.size; ) {
      before = reached.size
      for (const [from, , to] of transitions) if (reached.has(from)) reached.add(to)
    }
    expect([...reached].toSorted()).toEqual([...states].toSorted())
  })

  it('follow from a state and an event in one way only', () => {
    const keys = transitions.map(([from, event]) => `${from} ${event}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('next states', () => {
  it('are undefined for events that do not belong to a state', () => {
    expect(nextJobState('succeeded', 'fail')).toBeUndefined()
    expect(nextDatasetVersionState('processing', 'reread')).toBeUndefined()
    expect(nextTrainingRunState('cancelled', 'succeed')).toBeUndefined()
    expect(nextDeploymentState('paused', 'started')).toBeUndefined()
  })

  it('put a run back when its worker died, and a deployment to work again', () => {
    expect(nextJobState('running', 'workerLost')).toBe('queued')
    expect(nextTrainingRunState('running', 'workerLost')).toBe('queued')
    expect(nextDatasetVersionState('ready', 'reread')).toBe('processing')
    expect(nextDeploymentState('failed', 'resume')).toBe('starting')
  })
})
