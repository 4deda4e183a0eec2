import { ApiError } from '@modelsmith/api'

/** What the server found wrong with one field of a body, by its JSON pointer. */
export const findingsAt =
  (error: unknown) =>
  (pointer: string): string | undefined =>
    error instanceof ApiError
      ? error.problem.findings?.find(({ place }) => place?.pointer === pointer)?.message
      : undefined
