import { ModelsmithError, type SerializedError } from '@modelsmith/table'
import { servingError } from '../errors.ts'
import { forkBounded, type ReadingLimits } from './apart.ts'

export type ChildReply = { readonly value: unknown } | { readonly error: SerializedError }

/**
 * A bounded child that is asked one thing after another. `timeoutMs` is for one answer. Throws what the child found wrong, and `serving.reading` where
 * it did not come to an answer; then it has ended.
 */
export const converse = (program: URL, { memoryMb, cpuSeconds, timeoutMs }: ReadingLimits) => {
  const child = forkBounded(program, { memoryMb, cpuSeconds })
  const close = () => void child.kill('SIGKILL')
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () =>
      reject(servingError('serving.reading', { memoryMb, cpuSeconds, seconds: timeoutMs / 1000 })),
    )
  })
  ended.catch(() => {})
  return {
    ended,
    close,
    async ask(question: object): Promise<unknown> {
      const late = setTimeout(close, timeoutMs)
      try {
        const answered = new Promise<ChildReply>((settle) =>
          child.once('message', (reply) => settle(reply as ChildReply)),
        )
        // Where the child is gone already, its end says so.
        child.send(question, () => {})
        const reply = await Promise.race([answered, ended])
        if ('error' in reply) throw ModelsmithError.fromJSON(reply.error)
        return reply.value
      } finally {
        clearTimeout(late)
      }
    },
  }
}
