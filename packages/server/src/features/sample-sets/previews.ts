import { Worker } from 'node:worker_threads'
import type { SampleSetPreview } from '@modelsmith/api'
import type { SampleDefinition } from '@modelsmith/domain'
import { createTurns } from '../../infra/turns.ts'
import { sampleSetError } from './errors.ts'

/** Files of column blocks, one a dataset, and columns whose values whoever asks does not see. */
export type PreviewQuestion = {
  readonly files: readonly string[]
  readonly definition: SampleDefinition
  readonly hidden: readonly string[]
}

/** Threads that read whole datasets, so that other requests are answered meanwhile: a few at a time, some waiting, the next refused. */
export const createPreviews = ({ atOnce, mostWaiting } = { atOnce: 2, mostWaiting: 16 }) => {
  const turns = createTurns(atOnce, mostWaiting, () => sampleSetError('sampleSet.busy', {}))
  return (question: PreviewQuestion): Promise<SampleSetPreview> => turns.take(() => inThread(question))
}

const inThread = ({ files, definition, hidden }: PreviewQuestion): Promise<SampleSetPreview> =>
  new Promise((resolve, reject) => {
    const { fields, labels } = definition
    const worker = new Worker(new URL('./preview.worker.ts', import.meta.url), {
      workerData: { files, definition: { fields, labels }, hidden } satisfies PreviewQuestion,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The thread of a preview ended with ${code}.`)))
  })
