import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import staticFiles from '@fastify/static'
import { type Endpoint, endpoints, type Operation, scopeOf, toProblem } from '@modelsmith/api'
import { newRequestId } from '@modelsmith/serving'
import { ModelsmithError } from '@modelsmith/table'
import Fastify, { type ConnectionError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Audit, noteRequest } from '../audit/audit.ts'
import { infraError } from '../errors.ts'
import { addressOf, networkOf } from './network-of.ts'
import { eventStream } from './events.ts'
import type { Bytes, Caller, Extra, Handler, Handlers, ServerEvent, Upload } from './handler.ts'
import type { Idempotency } from './idempotency.ts'
import { problemOf } from './problem.ts'
import type { Rate } from './rate.ts'
import { readUpload } from './upload.ts'
import { demand, demandStorable, readQuery } from './validation.ts'

export type HttpSettings = {
  readonly handlers: Handlers
  /** Who a request comes from; throws for a wrong token and for a missing CSRF token. */
  readonly callerOf: (request: FastifyRequest) => Promise<Caller | undefined>
  readonly idempotency: Idempotency
  readonly audit: Audit
  readonly rates: Rates
  readonly proxies: readonly string[]
  readonly uploadDir: string
  readonly uploadMb: number
  /** Throws where the disk has no room for what is uploaded. */
  readonly demandRoom: () => Promise<void>
  /** The built pages; the API works without them. */
  readonly webDir: string
  readonly logBug: (requestId: string, error: unknown) => void
}

/** How often one token or session may ask, and how often an address without any. */
export type Rates = { readonly caller: Rate; readonly address: Rate }

const bodyLimit = 32 * 2 ** 20
const cookieName = 'modelsmith_session'
const noUpload: Upload = { fields: {}, files: [] }

/** The HTTP server: every route comes from the contract, is checked against it on the way in, and runs its handler. */
export const createHttpServer = async (settings: HttpSettings): Promise<FastifyInstance> => {
  const app = Fastify({
    bodyLimit,
    trustProxy: settings.proxies.length === 0 ? false : [...settings.proxies],
    genReqId: () => newRequestId(),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
    // No hook runs for these.
    frameworkErrors: (error, request, reply) => sendProblem(settings, request, reply.headers(guards), readable(error)),
    clientErrorHandler: refuseUnparsed,
  })
  app.setValidatorCompiler(() => () => true)
  await app.register(helmet, { contentSecurityPolicy: false, strictTransportSecurity: false })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policy)
    const path = pathOf(request)
    const allowed = methodsAt(path)
    if (allowed === undefined || allowed.has(request.method)) return undefined
    const told = [...allowed].join(', ')
    reply.header('allow', told)
    sendProblem(settings, request, reply, infraError('request.method', { method: request.method, path, allowed: told }))
    return reply
  })
  await app.register(cookie)
  // A file that is too large is told by `truncated`, in words of our own.
  await app.register(multipart, { throwFileSizeLimit: false })
  app.removeContentTypeParser(['text/plain', 'application/json'])
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    const body = utf8Of(bytes)
    if (body === undefined) return done(infraError('request.unreadable', { reason: 'its body is not UTF-8 text' }))
    parseJson(request, body, (error, value) => (error === null ? done(null, value) : done(notJson(body))))
  })
  // Which other types are allowed, each endpoint says.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
  })
  app.setErrorHandler(async (error, request, reply) => {
    const told = readable(error)
    if (isTooLarge(error)) await readToEnd(request.raw)
    sendProblem(settings, request, reply, told)
    return reply
  })
  await servePages(app, settings)
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints))
    register(app, settings, name as Operation, endpoint)
  return app
}

