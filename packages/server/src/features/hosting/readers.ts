import { askApart, readingLimits } from '@modelsmith/serving'
import type { Settings } from '../../infra/settings.ts'
import { hostingError } from './errors.ts'

const ordinary = { atOnce: 2, mostWaiting: 16 }

type Ask = typeof askApart

/** Children that read model files: a few at a time, some waiting, the next refused. */
export const createReaders = (
  { modelMemoryMb: memoryMb }: Pick<Settings, 'modelMemoryMb'>,
  { atOnce, mostWaiting } = ordinary,
) => {
  let running = 0
  const waiting: (() => void)[] = []
  const ask = async <K extends Parameters<Ask>[0]['kind']>(
    question: Extract<Parameters<Ask>[0], { kind: K }>,
    signal?: AbortSignal,
  ) => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) throw hostingError('experiment.busy', {})
      await new Promise<void>((turn) => waiting.push(turn))
    } else running++
    try {
      return await askApart<K>(question, { memoryMb, ...readingLimits }, signal)
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
  return { ask }
}

export type Readers = ReturnType<typeof createReaders>
