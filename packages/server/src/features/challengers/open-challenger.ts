import { ModelsmithError, type Table } from '@modelsmith/table'
import { parts } from '@modelsmith/serving'
import type { OpenedForFile } from '../hosting/index.ts'
import { challengerError } from './errors.ts'

/** Sessions and children that end while they are asked are opened again so often for the rows that are asked together. */
const mostEnds = 16

const hasEnded = (error: unknown): error is ModelsmithError =>
  error instanceof ModelsmithError && /^(session|limit)\.|^serving\.reading$/.test(error.code)

/** A model that is opened when the first rows come, and again when it has ended. */
export const openChallenger = (open: () => Promise<OpenedForFile>, signal: AbortSignal) => {
  let opened: OpenedForFile | undefined
  let ends = 0

  const close = async () => {
    const before = opened
    opened = undefined
    await before?.close()
  }
  const onAbort = () => void close().catch(() => {})
  signal.addEventListener('abort', onAbort)

  const demandOpen = async (): Promise<OpenedForFile> => {
    signal.throwIfAborted()
    opened ??= await open()
    if (!signal.aborted) return opened
    await close()
    throw signal.reason
  }

  return {
    /** What it takes. */
    inputs: async () => (await demandOpen()).inputs,
    /** Other rows are asked from here on. */
    begin: () => {
      ends = 0
    },
    /** Its scores, without what it hands on. */
    async predict(rows: Table): Promise<Table> {
      const { predict, outcome } = await demandOpen()
      try {
        return parts(await predict(rows, {}), outcome).scores
      } catch (error) {
        if (hasEnded(error)) {
          await close()
          if (++ends >= mostEnds) throw challengerError('challenger.tooManyEnds', { times: ends, last: error.message })
        }
        throw error
      }
    },
    isWornOut: () => ends >= mostEnds,
    batchRows: async () => (await demandOpen()).batchRows,
    async close(): Promise<void> {
      signal.removeEventListener('abort', onAbort)
      await close()
    },
  }
}

export type OpenChallenger = ReturnType<typeof openChallenger>
