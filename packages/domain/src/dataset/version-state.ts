import Type, { type Static } from 'typebox'
import { nextState, type Transitions } from '../state-machine.ts'

export const datasetVersionStates = ['processing', 'ready', 'failed'] as const
export const DatasetVersionState = Type.Enum(datasetVersionStates)
export type DatasetVersionState = Static<typeof DatasetVersionState>
/** `reread` reads the file again, under changed column types. */
export type DatasetVersionEvent = 'ingested' | 'failed' | 'reread'

export const datasetVersionTransitions: Transitions<DatasetVersionState, DatasetVersionEvent> = [
  ['processing', 'ingested', 'ready'],
  ['processing', 'failed', 'failed'],
  ['ready', 'reread', 'processing'],
  ['failed', 'reread', 'processing'],
]

export const nextDatasetVersionState = nextState(datasetVersionTransitions)
