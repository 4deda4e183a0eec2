import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hyperparameter, ParameterValues } from '@modelsmith/domain'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { Outcome } from './answer.ts'
import { type DeployedLimits, defaultLimits, deploy } from './deployed.ts'
import { servingError } from './errors.ts'
import { asKnown, readBody, send, sendProblem, statusOf } from './exchange.ts'
import { createMetrics } from './metrics.ts'
import { folderOpenApi } from './openapi.ts'
import { mlflow } from './protocols/invocations.ts'
import { modelsmith } from './protocols/modelsmith.ts'
import { modelMetadata, openInference } from './protocols/open-inference.ts'
import type { Protocol } from './protocols/protocol.ts'
import { newRequestId } from './request-id.ts'
import type { Scorer } from './scorer.ts'

export type FolderServerSettings = Outcome & {
  /** How clients call the model. */
  readonly name: string
  readonly version: string
  readonly inputs: readonly ColumnSchema[]
  /** What may be set where it is applied. */
  readonly parameters?: readonly Hyperparameter[]
  /** Opens the model; called again when what it gave has ended. */
  readonly open: () => Promise<Scorer>
  readonly listen: { readonly host: string; readonly port: number }
  readonly limits?: DeployedLimits
  /** Told whenever the model comes up or goes down. */
  readonly onState?: (state: string, problem: string | null) => void
}

type Score = (rows: Table, parameters: ParameterValues) => Promise<Table>
type Answer = {
  readonly body: object | string | Uint8Array
  readonly headers?: Readonly<Record<string, string | number>>
}
type Exchange = {
  readonly request: IncomingMessage
  readonly requestId: string
  /** What the path names in its parentheses. */
  readonly named: string | undefined
  readonly body: () => Promise<Uint8Array>
  readonly score: Score
}
type Route = {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  /** None of what operates the server. */
  readonly protocol?: Protocol
  readonly answer: (exchange: Exchange) => Promise<Answer> | Answer
}

/**
 * One model on one port, for the laptop and for containers: our own form of request, the Open Inference Protocol v2 and MLflow's
 * `/invocations`, with health, metrics and an OpenAPI document. It asks nobody who they are: whoever reaches the port may ask.
 */
export const startFolderServer = async (settings: FolderServerSettings) => {
  const { name, version, inputs, parameters = [], targetType, classes, labels, open, listen } = settings
  const { limits = defaultLimits, onState } = settings
  const outcome: Outcome = { targetType, classes, ...(labels === undefined ? {} : { labels }) }
  const local = { organisationId: 'local', releaseId: 'local', modelId: name, folder: '' }
  const deployment = { id: name, ...local, ...outcome, classes: [...classes] }
  const deployed = deploy(
    deployment,
    async () => open(),
    limits,
    () => {
      const { state, problem } = deployed.status()
      onState?.(state, problem)
    },
  )
  const metrics = createMetrics(name)
  const demandReady = (): Answer => {
    deployed.scorer()
    return { body: { ready: true } }
  }
  const demandName = (named = '') => {
    if (named !== name && named !== encodeURIComponent(name))
      throw servingError('serving.unknownModel', { name: named, known: name })
  }

  const subject = { name, version: '1', inputs, outcome }
  /** Predictions, as a protocol asks for them. */
  const scoredBy = (protocol: Protocol, path: RegExp): Route => ({
    method: 'POST',
    path,
    protocol,
    answer: async ({ request, requestId, named, body, score }) => {
      if (named !== undefined) demandName(named)
      const read = protocol.begin(request.headers, request.url)
      const { asked, explain, answer: answerOf } = read(await body(), { ...subject, facts: { requestId } })
      if (explain !== undefined)
        throw servingError('serving.unexplained', {
          why: 'a model that is served from a folder runs as code.',
          help: 'Deploy it on a server, or explain a model file with `modelsmith explain`.',
        })
      return answerOf(await score(asked.rows, asked.parameters))
    },
  })
  const routes: readonly Route[] = [
    scoredBy(modelsmith, /^\/predictions$/),
    scoredBy(mlflow, /^\/invocations$/),
    scoredBy(openInference, /^\/v2\/models\/([^/]+)(?:\/versions\/1)?\/infer$/),
    {
      method: 'GET',
      path: /^\/v2\/health\/live$/,
      protocol: openInference,
      answer: () => ({ body: { live: true } }),
    },
    { method: 'GET', path: /^\/v2\/health\/ready$/, protocol: openInference, answer: demandReady },
    {
      method: 'GET',
      path: /^\/v2$/,
      protocol: openInference,
      answer: () => ({ body: { name: 'modelsmith', version, extensions: ['binary_tensor_data'] } }),
    },
    {
      method: 'GET',
      path: /^\/v2\/models\/([^/]+)(?:\/versions\/1)?\/ready$/,
      protocol: openInference,
      answer: ({ named }) => {
        demandName(named)
        return demandReady()
      },
    },
    {
      method: 'GET',
      path: /^\/v2\/models\/([^/]+)(?:\/versions\/1)?$/,
      protocol: openInference,
      answer: ({ named }) => {
        demandName(named)
        return { body: modelMetadata(subject) }
      },
    },
    { method: 'GET', path: /^\/(?:ping|health)$/, answer: demandReady },
    {
      method: 'GET',
      path: /^\/version$/,
      answer: () => ({ body: version, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
    },
    {
      method: 'GET',
      path: /^\/metrics$/,
      answer: () => ({ body: metrics.text(), headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
    },
    {
      method: 'GET',
      path: /^\/openapi\.json$/,
      answer: () => ({ body: folderOpenApi({ name, version, inputs, parameters, ...outcome }) }),
    },
  ]

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now()
    const requestId = newRequestId()
    const path = (request.url ?? '').split('?')[0] ?? ''
    const found = routes.find((route) => route.method === request.method && route.path.test(path))
    let scored = 0
    let status = 200
    try {
      if (found === undefined) throw servingError('serving.notFound', { method: request.method ?? '', path })
      const given = await found.answer({
        request,
        requestId,
        named: found.path.exec(path)?.[1],
        body: () => readBody(request),
        score: async (rows, values) => {
          const scores = await deployed.predict(deployed.scorer(), rows, values)
          scored = rows.rows
          return scores
        },
      })
      send(response, 200, given.body, { 'x-request-id': requestId, ...given.headers })
    } catch (error) {
      status = statusOf(asKnown(error))
      sendProblem(response, error, requestId, found?.protocol?.error)
    }
    if (found?.method === 'POST')
      metrics.note({
        protocol: found.protocol?.name ?? 'operations',
        status,
        latencyMs: performance.now() - started,
        scored,
      })
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => void answer(request, response))
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(listen.port, listen.host, resolve),
  ).catch(async (error) => {
    await deployed.close()
    throw error
  })
  return {
    port: (server.address() as AddressInfo).port,
    /** Resolves when the model answers, or has failed for the first time. */
    settled: deployed.settled,
    /** Answers what is under way, then stops. */
    async close(): Promise<void> {
      const ended = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await ended
      await deployed.close()
    },
  }
}
