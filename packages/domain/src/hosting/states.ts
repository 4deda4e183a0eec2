import { nextState, type Transitions } from '../state-machine.ts'

export type ExperimentState = 'developing' | 'submitted' | 'released'
export type ExperimentEvent = 'edit' | 'submit' | 'release'

/** What is submitted changes no more: a release stands on it. */
export const experimentTransitions: Transitions<ExperimentState, ExperimentEvent> = [
  ['developing', 'edit', 'developing'],
  ['developing', 'submit', 'submitted'],
  ['submitted', 'release', 'released'],
  ['released', 'release', 'released'],
]
export const nextExperimentState = nextState(experimentTransitions)

export type ModelReleaseState = 'preparing' | 'latest' | 'standby' | 'failed'
export type ModelReleaseEvent = 'publish' | 'fail' | 'replace' | 'restore'

/** One release of a model is the latest; an older one may take its place again. */
export const modelReleaseTransitions: Transitions<ModelReleaseState, ModelReleaseEvent> = [
  ['preparing', 'publish', 'latest'],
  ['preparing', 'fail', 'failed'],
  ['latest', 'replace', 'standby'],
  ['standby', 'restore', 'latest'],
]
export const nextModelReleaseState = nextState(modelReleaseTransitions)
