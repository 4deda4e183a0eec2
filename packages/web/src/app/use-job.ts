import type { Job, JobLog, LogLine } from '@modelsmith/api'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, useCall } from './client.ts'

export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled'

export type FollowedJob = { readonly job: Job | undefined; readonly log: JobLog | undefined }

/** A job with its log, as it goes on. What shows it is keyed by the job's id. */
export const useJob = (id: string): FollowedJob => {
  const queries = useQueryClient()
  const log = useCall('getJobLog', { params: { id } })
  const first = useCall('getJob', { params: { id } })
  const [job, setJob] = useState<Job>()
  const [lines, setLines] = useState<readonly LogLine[]>([])
  useEffect(() => {
    const leaving = new AbortController()
    void client
      .stream('streamJob', {
        params: { id },
        signal: leaving.signal,
        onEvent: ({ event, data }) => {
          if (event === 'log') setLines((seen) => [...seen, data as LogLine].slice(-maxLiveLines))
          else setJob(data as Job)
        },
      })
      .catch(() => {})
      .then(() => (leaving.signal.aborted ? undefined : queries.invalidateQueries()))
    return () => leaving.abort()
  }, [id, queries])
  return { job: job ?? first.data, log: merge(log.data, lines) }
}

const maxLiveLines = 2000

/** What was read at first, and what came since. */
const merge = (read: JobLog | undefined, live: readonly LogLine[]): JobLog | undefined => {
  if (read === undefined) return undefined
  const last = read.lines.at(-1)?.sequence ?? 0
  return { ...read, lines: [...read.lines, ...live.filter(({ sequence }) => sequence > last)] }
}
