import type { Application } from '@modelsmith/api'
import type { ColumnSchema, SerializedError, Table } from '@modelsmith/table'
import type { ReadingLimits } from './apart.ts'
import { converse } from './conversation.ts'

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
  const child = converse(new URL('./batch-child.ts', import.meta.url), limits)
  const close = () => {
    signal.removeEventListener('abort', close)
    child.close()
  }
  signal.addEventListener('abort', close)
  const ask = <T extends BatchOpened | Table>(question: BatchQuestion) => child.ask(question) as Promise<T>
  try {
    const opened = await ask<BatchOpened>({ path, application })
    return { ...opened, predict: (rows) => ask<Table>({ rows }), close }
  } catch (error) {
    close()
    throw error
  }
}
