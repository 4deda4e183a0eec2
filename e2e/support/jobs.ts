import type { Client, Job } from '@modelsmith/api'
import { until } from './product.ts'

/** A job once it has ended, however it did. */
export const jobEnded = (client: Client, id: string, timeoutMs: number, everyMs?: number): Promise<Job> =>
  until(
    timeoutMs,
    async () => {
      const job = await client.call('getJob', { params: { id } })
      return job.endedAt === null ? undefined : job
    },
    everyMs,
  )
