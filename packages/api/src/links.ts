import type { TSchema } from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'

type Json = Record<string, unknown>
type Schema = TSchema & {
  readonly $id?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
type Named = readonly [name: string, endpoint: Endpoint]

const all: readonly Named[] = Object.entries<Endpoint>(endpoints)

const schemaOf = ({ answer }: Endpoint): Schema | undefined =>
  answer.kind === 'json' ? (answer.schema as Schema) : undefined

/** `/datasets` of `/datasets/{id}/versions`. */
const collectionOf = ({ path }: Endpoint): string | undefined => /^(\/[^/{]+)\/\{id\}/.exec(path)?.[1]

/** The schema of what an id of a collection names: what its address answers, or what is listed. */
const thingOf = (collection: string): string | undefined => {
  const gives = (path: string) => all.find(([, endpoint]) => endpoint.method === 'GET' && endpoint.path === path)?.[1]
  const [one, list] = [gives(`${collection}/{id}`), gives(collection)]
  return (one && schemaOf(one)?.$id) ?? (list && schemaOf(list)?.properties?.['items']?.items?.$id)
}

/** The operations that take the id of a thing, by the name of its schema. */
const takers = new Map<string, readonly Named[]>()
for (const named of all) {
  const collection = collectionOf(named[1])
  const thing = collection === undefined ? undefined : thingOf(collection)
  if (thing !== undefined) takers.set(thing, [...(takers.get(thing) ?? []), named])
}
/** Those that take the id of whatever can be shared. */
const sharing = all.filter(([, endpoint]) => collectionOf(endpoint) === '/objects')

const isLook = ([, { method, path }]: Named): boolean => method === 'GET' && path.endsWith('/{id}')

/** What one goes on with: everything that takes the id of a thing; of a thing that another speaks of, its own address. */
const onwards = (thing: Schema, whole: boolean): readonly Named[] => {
  const own = takers.get(thing.$id ?? '') ?? []
  if (!whole) return own.filter(isLook)
  const isObject = thing.properties?.['owner'] !== undefined && thing.properties?.['version'] !== undefined
  return isObject ? [...own, ...sharing] : own
}

const plain = (schema: Schema): Schema => schema.anyOf?.find(({ $id }) => $id !== undefined) ?? schema

type Held = { readonly at: string; readonly thing: Schema; readonly whole: boolean }

/** Things that an answer holds, each at its JSON pointer; of a list, those of its first item. */
const thingsIn = (answer: Schema, at = ''): readonly Held[] => {
  const first = answer.properties?.['items']?.items
  if (first !== undefined) return thingsIn(first, `${at}/items/0`)
  const isThing = takers.has(answer.$id ?? '')
  const parts = Object.entries(answer.properties ?? {}).map(([name, part]) => ({
    at: `${at}/${name}`,
    thing: plain(part),
    whole: !isThing,
  }))
  return [{ at, thing: answer, whole: true }, ...parts]
}

/** Fields of an answer that are the id of another thing, such as `modelId` of a Model. */
const referencesIn = (answer: Schema): { at: string; look: Named }[] =>
  [...takers].flatMap(([thing, operations]) => {
    const name = `${thing.charAt(0).toLowerCase()}${thing.slice(1)}Id`
    const look = operations.find(isLook)
    return answer.properties?.[name] === undefined || look === undefined ? [] : [{ at: `/${name}`, look }]
  })

const link = (operation: string, endpoint: Endpoint, id: string, version: string | undefined): Json => ({
  operationId: operation,
  parameters: {
    'path.id': `$response.body#${id}`,
    ...(endpoint.ifMatch === true && version !== undefined
      ? { 'header.If-Match': `"{$response.body#${version}}"` }
      : {}),
  },
})

/**
 * The links of an operation's answer: where the ids that it holds may be sent next, with the version where a change asks for it.
 * An address and what it answers say what an id is of; so whatever operation is added is linked.
 */
export const linksOf = (endpoint: Endpoint): Json => {
  const answer = schemaOf(endpoint)
  if (answer === undefined) return {}
  const links: Json = {}
  for (const { at, thing, whole } of thingsIn(answer)) {
    const version = thing.properties?.['version'] === undefined ? undefined : `${at}/version`
    for (const [name, next] of onwards(thing, whole))
      if (next !== endpoint) links[name] ??= link(name, next, `${at}/id`, version)
  }
  for (const { at, look } of referencesIn(answer)) links[look[0]] ??= link(...look, at, undefined)
  return links
}
