import { type Problem, toProblem } from '@modelsmith/api'
import { type ErrorKind, ModelsmithError } from '@modelsmith/table'
import { diskFull } from '../disk/room.ts'
import { infraError } from '../errors.ts'

const statusOfKind: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  unsupported: 415,
  unsafe: 422,
  limit: 413,
  userCode: 422,
  unavailable: 503,
  bug: 500,
}

const statusOfCode: Readonly<Record<string, number>> = {
  'request.unreadable': 400,
  'request.ifMatchMissing': 428,
  'request.method': 405,
  'object.changed': 412,
  'request.rate': 429,
  'serving.busy': 429,
  'serving.accept': 406,
  'serving.logUnwritable': 507,
  'session.died': 503,
  'storage.full': 507,
}

/** Any error as an answer: known ones in their own words, others as a bug without internals. */
export const problemOf = (error: unknown, requestId: string): Problem => {
  const known =
    error instanceof ModelsmithError ? error : (diskFull(error) ?? infraError('server.bug', {}, { cause: error }))
  return toProblem(known, { status: statusOfCode[known.code] ?? statusOfKind[known.kind], requestId })
}
