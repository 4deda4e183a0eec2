import {
  type AnswerOf,
  type CallOptions,
  type ClientSettings,
  createClient,
  type Endpoints,
  type Operation,
} from '@modelsmith/api'
import { type keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'

let csrfToken = ''
export const setCsrfToken = (token: string): void => {
  csrfToken = token
}

/** How this page speaks to its server. */
export const clientSettings: ClientSettings = {
  baseUrl: '',
  headers: () => (csrfToken === '' ? {} : { 'x-csrf-token': csrfToken }),
}

export const client = createClient(clientSettings)

type Extra = {
  readonly enabled?: boolean
  readonly refetchInterval?: number | false
  readonly placeholderData?: typeof keepPreviousData
}

/** One read of the API, cached under its operation and arguments; live changes renew it. */
export const useCall = <O extends Operation>(
  operation: O,
  options?: CallOptions<O>,
  extra: Extra = {},
): UseQueryResult<AnswerOf<Endpoints[O]>> =>
  useQuery({
    queryKey: [operation, options ?? {}],
    queryFn: ({ signal }) => client.call(operation, ...([{ ...options, signal }] as never)),
    ...extra,
  }) as UseQueryResult<AnswerOf<Endpoints[O]>>

/** Reads everything again that is on the page. */
export const useRefresh = (): (() => Promise<void>) => {
  const queries = useQueryClient()
  return () => queries.invalidateQueries()
}
