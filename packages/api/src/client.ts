import type { Problem } from './common.ts'
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from './endpoint.ts'
import { type Endpoints, endpoints, type Operation } from './endpoints.ts'

/** An answer that was not a success, as the server described it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>
type Empty = Record<never, never>
type Part<K extends string, T> = Empty extends T ? { readonly [P in K]?: T } : { readonly [P in K]: T }
type BodyPart<T> = [T] extends [undefined] ? Empty : { readonly body: T }

export type CallOptions<O extends Operation> = Part<'params', ParamsOf<Endpoints[O]>> &
  Part<'query', QueryOf<Endpoints[O]>> &
  BodyPart<BodyOf<Endpoints[O]>> & {
    /** The object's `version`; needed where the contract says so. */
    readonly ifMatch?: number
    readonly idempotencyKey?: string
    readonly signal?: AbortSignal
  }

export type UploadFile = { readonly name: string; readonly data: Blob }
export type StreamEvent = { readonly event: string; readonly data: unknown; readonly id: string | undefined }

type AddressParts = { readonly params?: object; readonly query?: object }
type Request = AddressParts & {
  readonly body?: unknown
  readonly ifMatch?: number
  readonly idempotencyKey?: string
  readonly lastEventId?: string
  readonly accept?: string
  readonly signal?: AbortSignal
}

export type ClientSettings = {
  /** Address of the server, without `/api/v1`; empty for the page's own. */
  readonly baseUrl: string
  readonly fetch?: Fetch
  /** Asked at each request: `Authorization` for tokens, `X-CSRF-Token` for browser sessions. */
  readonly headers?: () => Readonly<Record<string, string>>
}

/** The typed client of the HTTP contract; the same in browser, CLI and Node. */
export const createClient = ({ baseUrl, fetch: given, headers = () => ({}) }: ClientSettings) => {
  const send: Fetch = given ?? ((input, init) => globalThis.fetch(input, init))

  const url = <O extends Operation>(operation: O, parts: AddressParts = {}): string => {
    const path = endpoints[operation].path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String((parts.params as Record<string, unknown> | undefined)?.[name])),
    )
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(parts.query ?? {})) {
      if (value !== undefined) query.set(name, String(value))
    }
    const text = query.toString()
    return `${baseUrl}/api/v1${path}${text === '' ? '' : `?${text}`}`
  }

  const request = async (
    operation: Operation,
    options: Request,
    body?: { data: BodyInit; type?: string },
  ): Promise<Response> => {
    const response = await send(url(operation, options), {
      method: endpoints[operation].method,
      credentials: 'same-origin',
      headers: {
        ...headers(),
        ...(body?.type === undefined ? {} : { 'content-type': body.type }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
        ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
        ...(options.accept === undefined ? {} : { accept: options.accept }),
      },
      ...(body === undefined ? {} : { body: body.data }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    if (!response.ok) throw new ApiError(await problemOf(response))
    return response
  }

  const call = async <O extends Operation>(
    operation: O,
    ...[options]: Empty extends CallOptions<O> ? [CallOptions<O>?] : [CallOptions<O>]
  ): Promise<AnswerOf<Endpoints[O]>> => {
    const given: Request = options ?? {}
    const response = await request(
      operation,
      given,
      given.body === undefined ? undefined : { data: JSON.stringify(given.body), type: 'application/json' },
    )
    const endpoint: Endpoint = endpoints[operation]
    return (endpoint.answer.kind === 'json' ? await response.json() : undefined) as AnswerOf<Endpoints[O]>
  }

  /** Sends files; the field of each is `file`, its file name is the path within the folder. */
  const upload = async <O extends Operation>(
    operation: O,
    options: Part<'params', ParamsOf<Endpoints[O]>> & {
      readonly fields?: Readonly<Record<string, string>>
      readonly files: readonly UploadFile[]
      readonly idempotencyKey?: string
      readonly signal?: AbortSignal
    },
  ): Promise<AnswerOf<Endpoints[O]>> => {
    const form = new FormData()
    for (const [name, value] of Object.entries(options.fields ?? {})) form.append(name, value)
    // The path travels as a field of its own: user agents and servers cut folders off a file's name.
    for (const { name, data } of options.files) {
      form.append('path', name)
      form.append('file', data, name.split('/').at(-1) ?? name)
    }
    const { params, idempotencyKey, signal } = options as Request
    const rest = {
      ...(params === undefined ? {} : { params }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(signal === undefined ? {} : { signal }),
    }
    return (await (await request(operation, rest, { data: form })).json()) as AnswerOf<Endpoints[O]>
  }

  /** Sends a body of bytes, such as CSV, where the contract allows it. */
  const sendBytes = async <O extends Operation>(
    operation: O,
    options: Part<'params', ParamsOf<Endpoints[O]>> &
      Part<'query', QueryOf<Endpoints[O]>> & {
        readonly data: BodyInit
        readonly type: string
        readonly accept?: string
        readonly signal?: AbortSignal
      },
  ): Promise<Response> => request(operation, options as Request, { data: options.data, type: options.type })

  /** The raw answer of an operation that returns bytes. */
  const download = async <O extends Operation>(
    operation: O,
    options: Part<'params', ParamsOf<Endpoints[O]>> &
      Part<'query', QueryOf<Endpoints[O]>> & { readonly signal?: AbortSignal },
  ): Promise<Response> => request(operation, options as Request)

  /** Reads server-sent events until the server ends them or `signal` aborts; resolves either way. */
  const stream = async <O extends Operation>(
    operation: O,
    options: Part<'params', ParamsOf<Endpoints[O]>> & {
      readonly onEvent: (event: StreamEvent) => void
      /** The id of the last event that was seen; the stream goes on after it. */
      readonly lastEventId?: string
      readonly signal?: AbortSignal
    },
  ): Promise<void> => {
    try {
      const response = await request(operation, options as Request)
      if (response.body === null) return
      for await (const event of serverSentEvents(response.body)) options.onEvent(event)
    } catch (error) {
      if (options.signal?.aborted !== true) throw error
    }
  }

  return { call, upload, sendBytes, download, stream, url }
}

export type Client = ReturnType<typeof createClient>

const problemOf = async (response: Response): Promise<Problem> => {
  const text = await response.text()
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem
  } catch {
    // Not ours: a proxy in between answered.
  }
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText} without an explanation.`,
    code: 'api.notAProblem',
    hint: 'Something between you and the server may have answered in its place, such as a proxy.',
    requestId: response.headers.get('x-request-id') ?? '',
  }
}

/** Splits a byte stream into server-sent events (WHATWG HTML, section 9.2). */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const blocks = rest.split(/\r?\n\r?\n/)
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parseEvent(block)
        if (event !== undefined) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

const parseEvent = (block: string): StreamEvent | undefined => {
  let event = 'message'
  let id: string | undefined
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') id = value
  }
  return data.length === 0 ? undefined : { event, data: JSON.parse(data.join('\n')), id }
}
