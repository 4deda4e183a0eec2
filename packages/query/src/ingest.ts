import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type ColumnSchema, type Finding, ModelsmithError, type SerializedError } from '@modelsmith/table'
import { queryError } from './errors.ts'
import type { ColumnStatistics } from './profile.ts'

export type IngestSpec = {
  readonly source: string
  readonly format: 'csv' | 'parquet'
  /** Types and formats that a person chose; the other columns are found. */
  readonly columns?: readonly ColumnSchema[] | undefined
  /** Where the column block file is written. */
  readonly blocksFile: string
}

export type IngestResult = {
  readonly rows: number
  readonly columns: readonly ColumnSchema[]
  readonly profile: readonly ColumnStatistics[]
  readonly warnings: readonly Finding[]
}

export type IngestOptions = {
  /** Of the whole process, resident. */
  readonly memoryMb: number
  readonly signal?: AbortSignal
  readonly onProgress?: (fraction: number, step: string) => void
  /** Whom the child runs as, when the caller is root. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

/** What the child says; the last message is `done` or `failed`. */
export type ChildMessage =
  | { readonly kind: 'progress'; readonly fraction: number; readonly step: string }
  | { readonly kind: 'done'; readonly result: IngestResult }
  | { readonly kind: 'failed'; readonly error: SerializedError }

const memoryCheckMs = 100

/** Reads a file in a killable child with a memory cap: columns to a block file, schema and profile to the caller. */
export const ingest = async (spec: IngestSpec, options: IngestOptions): Promise<IngestResult> => {
  const { memoryMb, signal, onProgress, user } = options
  if (signal?.aborted === true) throw queryError('query.cancelled', {})
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
    execArgv: [`--max-old-space-size=${memoryMb}`, '--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env['PATH'] },
    serialization: 'advanced',
    ...user,
  })
  let reason: ModelsmithError | undefined
  const stop = (error: ModelsmithError) => {
    reason ??= error
    child.kill('SIGKILL')
  }
  const onAbort = () => stop(queryError('query.cancelled', {}))
  signal?.addEventListener('abort', onAbort)
  const watch = setInterval(async () => {
    if ((await residentMb(child.pid)) > memoryMb) stop(queryError('query.memory', { limitMb: memoryMb }))
  }, memoryCheckMs)
  try {
    return await new Promise<IngestResult>((resolve, reject) => {
      child.on('message', (message: ChildMessage) => {
        if (message.kind === 'progress') onProgress?.(message.fraction, message.step)
        else if (message.kind === 'done') resolve(message.result)
        else reject(ModelsmithError.fromJSON(message.error))
      })
      child.on('error', reject)
      child.on('exit', (code, killedBy) => reject(reason ?? diedOf(code, killedBy, memoryMb)))
      child.send({ spec, memoryMb })
    })
  } finally {
    clearInterval(watch)
    signal?.removeEventListener('abort', onAbort)
    child.kill('SIGKILL')
  }
}

/** V8 aborts when its heap is full: that too is the memory limit. */
const diedOf = (code: number | null, signal: NodeJS.Signals | null, memoryMb: number): ModelsmithError =>
  signal === 'SIGABRT' || code === 134
    ? queryError('query.memory', { limitMb: memoryMb })
    : queryError('query.died', { signal: signal ?? `exit ${code}` })

const pageBytes = 4096
const residentMb = async (pid: number | undefined): Promise<number> => {
  try {
    const pages = Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1])
    return (pages * pageBytes) / 2 ** 20
  } catch {
    return 0
  }
}
