import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hyperparameter, ParameterValues } from '@modelsmith/domain'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { Outcome } from './answer.ts'
import { type DeployedLimits, defaultLimits, deploy } from './deployed.ts'
import { servingError } from './errors.ts'
import { asKnown, readBody, send, sendProblem, statusOf } from './exchange.ts'
import { answerForm } from './formats/accept.ts'
import { formAnswer } from './formats/answers.ts'
import { createMetrics } from './metrics.ts'
import { folderOpenApi } from './openapi.ts'
import { invocationAnswer, invocationError, readInvocation } from './protocols/invocations.ts'
import { inferenceAnswer, inferenceError, modelMetadata, readInference } from './protocols/open-inference.ts'
import { readRequest } from './request.ts'
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
  readonly protocol: 'modelsmith' | 'open-inference' | 'mlflow' | 'operations'
  readonly answer: (exchange: Exchange) => Promise<Answer> | Answer
}

const errorsOf: Readonly<Record<Route['protocol'], (message: string) => object>> = {
  modelsmith: () => ({}),
  operations: () => ({}),
  'open-inference': inferenceError,
  mlflow: invocationError,
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

  const routes: readonly Route[] = [
    {
      method: 'POST',
      path: /^\/predictions$/,
      protocol: 'modelsmith',
      answer: async ({ request, requestId, body, score }) => {
        const form = answerForm(request.headers.accept)
        const asked = readRequest(inputs, await body(), request.headers['content-type'], request.url)
        return formAnswer(form, await score(asked.rows, asked.parameters), outcome, { requestId })
      },
    },
    {
      method: 'POST',
      path: /^\/invocations$/,
      protocol: 'mlflow',
      answer: async ({ request, body, score }) => {
        const asked = readInvocation(inputs, await body(), request.headers['content-type'])
        return { body: invocationAnswer(await score(asked.rows, asked.parameters), outcome) }
      },
    },
    {
      method: 'POST',
      path: /^\/v2\/models\/([^/]+)(?:\/versions\/1)?\/infer$/,
      protocol: 'open-inference',
      answer: async ({ request, named, body, score }) => {
        demandName(named)
        const jsonBytes = request.headers[jsonLength]
        const inference = readInference(
          inputs,
          outcome,
          parameters,
          await body(),
          jsonBytes === undefined ? undefined : Number(jsonBytes),
        )
        const { json, binary } = inferenceAnswer(
          name,
          inference,
          await score(inference.rows, inference.parameters),
          outcome,
        )
        if (binary === undefined) return { body: json }
        const head = Buffer.from(json)
        return {
          body: Buffer.concat([head, binary]),
          headers: { 'content-type': 'application/octet-stream', [jsonLength]: head.length },
        }
      },
    },
    {
      method: 'GET',
      path: /^\/v2\/health\/live$/,
      protocol: 'open-inference',
      answer: () => ({ body: { live: true } }),
    },
    { method: 'GET', path: /^\/v2\/health\/ready$/, protocol: 'open-inference', answer: demandReady },
    {
      method: 'GET',
      path: /^\/v2$/,
      protocol: 'open-inference',
      answer: () => ({ body: { name: 'modelsmith', version, extensions: ['binary_tensor_data'] } }),
    },
    {
      method: 'GET',
      path: /^\/v2\/models\/([^/]+)(?:\/versions\/1)?\/ready$/,
      protocol: 'open-inference',
      answer: ({ named }) => {
        demandName(named)
        return demandReady()
      },
    },
    {
      method: 'GET',
      path: /^\/v2\/models\/([^/]+)(?:\/versions\/1)?$/,
      protocol: 'open-inference',
      answer: ({ named }) => {
        demandName(named)
        return { body: modelMetadata(name, inputs, outcome) }
      },
    },
    { method: 'GET', path: /^\/(?:ping|health)$/, protocol: 'operations', answer: demandReady },
    {
      method: 'GET',
      path: /^\/version$/,
      protocol: 'operations',
      answer: () => ({ body: version, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
    },
    {
      method: 'GET',
      path: /^\/metrics$/,
      protocol: 'operations',
      answer: () => ({ body: metrics.text(), headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
    },
    {
      method: 'GET',
      path: /^\/openapi\.json$/,
      protocol: 'operations',
      answer: () => ({ body: folderOpenApi({ name, version, inputs, parameters, ...outcome }) }),
    },
  ]

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now()
    const requestId = randomUUID()
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
      sendProblem(response, error, requestId, errorsOf[found?.protocol ?? 'modelsmith'])
    }
    if (found?.method === 'POST')
      metrics.note({ protocol: found.protocol, status, latencyMs: performance.now() - started, scored })
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

/** Of the binary extension: how many bytes of a body are JSON. */
const jsonLength = 'inference-header-content-length'
