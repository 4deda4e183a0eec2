import Type, { type Static } from 'typebox'

export const datasetVersionStates = ['processing', 'ready', 'failed'] as const
export const DatasetVersionState = Type.Enum(datasetVersionStates)
export type DatasetVersionState = Static<typeof DatasetVersionState>
/** `reread` reads the file again, under changed column types. */
export type DatasetVersionEvent = 'ingested' | 'failed' | 'reread'

export const datasetVersionTransitions: readonly (readonly [
  DatasetVersionState,
  DatasetVersionEvent,
  DatasetVersionState,
])[] = [
  ['processing', 'ingested', 'ready'],
  ['processing', 'failed', 'failed'],
  ['ready', 'reread', 'processing'],
  ['failed', 'reread', 'processing'],
]

export const nextDatasetVersionState = (
  from: DatasetVersionState,
  event: DatasetVersionEvent,
): DatasetVersionState | undefined =>
  datasetVersionTransitions.find(([state, name]) => state === from && name === event)?.[2]
