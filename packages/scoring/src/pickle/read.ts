import { ModelsmithError } from '@modelsmith/table'
import { isArrayWrapper, readWrapped } from '../joblib/wrapper.ts'
import type { Deadline, Limits } from '../limits.ts'
import type { Value } from './graph.ts'
import { type AfterBuild, type Mentions, runPickle } from './machine.ts'

export type PickleReading = {
  readonly mentions: Mentions
  /** What STOP returned, unless `problem` says why it was not reached. */
  readonly root: Value | undefined
  /** Just behind STOP. */
  readonly end: number
  readonly problem: ModelsmithError | undefined
}

export type ReadOptions = { readonly limits: Limits; readonly deadline: Deadline }

/**
 * Reads one pickle or joblib stream. What it names is handed over even where it breaks off, because a loader would have
 * run what came before the break.
 */
export const readPickle = (bytes: Uint8Array, start: number, { limits, deadline }: ReadOptions): PickleReading => {
  const mentions: Mentions = { globals: [], calls: [], foreign: [] }
  const options = { limits, deadline, mentions }
  const afterBuild: AfterBuild = (target, position) =>
    isArrayWrapper(target)
      ? readWrapped(target, bytes, position, limits, (nestedStart) => {
          // joblib reads it with a plain unpickler, so that no wrapper is honoured inside.
          const { root, end } = runPickle(bytes, nestedStart, options)
          return { nested: { kind: 'pickle', root }, end }
        })
      : position
  try {
    const { root, end } = runPickle(bytes, start, { ...options, afterBuild })
    return { mentions, root, end, problem: undefined }
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return { mentions, root: undefined, end: bytes.length, problem: error }
  }
}
