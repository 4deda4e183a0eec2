import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { processorMs } from './processor-time.ts'

export const tasksDir = join(import.meta.dirname, 'tasks')

/** `chain`: the same transform so many times in a row. `folds`: a blueprint of two steps, each fold and all training rows. */
export type Work =
  | {
      readonly kind: 'chain'
      readonly task: 'pass-through' | 'burn'
      readonly steps: number
      /** The script copies the rows once a step, as the engine does to keep what a fit does to them to itself. */
      readonly copies?: boolean
    }
  | { readonly kind: 'folds'; readonly folds: number }

export type Request = {
  readonly work: Work
  /** Path of the data without its ending. */
  readonly file: string
  readonly rows: number
  readonly missing: boolean
  /** Not there yet; all that the run leaves lies in it. */
  readonly folder: string
  /** Sessions side by side; the script knows no such thing. */
  readonly lanes: number
}

/** One side: a process that becomes ready once and answers requests, as a worker and as a notebook do. */
export const openSide = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv) => {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${command} ${args.join(' ')} ended.`)
    return JSON.parse(value) as Record<string, unknown>
  }
  const ready = await answer()
  return {
    ready,
    /** Processor time so far of this process and all below it, its start included. */
    spentMs: () => processorMs(child.pid ?? 0),
    run: async (request: Request): Promise<void> => {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      await answer()
    },
    close: async (): Promise<void> => {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

export type Side = Awaited<ReturnType<typeof openSide>>
