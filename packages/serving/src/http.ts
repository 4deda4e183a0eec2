import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { ModelsmithError } from '@modelsmith/table'
import type { Deployed } from './deployed.ts'
import type { CountsSnapshot, DeploymentMetrics } from './deployment-metrics.ts'
import { servingError } from './errors.ts'
import { asKnown, readBody, send, sendProblem } from './exchange.ts'
import type { Explainers } from './explanations/explainers.ts'
import { isOfModel } from './fallback.ts'
import { demandCount } from './formats/read.ts'
import type { FormedAnswer } from './formats/answers.ts'
import type { PredictionLog } from './log/log.ts'
import { loggedRows } from './log/logged-rows.ts'
import type { LoggedRows, PredictionLogEntry } from './log/segment.ts'
import type { ServedDeployment, ServingManifest } from './manifest.ts'
import { mlflow } from './protocols/invocations.ts'
import { modelsmith } from './protocols/modelsmith.ts'
import { modelMetadata, openInference } from './protocols/open-inference.ts'
import type { Protocol } from './protocols/protocol.ts'
import { newRequestId } from './request-id.ts'

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
  /** Who answers for it while its model cannot. */
  readonly fallbackOf: (id: string) => string | undefined
  readonly explainers: Explainers
  readonly metrics: DeploymentMetrics
  /** Of the other processes on the port. */
  readonly othersCounts: () => Promise<readonly CountsSnapshot[]>
  readonly log: PredictionLog
  readonly now: () => number
}

/** Where predictions are asked for, in each protocol; a version, where one is named, is that of the release that answers. */
const predictions: readonly { readonly path: RegExp; readonly protocol: Protocol }[] = [
  { path: /^\/api\/v1\/deployments\/([^/]+)\/predictions$/, protocol: modelsmith },
  { path: /^\/api\/v1\/deployments\/([^/]+)\/invocations$/, protocol: mlflow },
  { path: /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?\/infer$/, protocol: openInference },
]
const modelPath = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(\/ready)?$/
const healthPath = /^\/api\/v1\/deployments\/([^/]+)\/(?:ping|health)$/

/**
 * Answers predictions. `trusted` is for the private socket of the API server, which has checked the person's rights;
 * every other request must bear a token.
 */
export const createPredictionServer = (state: ServingState, { trusted }: { readonly trusted: boolean }): Server =>
  createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    const requestId = (trusted ? namedBy(request) : undefined) ?? newRequestId()
    const path = pathOf(request)
    const asked = request.method === 'POST' ? askedAt(path) : undefined
    try {
      if (asked === undefined) {
        const told = request.method === 'GET' ? await tell(state, request, path, trusted) : undefined
        if (told === undefined)
          throw servingError('serving.notFound', { method: request.method ?? '', path: request.url ?? '' })
        return send(response, 200, told.body, { 'x-request-id': requestId, ...told.headers })
      }
      const { body, headers } = await predict(state, request, asked, requestId, trusted)
      send(response, 200, body, { 'x-request-id': requestId, ...headers })
    } catch (error) {
      sendProblem(response, error, requestId, asked?.protocol.error ?? errorAt(path))
    }
  })

type AskedFor = { readonly protocol: Protocol; readonly id: string; readonly version: string | undefined }

/** By which protocol a path asks, and for which deployment. */
const askedAt = (path: string): AskedFor | undefined => {
  for (const { path: pattern, protocol } of predictions) {
    const [, id, version] = pattern.exec(path) ?? []
    if (id !== undefined) return { protocol, id: decoded(id), version: decodedVersion(version) }
  }
  return undefined
}
const decodedVersion = (version: string | undefined) => (version === undefined ? undefined : decoded(version))

