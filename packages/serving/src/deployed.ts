import { setTimeout as after } from 'node:timers/promises'
import type { ParameterValues } from '@modelsmith/domain'
import type { Table } from '@modelsmith/table'
import { servingError } from './errors.ts'
import type { ServedDeployment, ServingStatus } from './manifest.ts'
import type { OpenScorer, Scorer } from './scorer.ts'

export type DeployedLimits = {
  /** Requests that may wait for one deployment; the next is refused. */
  readonly queue: number
  readonly timeoutMs: number
  readonly retryMs: { readonly first: number; readonly most: number }
}

export const defaultLimits: DeployedLimits = { queue: 256, timeoutMs: 60_000, retryMs: { first: 500, most: 30_000 } }

type State =
  | { readonly name: 'starting' }
  | { readonly name: 'active'; readonly scorer: Scorer }
  | { readonly name: 'failed'; readonly problem: string }

/**
 * One deployment in this process: keeps a scorer open for it, opens another when the first ends, and refuses with the
 * reason in between. Replacing the model is a new object, which takes the place of the old one when it has `settled`; the old
 * one is closed when its requests are answered.
 */
export const deploy = (deployment: ServedDeployment, open: OpenScorer, limits: DeployedLimits, changed: () => void) => {
  let state: State = { name: 'starting' }
  let waiting = 0
  let closed = false
  let idle: () => void = () => {}
  const stopRetry = new AbortController()
  const settled = Promise.withResolvers<void>()

  const become = (next: State) => {
    state = next
    if (!closed) changed()
    settled.resolve()
  }

  const keepOpen = async () => {
    let delay = limits.retryMs.first
    while (!closed) {
      try {
        const scorer = await open(deployment)
        if (closed) return void (await scorer.close())
        become({ name: 'active', scorer })
        delay = limits.retryMs.first
        become({ name: 'failed', problem: await scorer.ended })
      } catch (error) {
        become({ name: 'failed', problem: error instanceof Error ? error.message : String(error) })
      }
      await after(delay, undefined, { signal: stopRetry.signal }).catch(() => {})
      delay = Math.min(delay * 2, limits.retryMs.most)
    }
  }
  const running = keepOpen()

  const scorerNow = (): Scorer => {
    if (state.name === 'starting') throw servingError('serving.starting', { id: deployment.id })
    if (state.name === 'failed') throw servingError('serving.failed', { id: deployment.id, problem: state.problem })
    if (waiting >= limits.queue) throw servingError('serving.busy', { waiting })
    return state.scorer
  }

  const inTime = async (scorer: Scorer, predicted: Promise<Table>): Promise<Table> => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      void scorer.close()
      late.reject(servingError('serving.timeout', { seconds: limits.timeoutMs / 1000 }))
    }, limits.timeoutMs)
    try {
      return await Promise.race([predicted, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    deployment,
    /** Resolves when it has a scorer, or a reason why it has none. */
    settled: settled.promise,
    /** Throws when the deployment cannot answer now; otherwise what a request needs. */
    scorer: scorerNow,
    async predict(scorer: Scorer, rows: Table, parameters: ParameterValues): Promise<Table> {
      const predicted = scorer.predict(rows, parameters)
      if (!(predicted instanceof Promise)) return predicted
      waiting++
      try {
        return await inTime(scorer, predicted)
      } finally {
        waiting--
        if (waiting === 0) idle()
      }
    },
    status(): ServingStatus['deployments'][number] {
      return {
        id: deployment.id,
        releaseId: deployment.releaseId,
        state: state.name,
        problem: state.name === 'failed' ? state.problem : null,
      }
    },
    async close(): Promise<void> {
      closed = true
      stopRetry.abort()
      if (waiting > 0) await new Promise<void>((resolve) => (idle = resolve))
      if (state.name === 'active') await state.scorer.close()
      await running
    },
  }
}

export type Deployed = ReturnType<typeof deploy>