/** What the framework found unreadable, in our words. */
const readable = (error: unknown): unknown => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : ''
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return infraError('request.mediaType', { found: 'of no type', expected: 'application/json' })
  if (isTooLarge(error)) return infraError('request.tooLarge', { limitMb: bodyLimit / 2 ** 20 })
  if (code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError)
    return infraError('request.unreadable', { reason: message })
  // Such as a method that must say what its body is, and does not.
  if (code.startsWith('FST_ERR') && (error as { statusCode?: number }).statusCode === 400)
    return infraError('request.unreadable', { reason: message })
  if (code === 'FST_ERR_MAX_PARAM_LENGTH')
    return infraError('request.unreadable', { reason: 'a part of its address is too long' })
  if (code === 'FST_ERR_BAD_URL')
    return infraError('request.unreadable', { reason: 'its address has a % that escapes no UTF-8 text' })
  return error
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'

/** Only a body that was read, unless its end is far, lets its sender hear why it was refused. */
const readToEnd = async (request: IncomingMessage): Promise<void> => {
  let bytes = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes > bodyLimit * 8) return
    }
  } catch {
    // Its sender went away.
  }
}

const utf8Of = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const unparsed: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'its headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'it did not come in time'],
}

/** What never became a request is answered on its connection, which ends. */
const refuseUnparsed = (error: ConnectionError, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, reason] = unparsed[error.code] ?? [400, 'it is not HTTP']
  const requestId = newRequestId()
  const body = JSON.stringify(toProblem(infraError('request.unreadable', { reason }), { status, requestId }))
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(guards).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ]
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`)
}

const notJson = (body: string): Error => {
  try {
    JSON.parse(body)
    return infraError('request.unreadable', { reason: 'its body uses the name __proto__' })
  } catch (error) {
    const reason = body === '' ? 'it is empty' : error instanceof Error ? error.message : String(error)
    return infraError('request.unreadable', { reason: `its body is not JSON: ${reason}` })
  }
}

const sendProblem = (settings: HttpSettings, request: FastifyRequest, reply: FastifyReply, error: unknown): void => {
  const problem = problemOf(error, request.id)
  if (problem.status === 500) settings.logBug(request.id, error)
  if ((problem.status === 429 || problem.status === 503) && !waitsForSomebody.has(problem.code))
    reply.header('retry-after', waitOf(error))
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

/** Codes of what somebody has to end: asking again soon is in vain. */
const waitsForSomebody = new Set(['serving.paused', 'serving.withheld'])

/** In seconds. */
const waitOf = (error: unknown): string => {
  const seconds = error instanceof ModelsmithError ? error.values['seconds'] : undefined
  return typeof seconds === 'number' ? String(seconds) : '1'
}

/** Who sends no valid credentials is told apart by address only, and is counted before anything is looked up. */
const callerWithin = async ({ rates, callerOf }: HttpSettings, request: FastifyRequest) => {
  const hasCredentials = request.headers.authorization !== undefined || request.cookies[cookieName] !== undefined
  if (!hasCredentials) rates.address(networkOf(addressOf(request)))
  try {
    const caller = await callerOf(request)
    if (caller !== undefined) rates.caller(caller.credential)
    else if (hasCredentials) rates.address(networkOf(addressOf(request)))
    return caller
  } catch (error) {
    // Guessing is counted as well.
    if (error instanceof ModelsmithError && error.kind === 'unauthenticated')
      rates.address(networkOf(addressOf(request)))
    throw error
  }
}

const register = (app: FastifyInstance, settings: HttpSettings, name: Operation, endpoint: Endpoint): void => {
  app.route({
    method: endpoint.method,
    url: `/api/v1${endpoint.path.replace(/\{(\w+)\}/g, ':$1')}`,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const signal = abortWhenGone(request, reply)
      const caller = await callerWithin(settings, request)
      if (endpoint.auth === 'required' && caller === undefined) throw infraError('account.unauthenticated', {})
      let remove = async (): Promise<void> => {}
      try {
        // Its entry stands in the audit log before a change is answered.
        const answer = await settings.audit(
          { operation: name, endpoint, caller, address: addressOf(request), requestId: request.id },
          async () => {
            const scope = scopeOf(endpoint)
            if (caller !== undefined && scope !== undefined && !caller.scopes.includes(scope))
              throw infraError('account.scope', { scope })
            if (endpoint.params !== undefined) demand(endpoint.params, request.params, 'address')
            const query = readQuery(endpoint, request.query as Record<string, unknown>)
            const ifMatch = readIfMatch(endpoint, request)
            const key = readIdempotencyKey(endpoint, request)
            const read = await readBody(settings, endpoint, request)
            const { upload, bytes } = read
            remove = read.remove
            noteRequest(request.params, bytes === undefined ? request.body : undefined, upload)
            const run = () =>
              (settings.handlers[name] as Handler<Operation>)({
                params: request.params ?? {},
                query,
                body: bytes === undefined ? request.body : undefined,
                caller,
                ifMatch,
                requestId: request.id,
                lastEventId: readLastEventId(request),
                upload,
                bytes,
                accept: request.headers.accept,
                address: addressOf(request),
                signal,
              } as never) as Promise<unknown>
            if (key === undefined || caller === undefined) return run()
            const parts = [
              name,
              request.params,
              request.body ?? null,
              upload.fields,
              upload.files.map(({ path, sha256 }) => [path, sha256]),
            ]
            return settings.idempotency(caller.id, key, parts, run)
          },
        )
        return await send(reply, endpoint, answer, signal)
      } finally {
        await remove()
      }
    },
  })
}

const abortWhenGone = (request: FastifyRequest, reply: FastifyReply): AbortSignal => {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  request.raw.once('aborted', () => controller.abort())
  return controller.signal
}

const readIfMatch = (endpoint: Endpoint, request: FastifyRequest): number => {
  if (endpoint.ifMatch !== true) return 0
  const seen = request.headers['if-match']
  if (seen === undefined) throw infraError('request.ifMatchMissing', {})
  const version = /^(?:W\/)?"(\d+)"$/.exec(seen)?.[1]
  // A version that no object can have is another one than the object's.
  return version === undefined || version.length > 9 ? -1 : Number(version)
}

const longestKey = 255

const readIdempotencyKey = (endpoint: Endpoint, request: FastifyRequest): string | undefined => {
  const key = request.headers['idempotency-key']
  if (endpoint.idempotent !== true || typeof key !== 'string') return undefined
  if (key === '' || key.length > longestKey)
    throw infraError('request.idempotencyKey', { found: key.length, most: longestKey })
  return key
}

const readLastEventId = (request: FastifyRequest): number => {
  const seen = Number(request.headers['last-event-id'])
  return Number.isSafeInteger(seen) && seen > 0 ? seen : 0
}

const readBody = async (settings: HttpSettings, endpoint: Endpoint, request: FastifyRequest) => {
  const nothing = { upload: noUpload, bytes: undefined, remove: async () => {} }
  if (endpoint.body === undefined) return nothing
  if (endpoint.body.kind === 'multipart') {
    const { upload, remove } = await readUpload(request, settings.uploadDir, settings.uploadMb, settings.demandRoom)
    try {
      demand(endpoint.body.fields, upload.fields, 'form')
      for (const { path } of upload.files) demandStorable(path, 'file name')
    } catch (error) {
      await remove()
      throw error
    }
    return { upload, bytes: undefined, remove }
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isJson = endpoint.body.kind === 'json'
  const others = [endpoint.body, ...(endpoint.alternatives ?? [])].flatMap((media) =>
    media.kind === 'bytes' ? media.mediaTypes : [],
  )
  if (Buffer.isBuffer(request.body) && others.includes(type)) return { ...nothing, bytes: { type, data: request.body } }
  if (!isJson || type !== 'application/json') {
    const expected = [...(isJson ? ['application/json'] : []), ...others].join(' or ')
    throw infraError('request.mediaType', { found: type || 'of no type', expected })
  }
  if (endpoint.body.kind === 'json') demand(endpoint.body.schema, request.body, 'body')
  return nothing
}

const hasExtra = (value: unknown): value is { answer: unknown; extra: Extra } =>
  typeof value === 'object' && value !== null && 'extra' in value && 'answer' in value

const send = async (
  reply: FastifyReply,
  endpoint: Endpoint,
  answered: unknown,
  signal: AbortSignal,
): Promise<FastifyReply> => {
  const { answer, extra } = hasExtra(answered) ? answered : { answer: answered, extra: {} as Extra }
  if (extra.cookie === null) reply.clearCookie(cookieName, { path: '/' })
  else if (extra.cookie !== undefined)
    reply.setCookie(cookieName, extra.cookie, { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' })
  reply.code(endpoint.status)
  reply.header('cache-control', 'no-store')
  const isOther =
    endpoint.otherAnswers !== undefined && typeof answer === 'object' && answer !== null && 'stream' in answer
  switch (isOther ? 'bytes' : endpoint.answer.kind) {
    case 'none':
      return reply.send()
    case 'json': {
      const version = typeof answer === 'object' && answer !== null && 'version' in answer ? answer.version : undefined
      if (typeof version === 'number') reply.header('etag', `"${version}"`)
      return reply.type('application/json').send(JSON.stringify(answer))
    }
    case 'events':
      reply.header('x-accel-buffering', 'no')
      return reply.type('text/event-stream').send(eventStream(answer as AsyncIterable<ServerEvent>, signal))
    case 'bytes':
    case 'multipart': {
      const { stream, type, fileName, headers, isFramed } = answer as Bytes
      if (headers !== undefined) reply.headers(headers)
      // What users uploaded is never shown as a page of this origin.
      reply.header(
        'content-security-policy',
        isFramed ? framedPolicy : "sandbox; default-src 'none'; frame-ancestors 'none'",
      )
      if (fileName !== undefined)
        reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
      return reply.type(type).send(stream)
    }
  }
}

const servePages = async (app: FastifyInstance, settings: HttpSettings): Promise<void> => {
  const index = join(settings.webDir, 'index.html')
  const page = existsSync(index) ? pageOf(readFileSync(index, 'utf8')) : undefined
  const files = { root: settings.webDir, wildcard: false, cacheControl: true, maxAge: '1h', index: false as const }
  if (page !== undefined) await app.register(staticFiles, { ...files, globIgnore: ['**/index.html'] })
  app.setNotFoundHandler((request, reply) => {
    if (page !== undefined && request.method === 'GET' && isPage(request.url)) {
      const nonce = randomBytes(16).toString('base64')
      reply.header('cache-control', 'no-cache').header('content-security-policy', policyWith(nonce))
      return reply.type('text/html; charset=utf-8').send(page(nonce))
    }
    const { method } = request
    return sendProblem(settings, request, reply, infraError('request.notFound', { method, path: pathOf(request) }))
  })
}

/** What pages, and the workers that they start, may do. A style attribute that is set by script is no inline style to a browser. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ')

/** What a page that a user's code wrote may do in a frame: draw itself. It is no page of this origin, and asks nobody. */
const framedPolicy = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const guards = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const

/** Styles that libraries put into a page while it runs bear the nonce of the answer; scripts have none, and come from files. */
const policyWith = (nonce: string): string => policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`)

/** The page, which tells its scripts the nonce. */
const pageOf =
  (html: string) =>
  (nonce: string): string =>
    html.replace('</head>', () => `  <meta property="csp-nonce" nonce="${nonce}" />\n  </head>`)

const methods = Map.groupBy(
  Object.values<Endpoint>(endpoints),
  ({ path }) => `^/api/v1${RegExp.escape(path).replace(/\\\{\w+\\\}/g, '[^/]+')}$`,
)
const places = [...methods].map(([pattern, same]) => ({
  pattern: new RegExp(pattern),
  isNamed: same.every(({ path }) => !path.includes('{')),
  allowed: new Set<string>(same.map(({ method }) => method)),
}))

/** What an address of the API may be asked with, a name before what could be an id; undefined where there is none. */
const methodsAt = (path: string): ReadonlySet<string> | undefined => {
  const found = places.filter(({ pattern }) => pattern.test(path))
  return (found.find(({ isNamed }) => isNamed) ?? found[0])?.allowed
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? ''

/** An address that the pages know, rather than a file or the API. */
const isPage = (url: string): boolean => !url.startsWith('/api/') && !url.startsWith('/assets/')

export { cookieName }
