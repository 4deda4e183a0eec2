import { askApart, readingLimits } from '@modelsmith/serving'
import type { Settings } from '../../infra/settings.ts'
import { createTurns } from '../../infra/turns.ts'
import { hostingError } from './errors.ts'

const ordinary = { atOnce: 2, mostWaiting: 16 }

type Ask = typeof askApart

/** Children that read model files: a few at a time, some waiting, the next refused. */
export const createReaders = (
  { modelMemoryMb: memoryMb }: Pick<Settings, 'modelMemoryMb'>,
  { atOnce, mostWaiting } = ordinary,
) => {
  const turns = createTurns(atOnce, mostWaiting, () => hostingError('experiment.busy', {}))
  const ask = <K extends Parameters<Ask>[0]['kind']>(
    question: Extract<Parameters<Ask>[0], { kind: K }>,
    signal?: AbortSignal,
  ) => turns.take(() => askApart<K>(question, { memoryMb, ...readingLimits }, signal))
  return { ask }
}

export type Readers = ReturnType<typeof createReaders>
