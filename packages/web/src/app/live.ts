import { type ChangeEvent, endpoints, type Operation } from '@modelsmith/api'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { client } from './client.ts'

/** Other pages that show something of the changed thing. */
const alsoShown: Readonly<Record<string, readonly string[]>> = {
  project: ['models'],
  model: ['projects'],
  dataset: ['projects'],
  task: ['blueprints'],
}

/** Renews what the pages show as soon as the server says that it changed, and after the line was broken. */
export const useLiveChanges = (): void => {
  const queries = useQueryClient()
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
        void queries.invalidateQueries()
      }
    }
    void follow()
    return () => leaving.abort()
  }, [queries])
}
