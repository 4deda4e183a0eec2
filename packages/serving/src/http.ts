import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type PredictionAnswer, toProblem } from '@modelsmith/api'
import { type ErrorKind, ModelsmithError } from '@modelsmith/table'
import { answerRows } from './answer.ts'
import type { Deployed } from './deployed.ts'
import { servingError } from './errors.ts'
import type { PredictionLog } from './log.ts'
import type { ServingManifest } from './manifest.ts'
import { readRequest } from './request.ts'

export type ServingState = {
  readonly deployed: (id: string) => Deployed | undefined
  readonly tokens: () => ReadonlyMap<string, ServingManifest['tokens'][number]>
  readonly log: PredictionLog
  readonly now: () => number
}

const route = /^\/api\/v1\/deployments\/([^/?]+)\/predictions(?:\?.*)?$/
const maxBodyBytes = 32 * 2 ** 20

/** HTTP status of each kind of error. */
const statusOf: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  unsupported: 415,
  unsafe: 422,
  limit: 429,
  userCode: 422,
  unavailable: 503,
  bug: 500,
}

/**
 * Answers predictions. `trusted` is for the private socket of the API server, which has checked the person's rights;
 * every other request must bear a token.
 */
export const createPredictionServer = (state: ServingState, { trusted }: { readonly trusted: boolean }): Server =>
  createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const requestId = (trusted ? namedBy(request) : undefined) ?? randomUUID()
    try {
      if (request.method === 'GET' && request.url === '/health') return send(response, 200, { status: 'ok' }, requestId)
      const id = route.exec(request.url ?? '')?.[1]
      if (request.method !== 'POST' || id === undefined) {
        throw servingError('serving.notFound', { method: request.method ?? '', path: request.url ?? '' })
      }
      send(response, 200, await predict(state, request, decodeURIComponent(id), requestId, trusted), requestId)
    } catch (error) {
      sendProblem(response, error, requestId)
    }
  })

/** The API server has told its caller a name of the request already: log and answer say the same. */
const namedBy = ({ headers }: IncomingMessage): string | undefined => {
  const name = headers['x-request-id']
  return typeof name === 'string' ? name : undefined
}

const predict = async (
  state: ServingState,
  request: IncomingMessage,
  id: string,
  requestId: string,
  trusted: boolean,
): Promise<PredictionAnswer> => {
  let deployed = deployedFor(state, request, id, trusted)
  const started = performance.now()
  const at = new Date(state.now()).toISOString()
  let rows = 0
  const log = (outcome: { status: 'ok' | 'error'; errorCode: string | null }) => {
    const { releaseId } = deployed.deployment
    state.log.append({
      requestId,
      deploymentId: id,
      releaseId,
      at,
      rows,
      latencyMs: performance.now() - started,
      ...outcome,
    })
  }
  try {
    const body = await readBody(request)
    // While the body came, another model may have taken the place of the first, whose session has ended.
    deployed = deployedFor(state, request, id, trusted)
    const { deployment } = deployed
    const scorer = deployed.scorer()
    const table = readRequest(scorer.inputs, body, request.headers['content-type'])
    rows = table.rows
    const predictions = answerRows(await deployed.predict(scorer, table), deployment)
    log({ status: 'ok', errorCode: null })
    return { requestId, deploymentId: id, releaseId: deployment.releaseId, modelId: deployment.modelId, predictions }
  } catch (error) {
    log({ status: 'error', errorCode: error instanceof ModelsmithError ? error.code : 'serving.bug' })
    throw error
  }
}

/** What answers for a deployment now, if the caller may ask it. */
const deployedFor = (state: ServingState, request: IncomingMessage, id: string, trusted: boolean): Deployed => {
  const deployed = state.deployed(id)
  const organisationId = trusted ? deployed?.deployment.organisationId : organisationOf(state, request)
  if (deployed === undefined || deployed.deployment.organisationId !== organisationId) {
    throw servingError('serving.unknownDeployment', { id })
  }
  return deployed
}

const organisationOf = (state: ServingState, request: IncomingMessage): string => {
  const secret = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = state.tokens().get(secret === undefined ? '' : createHash('sha256').update(secret).digest('hex'))
  if (token === undefined || hasExpired(token, state.now())) throw servingError('serving.unauthenticated', {})
  return token.organisationId
}

const hasExpired = ({ expiresAt }: ServingManifest['tokens'][number], now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now

/** A body over the limit is read to its end all the same, unless that is far: only then does its sender hear why it was refused. */
const readBody = async (request: IncomingMessage): Promise<Uint8Array> => {
  let parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= maxBodyBytes) parts.push(part)
    else parts = []
    if (bytes > maxBodyBytes * 8) break
  }
  if (bytes > maxBodyBytes) throw servingError('serving.bodyTooLarge', { limitMb: maxBodyBytes / 2 ** 20 })
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

const send = (response: ServerResponse, status: number, body: object, requestId: string): void => {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'x-request-id': requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 429 || status === 503 ? { 'retry-after': '1' } : {}),
  })
  response.end(text)
}

const sendProblem = (response: ServerResponse, error: unknown, requestId: string): void => {
  if (response.headersSent || response.destroyed) return
  const known =
    error instanceof ModelsmithError
      ? error
      : new ModelsmithError({
          code: 'serving.bug',
          kind: 'bug',
          message: 'The prediction process failed.',
          cause: error,
        })
  const status = known.code === 'serving.bodyTooLarge' ? 413 : statusOf[known.kind]
  send(response, status, toProblem(known, { status, requestId }), requestId)
}
