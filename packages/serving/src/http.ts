import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { ModelsmithError, Table } from '@modelsmith/table'
import { parts } from './answer.ts'
import type { Deployed } from './deployed.ts'
import type { DeploymentMetrics } from './deployment-metrics.ts'
import { servingError } from './errors.ts'
import { asKnown, readBody, send, sendProblem } from './exchange.ts'
import { answerForm } from './formats/accept.ts'
import { demandCount } from './formats/read.ts'
import { formAnswer, type FormedAnswer } from './formats/answers.ts'
import type { PredictionLog } from './log/log.ts'
import type { LoggedRows } from './log/segment.ts'
import type { ServedDeployment, ServingManifest } from './manifest.ts'
import { type Asked, readRequest } from './request.ts'

export type ServingState = {
  readonly deployed: (id: string) => Deployed | undefined
  readonly tokens: () => ReadonlyMap<string, ServingManifest['tokens'][number]>
  /** Who may ask a deployment. */
  readonly callersOf: (id: string) => readonly string[]
  /** The column that tells its rows apart, where one is named. */
  readonly associationOf: (id: string) => string | undefined
  /** Since when it answers nothing, by whom and why. */
  readonly pauseOf: (id: string) => NonNullable<ServingManifest['pauses']>[string] | undefined
  /** All that are there. */
  readonly all: () => Iterable<Deployed>
  readonly metrics: DeploymentMetrics
  readonly log: PredictionLog
  readonly now: () => number
}

const route = /^\/api\/v1\/deployments\/([^/?]+)\/predictions(?:\?.*)?$/
/**
 * Answers predictions. `trusted` is for the private socket of the API server, which has checked the person's rights;
 * every other request must bear a token.
 */
export const createPredictionServer = (state: ServingState, { trusted }: { readonly trusted: boolean }): Server =>
  createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const requestId = (trusted ? namedBy(request) : undefined) ?? randomUUID()
    try {
      if (request.method === 'GET' && request.url === '/health')
        return send(response, 200, { status: 'ok' }, { 'x-request-id': requestId })
      if (request.method === 'GET' && request.url === '/metrics')
        return send(response, 200, metricsFor(state, request, trusted), {
          'x-request-id': requestId,
          'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        })
      const id = route.exec(request.url ?? '')?.[1]
      if (request.method !== 'POST' || id === undefined) {
        throw servingError('serving.notFound', { method: request.method ?? '', path: request.url ?? '' })
      }
      const { body, headers } = await predict(state, request, decodeURIComponent(id), requestId, trusted)
      send(response, 200, body, { 'x-request-id': requestId, ...headers })
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
): Promise<FormedAnswer> => {
  let deployed = deployedFor(state, request, id, trusted)
  const started = performance.now()
  const at = new Date(state.now()).toISOString()
  let rows = 0
  const log = (error: ModelsmithError | undefined, kept?: LoggedRows) => {
    const { releaseId } = deployed.deployment
    const latencyMs = performance.now() - started
    const outcome =
      error === undefined
        ? ({ status: 'ok', errorCode: null } as const)
        : ({ status: 'error', errorCode: error.code } as const)
    state.metrics.note(id, { rows, latencyMs, error: error?.kind })
    state.log.append({ requestId, deploymentId: id, releaseId, at, rows, latencyMs, ...outcome }, kept)
  }
  try {
    const form = answerForm(request.headers.accept)
    const body = await readBody(request)
    // While the body came, another model may have taken the place of the first, whose session has ended.
    deployed = deployedFor(state, request, id, trusted)
    const { deployment } = deployed
    const pause = state.pauseOf(id)
    if (pause !== undefined) throw servingError('serving.paused', { id, ...pause })
    const scorer = deployed.scorer()
    const asked = readRequest(
      scorer.inputs,
      body,
      request.headers['content-type'],
      request.url,
      state.associationOf(id),
    )
    rows = asked.rows.rows
    demandCount(rows, deployment.limits?.rows)
    const scores = await deployed.predict(scorer, asked.rows, asked.parameters)
    const { releaseId, modelId } = deployment
    const answer = formAnswer(form, scores, deployment, { requestId, deploymentId: id, releaseId, modelId })
    log(undefined, loggedRows(asked, scores, deployment))
    return answer
  } catch (error) {
    log(asKnown(error))
    throw error
  }
}

/** Counts of the deployments that the bearer of the token may ask. */
const metricsFor = (state: ServingState, request: IncomingMessage, trusted: boolean): string => {
  const token = trusted ? undefined : tokenOf(state, request)
  const seen = [...state.all()].filter((each) => token === undefined || mayAsk(state, token, each))
  return state.metrics.text(
    seen.map((each) => {
      const { id } = each.deployment
      return { id, paused: state.pauseOf(id) !== undefined, active: each.status().state === 'active' }
    }),
  )
}

const loggedRows = ({ rows, ids }: Asked, answered: Table, deployment: ServedDeployment): LoggedRows => {
  const { targetType, classes, labels, outputs } = deployment
  const outcome = {
    targetType,
    classes,
    ...(labels === undefined ? {} : { labels }),
    ...(outputs === undefined ? {} : { outputs }),
  }
  return { inputs: rows, scores: parts(answered, deployment).scores, ids, outcome }
}

/** What answers for a deployment now, if the caller may ask it; another looks as if it did not exist. */
const deployedFor = (state: ServingState, request: IncomingMessage, id: string, trusted: boolean): Deployed => {
  const token = trusted ? undefined : tokenOf(state, request)
  const deployed = state.deployed(id)
  if (deployed === undefined || (token !== undefined && !mayAsk(state, token, deployed))) {
    throw servingError('serving.unknownDeployment', { id })
  }
  return deployed
}

type Token = ServingManifest['tokens'][number]

const mayAsk = (state: ServingState, { organisationId, grantees }: Token, { deployment }: Deployed): boolean => {
  if (organisationId !== deployment.organisationId) return false
  return grantees === 'all' || state.callersOf(deployment.id).some((caller) => grantees.includes(caller))
}

const tokenOf = (state: ServingState, request: IncomingMessage): Token => {
  const secret = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = state.tokens().get(secret === undefined ? '' : createHash('sha256').update(secret).digest('hex'))
  if (token === undefined || hasExpired(token, state.now())) throw servingError('serving.unauthenticated', {})
  return token
}

const hasExpired = ({ expiresAt }: Token, now: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= now
