import { describe, expect, it } from 'vitest'
import type { Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { openApiDocument } from './openapi.ts'

type Link = { readonly operationId: string; readonly parameters: Readonly<Record<string, string>> }
type Response = {
  readonly description: string
  readonly content?: Record<string, { schema: object }>
  readonly links?: Readonly<Record<string, Link>>
}
type Operation = {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: { readonly content: Record<string, { schema: object }> }
  readonly responses: Record<string, Response>
}
const document = openApiDocument({ version: '0.1.0' }) as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

describe('the OpenAPI document', () => {
  it('has every operation of the contract once, at its path', () => {
    const found = operations.map(({ path, method, operation }) => [operation.operationId, method, path])
    const expected = Object.entries<Endpoint>(endpoints).map(([name, { method, path }]) => [
      name,
      method.toLowerCase(),
      `/api/v1${path}`,
    ])
    expect(found.sort()).toEqual(expected.sort())
  })

  it('declares the parameters that its paths have, and no others', () => {
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(declared.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
      expect(declared.every(({ required }) => required)).toBe(true)
    }
  })

  it('describes every failure as a problem, those of signing in and of changing too', () => {
    for (const { operation } of operations) {
      const { responses } = operation
      const needed = ['400', '408', '422', '429', '431', '500', '503']
      const endpoint: Endpoint = endpoints[operation.operationId as keyof typeof endpoints]
      if (endpoint.auth === 'required') needed.push('401', '403')
      if (endpoint.params !== undefined) needed.push('404')
      if (endpoint.body !== undefined) needed.push('413', '415')
      if (endpoint.ifMatch === true) needed.push('412', '428')
      if (endpoint.idempotent === true) needed.push('409')
      expect(Object.keys(responses)).toEqual(expect.arrayContaining([String(endpoint.status), ...needed]))
      for (const [status, { content }] of Object.entries(responses)) {
        if (Number(status) < 400) continue
        expect(content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } })
      }
    }
  })

  it('says what every body and every answer is', () => {
    for (const { operation } of operations) {
      const endpoint: Endpoint = endpoints[operation.operationId as keyof typeof endpoints]
      expect(operation.requestBody === undefined).toBe(endpoint.body === undefined)
      const answer = operation.responses[String(endpoint.status)]
      expect(answer?.content === undefined).toBe(endpoint.answer.kind === 'none')
      for (const { schema } of [operation.requestBody, answer].flatMap((part) => Object.values(part?.content ?? {})))
        expect(Object.keys(schema).length).toBeGreaterThan(0)
    }
  })

  it('resolves every reference, and needs every component', () => {
    const text = JSON.stringify(document)
    const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1]))
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort())
  })

  it('links every id that is answered to what takes it, with the version where a change asks for it', () => {
    const linksOf = (name: string): Readonly<Record<string, Link>> =>
      operations.find(({ operation }) => operation.operationId === name)?.operation.responses[
        String(endpoints[name as keyof typeof endpoints].status)
      ]?.links ?? {}
    expect(linksOf('createPerson')['changePerson']).toEqual({
      operationId: 'changePerson',
      parameters: {
        'path.id': '$response.body#/person/id',
        'header.If-Match': '"{$response.body#/person/version}"',
      },
    })
    expect(linksOf('listTokens')['deleteToken']?.parameters).toEqual({ 'path.id': '$response.body#/items/0/id' })
    expect(linksOf('getTrainingRun')['getModel']?.parameters).toEqual({ 'path.id': '$response.body#/modelId' })
    expect(linksOf('trainRepository')['getJob']?.parameters).toEqual({ 'path.id': '$response.body#/items/0/job/id' })
    expect(Object.keys(linksOf('createGroup'))).toEqual(['getGroup', 'changeGroup', 'deleteGroup'])
    // What can be shared goes on to its shares too; a job cannot.
    expect(Object.keys(linksOf('createCredential'))).toContain('transferOwnership')
    expect(Object.keys(linksOf('getJob'))).not.toContain('share')
  })

  it('links only to operations that there are, by ids that the answer has', () => {
    const { schemas } = document.components
    const within = (schema: unknown, [step, ...rest]: readonly string[]): unknown => {
      const { $ref, anyOf, properties, items } = schema as Record<string, never>
      if ($ref !== undefined)
        return within(schemas[String($ref).split('/').at(-1) ?? ''], step === undefined ? [] : [step, ...rest])
      if (step === undefined) return schema
      if (anyOf !== undefined)
        return (anyOf as readonly unknown[])
          .map((each) => within(each, [step, ...rest]))
          .find((found) => found !== undefined)
      return within(step === '0' ? items : (properties?.[step] ?? {}), rest)
    }
    const found = operations.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap(({ content, links = {} }) =>
        Object.values(links).flatMap(({ operationId, parameters }) =>
          Object.entries(parameters).map(([parameter, expression]) => {
            const pointer = /#\/([^}]+)/.exec(expression)?.[1]?.split('/') ?? []
            return { operationId, parameter, isThere: within(content?.['application/json']?.schema, pointer) }
          }),
        ),
      ),
    )
    expect(found.filter(({ operationId }) => !(operationId in endpoints))).toEqual([])
    expect(found.filter(({ isThere }) => JSON.stringify(isThere ?? {}) === '{}')).toEqual([])
    const linked = new Set(found.map(({ operationId }) => operationId))
    const byId = Object.entries<Endpoint>(endpoints).filter(([, { path }]) => path.includes('{id}'))
    expect(byId.filter(([name]) => !linked.has(name))).toEqual([])
  })

  it('is JSON as it stands', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
    expect(document.openapi).toBe('3.1.0')
  })
})
