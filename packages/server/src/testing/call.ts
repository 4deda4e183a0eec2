import { type Endpoint, endpoints, type Operation, openApiDocument, Problem } from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import { expect } from 'vitest'
import type { Platform, TestPerson } from './platform.ts'

export type CallParts = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: unknown
  /** Files of a multipart body, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly fields?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly ifMatch?: number
}
export type Called = {
  readonly status: number
  /** The JSON of the answer. */
  readonly body: Record<string, unknown> & { readonly code?: string; readonly findings?: readonly Finding[] }
  readonly text: string
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, unknown>>
}
type Finding = { readonly code: string; readonly message: string; readonly place?: { readonly pointer?: string } }

const document = openApiDocument({ version: '0' }) as {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
}

/** Calls an operation as a person, and holds the answer against the contract: its status and its form. */
export const call = async (
  { app }: Pick<Platform, 'app'>,
  person: TestPerson | undefined,
  operation: Operation,
  { params = {}, query = {}, body, files, fields, headers = {}, ifMatch }: CallParts = {},
): Promise<Called> => {
  const { method, path } = endpoints[operation]
  const answer = await app.inject({
    method,
    url: `/api/v1${path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))}`,
    query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
    headers: {
      ...(person === undefined ? {} : { authorization: `Bearer ${person.token}` }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(files === undefined ? {} : await multipart(files, fields, headers, person)),
  })
  demandContract(operation, answer.statusCode, String(answer.headers['content-type'] ?? ''), answer.body)
  const isJson = /[/+]json/.test(String(answer.headers['content-type'] ?? ''))
  return {
    status: answer.statusCode,
    body: isJson ? (JSON.parse(answer.body) as Called['body']) : {},
    text: answer.body,
    bytes: answer.rawPayload,
    headers: answer.headers,
  }
}

const multipart = async (
  files: NonNullable<CallParts['files']>,
  fields: CallParts['fields'] = {},
  headers: NonNullable<CallParts['headers']>,
  person: TestPerson | undefined,
) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [path, content] of Object.entries(files)) {
    form.append('path', path)
    form.append('file', new Blob([content as BlobPart]), path.split('/').at(-1) ?? path)
  }
  const encoded = new Response(form)
  return {
    payload: Buffer.from(await encoded.arrayBuffer()),
    headers: {
      ...headers,
      ...(person === undefined ? {} : { authorization: `Bearer ${person.token}` }),
      'content-type': encoded.headers.get('content-type') ?? '',
    },
  }
}

const demandContract = (operation: Operation, status: number, type: string, text: string): void => {
  const endpoint: Endpoint = endpoints[operation]
  const known = document.paths[`/api/v1${endpoint.path}`]?.[endpoint.method.toLowerCase()]?.responses ?? {}
  const answered = { operation, status, text }
  expect({ ...answered, known: Object.keys(known) }).toMatchObject({ known: expect.arrayContaining([String(status)]) })
  if (status >= 400) {
    expect(type).toMatch(/^application\/problem\+json/)
    expect({ ...answered, findings: check(Problem, JSON.parse(text)) }).toMatchObject({ findings: [] })
  } else if (endpoint.answer.kind === 'json') {
    expect({ ...answered, findings: check(endpoint.answer.schema, JSON.parse(text)) }).toMatchObject({
      status: endpoint.status,
      findings: [],
    })
  }
}
