import type { Application } from '@modelsmith/api'
import { type ColumnSchema, ModelsmithError, type SerializedError, type Table } from '@modelsmith/table'
import { servingError } from '../errors.ts'
import { forkBounded, type ReadingLimits } from './apart.ts'

/** What the child is sent: first the file, then tables of rows, one after another. */
export type BatchQuestion = { readonly path: string; readonly application: Application } | { readonly rows: Table }
export type BatchOpened = {
  /** The application's fields. */
  readonly inputs: readonly ColumnSchema[]
  /** How many columns an answer has; null where made-up rows do not suit the model. */
  readonly columns: number | null
}
export type BatchReply = { readonly value: BatchOpened | Table } | { readonly error: SerializedError }

export type BatchScorer = BatchOpened & {
  predict(rows: Table): Promise<Table>
  close(): void
}

/**
 * Opens a model file in a child that answers table after table, for files of any length: nothing of it is read or computed in this process.
 * `timeoutMs` is for one table. Throws what the child found wrong, and `serving.reading` where it did not come to an answer.
 */
export const openBatch = async (
  { path, application }: { readonly path: string; readonly application: Application },
  limits: ReadingLimits,
  signal: AbortSignal,
): Promise<BatchScorer> => {
  const { memoryMb, cpuSeconds, timeoutMs } = limits
  const child = forkBounded(new URL('./batch-child.ts', import.meta.url), { memoryMb, cpuSeconds })
  const close = () => {
    signal.removeEventListener('abort', close)
    child.kill('SIGKILL')
  }
  signal.addEventListener('abort', close)
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () =>
      reject(servingError('serving.reading', { memoryMb, cpuSeconds, seconds: timeoutMs / 1000 })),
    )
  })
  ended.catch(() => {})
  const ask = async <T extends BatchOpened | Table>(question: BatchQuestion): Promise<T> => {
    const late = setTimeout(close, timeoutMs)
    try {
      const answered = new Promise<BatchReply>((settle) =>
        child.once('message', (reply) => settle(reply as BatchReply)),
      )
      // Where the child is gone already, its end says so.
      child.send(question, () => {})
      const reply = await Promise.race([answered, ended])
      if ('error' in reply) throw ModelsmithError.fromJSON(reply.error)
      return reply.value as T
    } finally {
      clearTimeout(late)
    }
  }
  try {
    const opened = await ask<BatchOpened>({ path, application })
    return { ...opened, predict: (rows) => ask<Table>({ rows }), close }
  } catch (error) {
    close()
    throw error
  }
}
