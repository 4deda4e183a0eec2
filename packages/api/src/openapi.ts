import type { TObject, TSchema } from 'typebox'
import { Problem } from './common.ts'
import type { Endpoint, Media } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { linksOf } from './links.ts'

type Json = Record<string, unknown>

/** Status codes of failures: those that follow from what an operation needs, and its own. */
const failuresOf = (endpoint: Endpoint): Record<string, string> => ({
  ...(endpoint.auth === 'required' ? { '401': 'Nobody is signed in', '403': 'Not allowed' } : {}),
  ...(endpoint.params === undefined ? {} : { '404': 'There is no such thing, or one may not see it' }),
  '400': 'The request cannot be read',
  '422': 'The request can be read but is wrong; all findings are listed',
  ...(endpoint.body === undefined
    ? {}
    : { '413': 'The body is too large', '415': 'The body is of another media type' }),
  ...(endpoint.idempotent === true ? { '409': 'The idempotency key was used for another request' } : {}),
  ...(endpoint.method === 'DELETE' ? { '409': 'Something else uses it' } : {}),
  ...(endpoint.ifMatch === true ? { '412': 'Somebody changed it meanwhile', '428': 'If-Match is needed' } : {}),
  ...endpoint.failures,
  '408': 'The request did not come in time',
  '429': 'Too many requests',
  '431': 'The address and headers are too large',
  '500': 'A bug; the request id is in the log',
  '503': 'Something that this needs is not available',
  '507': 'The disk of the server is full',
})

/** Files that clients parse as they do an answer: they may hold anything. */
const parsedFiles: Readonly<Record<string, Json>> = {
  'application/json': { description: 'A file of JSON' },
  'application/yaml': { description: 'A file of YAML' },
}

/** The OpenAPI 3.1 document, made from the endpoints. Schemas with an `$id` become components. */
export const openApiDocument = ({ version }: { version: string }): Json => {
  const components: Json = {}

  const place = (schema: TSchema): Json => convert(schema) as Json
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert)
    if (typeof value !== 'object' || value === null) return value
    const { $id, ...rest } = value as Json
    const body = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, convert(part)]))
    if (typeof $id !== 'string') return body
    components[$id] ??= body
    return { $ref: `#/components/schemas/${$id}` }
  }

  const content = (media: Media): Json | undefined => {
    switch (media.kind) {
      case 'none':
        return undefined
      case 'json':
        return { 'application/json': { schema: place(media.schema) } }
      case 'bytes':
        return Object.fromEntries(
          media.mediaTypes.map((type) => [type, { schema: parsedFiles[type] ?? { type: 'string', format: 'binary' } }]),
        )
      case 'events':
        return { 'text/event-stream': { schema: { type: 'string' }, 'x-event-schema': place(media.schema) } }
      case 'multipart':
        return { 'multipart/form-data': { schema: multipart(media) } }
    }
  }

  const multipart = ({ fields, files, filesOptional }: Extract<Media, { kind: 'multipart' }>): Json => {
    const base = place(fields)
    return {
      ...base,
      properties: {
        ...(base['properties'] as Json),
        path: {
          type: 'array',
          items: { type: 'string' },
          description: 'The path of each file within its folder, before the file; left out: its file name',
        },
        file: { type: 'array', items: { type: 'string', format: 'binary' }, description: files },
      },
      required: [...((base['required'] as string[] | undefined) ?? []), ...(filesOptional === true ? [] : ['file'])],
    }
  }

  const parameters = (endpoint: Endpoint): Json[] => [
    ...fromObject(endpoint.params, 'path'),
    ...fromObject(endpoint.query, 'query'),
    ...(endpoint.ifMatch === true
      ? [header('If-Match', 'The version of the object that you saw, in quotes', true)]
      : []),
    ...(endpoint.idempotent === true
      ? [header('Idempotency-Key', 'Repeat the request with the same key and nothing is made twice', false)]
      : []),
    ...(endpoint.answer.kind === 'events'
      ? [header('Last-Event-ID', 'The id of the last event that you saw; the stream goes on after it', false)]
      : []),
  ]
  const fromObject = (object: TObject | undefined, where: string): Json[] =>
    Object.entries(object?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: where,
      required: where === 'path' || ((object?.required ?? []) as readonly string[]).includes(name),
      schema: place(schema as TSchema),
    }))
  const header = (name: string, description: string, required: boolean): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  })

  const operation = (name: string, endpoint: Endpoint): Json => {
    const bodies = [endpoint.body, ...(endpoint.alternatives ?? [])].filter((media) => media !== undefined)
    const answers = [endpoint.answer, ...(endpoint.otherAnswers ?? [])].map(content)
    const answer = answers[0] === undefined ? undefined : Object.assign({}, ...answers)
    const links = linksOf(endpoint)
    return {
      operationId: name,
      tags: [endpoint.tag],
      summary: endpoint.summary,
      ...(endpoint.auth === 'none' ? { security: [] } : {}),
      ...(parameters(endpoint).length === 0 ? {} : { parameters: parameters(endpoint) }),
      ...(bodies.length === 0
        ? {}
        : { requestBody: { required: true, content: Object.assign({}, ...bodies.map(content)) } }),
      responses: {
        [endpoint.status]: {
          description: endpoint.summary,
          ...(answer === undefined ? {} : { content: answer }),
          ...(Object.keys(links).length === 0 ? {} : { links }),
        },
        ...Object.fromEntries(
          Object.entries(failuresOf(endpoint)).map(([status, description]) => [
            status,
            { description, content: { 'application/problem+json': { schema: place(Problem) } } },
          ]),
        ),
      },
    }
  }

  const paths: Record<string, Json> = {}
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const path = `/api/v1${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Modelsmith', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'modelsmith_session',
          description: 'A browser session; writes need X-CSRF-Token too',
        },
      },
    },
  }
}
