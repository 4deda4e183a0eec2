import { ApiError, type ChangeEvent, endpoints, type Operation } from '@modelsmith/api'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from './client.ts'

/** Other pages that show something of the changed thing. */
const alsoShown: Readonly<Record<string, readonly string[]>> = {
  project: ['models'],
  model: ['projects', 'searches'],
  search: ['searches'],
  registeredModel: ['experiments'],
  experiment: ['registeredModels'],
  dataset: ['projects'],
  task: ['blueprints'],
}

/**
 * Renews what the pages show as soon as the server says that it changed, and after the line was broken. Answers whether
 * the server is out of reach.
 */
export const useLiveChanges = (onSessionEnd: () => void): boolean => {
  const queries = useQueryClient()
  const [lost, setLost] = useState(false)
  useEffect(() => {
    const leaving = new AbortController()
    const renew = (tags: readonly string[]) =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => tags.includes(endpoints[queryKey[0] as Operation]?.tag),
      })
    const follow = async () => {
      while (!leaving.signal.aborted) {
        await client
          .stream('streamChanges', {
            signal: leaving.signal,
            onEvent: ({ data }) => {
              const { kind } = data as ChangeEvent
              void renew([`${kind}s`, ...(alsoShown[kind] ?? [])])
            },
          })
          .catch(() => {})
        if (leaving.signal.aborted) return
        await new Promise((resolve) => setTimeout(resolve, 2000))
        try {
          await client.call('currentSession')
          setLost(false)
          void queries.invalidateQueries()
        } catch (error) {
          if (error instanceof ApiError && error.problem.status === 401) return onSessionEnd()
          setLost(true)
        }
      }
    }
    void follow()
    return () => leaving.abort()
  }, [queries, onSessionEnd])
  return lost
}