const pathOf = ({ url = '' }: IncomingMessage): string => {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
/** What cannot be decoded names nothing. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
const errorAt = (path: string) => (path.startsWith('/v2') ? openInference.error : undefined)

type Told = { readonly body: object | string; readonly headers?: Readonly<Record<string, string>> }

/** What is told of this process and its deployments, where there is something at the path. */
const tell = async (
  state: ServingState,
  request: IncomingMessage,
  path: string,
  trusted: boolean,
): Promise<Told | undefined> => {
  if (path === '/health') return { body: { status: 'ok' } }
  if (path === '/metrics')
    return {
      body: await metricsFor(state, request, trusted),
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    }
  if (path === '/v2') return { body: { name: 'modelsmith', version: '2', extensions: ['binary_tensor_data'] } }
  if (path === '/v2/health/live') return { body: { live: true } }
  if (path === '/v2/health/ready') return { body: { ready: true } }
  const [, health] = healthPath.exec(path) ?? []
  if (health !== undefined) return isReady(state, deployedFor(state, request, decoded(health), trusted))
  const [, id, version, ready] = modelPath.exec(path) ?? []
  if (id === undefined) return undefined
  const deployed = deployedFor(state, request, decoded(id), trusted)
  const { deployment } = deployed
  demandVersion(deployment, decodedVersion(version))
  if (ready !== undefined) return isReady(state, deployed)
  const { inputs } = deployed.scorer()
  return { body: modelMetadata({ name: deployment.id, version: deployment.releaseId, inputs, outcome: deployment }) }
}

const isReady = (state: ServingState, deployed: Deployed): Told => {
  demandRunning(state, deployed)
  deployed.scorer()
  return { body: { ready: true } }
}

const demandRunning = (state: ServingState, { deployment: { id } }: Deployed): void => {
  const pause = state.pauseOf(id)
  if (pause !== undefined) throw servingError('serving.paused', { id, ...pause })
}

const demandVersion = ({ id, releaseId }: ServedDeployment, version: string | undefined): void => {
  if (version !== undefined && version !== releaseId)
    throw servingError('serving.unknownVersion', { id, version, current: releaseId })
}

/** The API server has told its caller a name of the request already: log and answer say the same. */
const namedBy = ({ headers }: IncomingMessage): string | undefined => {
  const name = headers['x-request-id']
  return typeof name === 'string' ? name : undefined
}

const predict = async (
  state: ServingState,
  request: IncomingMessage,
  { protocol, id, version }: AskedFor,
  requestId: string,
  trusted: boolean,
): Promise<FormedAnswer> => {
  let deployed = deployedFor(state, request, id, trusted)
  const started = performance.now()
  const at = new Date(state.now()).toISOString()
  let rows = 0
  const latency = () => performance.now() - started
  const log = (error: ModelsmithError | undefined, kept?: LoggedRows, fallback?: PredictionLogEntry['fallback']) => {
    const { releaseId } = deployed.deployment
    const outcome =
      error === undefined
        ? ({ status: 'ok', errorCode: null } as const)
        : ({ status: 'error', errorCode: error.code } as const)
    const entry = { requestId, deploymentId: id, releaseId, at, rows, latencyMs: latency(), ...outcome }
    return state.log.append(fallback === undefined ? entry : { ...entry, fallback }, kept)
  }
  const count = (error?: ModelsmithError, fallback = false) =>
    state.metrics.note(id, { rows, latencyMs: latency(), error: error?.kind, fallback })
  try {
    const read = protocol.begin(request.headers, request.url)
    const body = await readBody(request)
    // While the body came, another model may have taken the place of the first, whose session has ended.
    deployed = deployedFor(state, request, id, trusted)
    demandRunning(state, deployed)
    demandVersion(deployed.deployment, version)
    const answerBy = async (own: Deployed, more: Readonly<Record<string, string>> = {}) => {
      const { deployment } = own
      const scorer = own.scorer()
      const { releaseId, modelId } = deployment
      const { asked, answer, explain } = read(body, {
        name: id,
        version: releaseId,
        inputs: scorer.inputs,
        outcome: deployment,
        association: state.associationOf(id),
        facts: { requestId, deploymentId: id, releaseId, modelId, ...more },
      })
      rows = asked.rows.rows
      demandCount(rows, deployment.limits?.rows)
      if (explain !== undefined) state.explainers.demand(deployment, rows)
      const scores = await own.predict(scorer, asked.rows, asked.parameters)
      const explained = explain && { ...explain, ...(await state.explainers.explain(deployment, asked.rows, scores)) }
      return { formed: answer(scores, explained), asked, scores }
    }
    try {
      const { formed, asked, scores } = await answerBy(deployed)
      // Nobody is answered whose request is not logged.
      await log(undefined, loggedRows(asked, scores, deployed.deployment))
      count()
      return formed
    } catch (error) {
      const known = asKnown(error)
      // Whoever names a version wants that one or none.
      const other = version === undefined && isOfModel(known) ? fallbackOf(state, deployed) : undefined
      if (other === undefined) throw error
      const fallbackId = other.deployment.id
      const { formed } = await answerBy(other, { fallbackId }).catch((later: unknown) => {
        throw isOfModel(asKnown(later)) ? error : later
      })
      // Its rows tell nothing of the deployment's own model.
      await log(undefined, undefined, {
        deploymentId: fallbackId,
        releaseId: other.deployment.releaseId,
        why: known.code,
      })
      count(undefined, true)
      return { ...formed, headers: { ...formed.headers, 'x-fallback-id': fallbackId } }
    }
  } catch (error) {
    const known = asKnown(error)
    count(known)
    try {
      await log(known)
    } catch {
      // The caller is told what was wrong all the same.
    }
    throw error
  }
}

/** Who answers for a deployment whose model cannot, unless somebody has decided that it does not answer. */
const fallbackOf = (state: ServingState, { deployment }: Deployed): Deployed | undefined => {
  const id = deployment.withheld === undefined ? state.fallbackOf(deployment.id) : undefined
  return id === undefined || state.pauseOf(id) !== undefined ? undefined : state.deployed(id)
}

/** Counts of the deployments that the bearer of the token may ask. */
const metricsFor = async (state: ServingState, request: IncomingMessage, trusted: boolean): Promise<string> => {
  const token = trusted ? undefined : tokenOf(state, request)
  const seen = [...state.all()].filter((each) => token === undefined || mayAsk(state, token, each))
  return state.metrics.text(
    seen.map((each) => {
      const { id } = each.deployment
      return { id, paused: state.pauseOf(id) !== undefined, active: each.status().state === 'active' }
    }),
    await state.othersCounts(),
  )
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
  const { authorization = '' } = request.headers
  const token = state.tokens().get(hashOf(authorization))
  if (token === undefined || hasExpired(token, state.now())) throw servingError('serving.unauthenticated', {})
  return token
}

const mostHashes = 1000
const hashes = new Map<string, string>()

/** The SHA-256 of the token that a header bears; of those that come again and again it is known. */
const hashOf = (authorization: string): string => {
  const known = hashes.get(authorization)
  if (known !== undefined) return known
  const secret = secretOf(authorization)
  const hash = secret === undefined ? '' : createHash('sha256').update(secret).digest('hex')
  if (hashes.size >= mostHashes) hashes.clear()
  hashes.set(authorization, hash)
  return hash
}

/** A bearer token, or the password of whoever can send nothing else. */
const secretOf = (authorization: string): string | undefined => {
  const [, scheme, credentials = ''] = /^(Bearer|Basic) (\S+)$/i.exec(authorization) ?? []
  if (scheme?.toLowerCase() !== 'basic') return scheme === undefined ? undefined : credentials
  const pair = Buffer.from(credentials, 'base64').toString()
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : pair.slice(colon + 1)
}

const hasExpired = ({ expiresAt }: Token, now: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= now
