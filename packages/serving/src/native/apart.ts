import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ModelsmithError } from '@modelsmith/table'
import { servingError } from '../errors.ts'
import type { AnswerTo, Question, Reply } from './reading.ts'

export type ReadingLimits = {
  readonly memoryMb: number
  /** Of a processor, in whole seconds, at least one: what a file costs, however busy the machine is. */
  readonly cpuSeconds: number
  /** Of the clock, for a child that waits. */
  readonly timeoutMs: number
}

/** Enough for any file that is taken, on a machine that has other work too. */
export const readingLimits: Omit<ReadingLimits, 'memoryMb'> = { cpuSeconds: 60, timeoutMs: 600_000 }

/** The system itself ends a program that has used its processor time, which a busy or stopped one could not do. */
const bounded = 'ulimit -t "$0" && exec "$@"'

/** A process of our own that reads what may be hostile: the system bounds it, and it is killed once its time is over. */
export const forkBounded = (
  program: URL,
  { memoryMb, cpuSeconds, timeoutMs }: Omit<ReadingLimits, 'timeoutMs'> & Partial<Pick<ReadingLimits, 'timeoutMs'>>,
): ChildProcess =>
  fork(fileURLToPath(program), {
    execPath: '/bin/sh',
    execArgv: [
      '-c',
      bounded,
      String(cpuSeconds),
      process.execPath,
      `--max-old-space-size=${memoryMb}`,
      '--disable-warning=ExperimentalWarning',
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    killSignal: 'SIGKILL',
  })

/**
 * Asks a child of its own about a model file: a hostile one can at most end that child, which is killed when it takes too long.
 * Throws what the child found wrong, and `serving.reading` where the child did not come to an answer.
 */
export const askApart = async <K extends Question['kind']>(
  question: Extract<Question, { kind: K }>,
  { memoryMb, cpuSeconds, timeoutMs }: ReadingLimits,
  signal?: AbortSignal,
): Promise<AnswerTo[K]> => {
  const child = forkBounded(new URL('./child.ts', import.meta.url), { memoryMb, cpuSeconds, timeoutMs })
  const onAbort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', onAbort)
  try {
    const reply = await new Promise<Reply<K>>((settle, reject) => {
      child.once('message', (message) => settle(message as Reply<K>))
      child.once('error', reject)
      const limits = { memoryMb, cpuSeconds, seconds: timeoutMs / 1000 }
      child.once('exit', () => reject(servingError('serving.reading', limits)))
      child.send(question)
    })
    if ('error' in reply) throw ModelsmithError.fromJSON(reply.error)
    return reply.value
  } finally {
    signal?.removeEventListener('abort', onAbort)
    child.kill('SIGKILL')
  }
}
