import type { IncomingMessage, ServerResponse } from 'node:http'
import { toProblem } from '@modelsmith/api'
import { type ErrorKind, ModelsmithError } from '@modelsmith/table'
import { servingError } from './errors.ts'

const maxBodyBytes = 32 * 2 ** 20

/** HTTP status of each kind of error. */
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

/** A body over the limit is read to its end all the same, unless that is far: only then does its sender hear why it was refused. */
export const readBody = async (request: IncomingMessage): Promise<Uint8Array> => {
  let parts: Buffer[] = []
  let bytes = 0
  // An iterator would cost one row more than reading it.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= maxBodyBytes) parts.push(part)
      else parts = []
      if (bytes > maxBodyBytes * 8) {
        request.destroy()
        resolve()
      }
    })
    request.once('end', resolve)
    request.once('error', reject)
  })
  if (bytes > maxBodyBytes) throw servingError('serving.bodyTooLarge', { limitMb: maxBodyBytes / 2 ** 20 })
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

export const send = (
  response: ServerResponse,
  status: number,
  body: object | string | Uint8Array,
  headers: Readonly<Record<string, string | number>>,
): void => {
  // Text leaves in one piece with the head.
  const content = body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'content-length': Buffer.byteLength(content),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(content)
}

/** The error that a caller is told of; what nobody foresaw keeps its words to itself. */
export const asKnown = (error: unknown): ModelsmithError =>
  error instanceof ModelsmithError
    ? error
    : new ModelsmithError({
        code: 'serving.bug',
        kind: 'bug',
        message: 'The prediction process failed.',
        cause: error,
      })

const statusOfCode: Readonly<Record<string, number>> = {
  'serving.busy': 429,
  'serving.accept': 406,
  'serving.logUnwritable': 507,
  // Requests beside the one whose code ended it are asked again.
  'session.died': 503,
}

export const statusOf = ({ code, kind }: ModelsmithError): number => statusOfCode[code] ?? statusOfKind[kind]

/** What somebody has to end, such as a pause, is tried again in vain. */
const isSoonOver = (error: ModelsmithError): boolean =>
  [429, 503].includes(statusOf(error)) && error.code !== 'serving.paused' && error.code !== 'serving.withheld'

/** `more` is what the clients of another protocol look for in an error. */
export const sendProblem = (
  response: ServerResponse,
  error: unknown,
  requestId: string,
  more: (message: string) => object = () => ({}),
): void => {
  if (response.headersSent || response.destroyed) return
  const known = asKnown(error)
  const status = statusOf(known)
  const problem = { ...toProblem(known, { status, requestId }), ...more(known.message) }
  const retry = isSoonOver(known) ? { 'retry-after': '1' } : {}
  send(response, status, problem, { 'x-request-id': requestId, ...retry })
}
