import type { Endpoint } from '@modelsmith/api'
import type { ArgsDef } from 'citty'
import type { TSchema } from 'typebox'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { cliError } from '../errors.ts'

type Property = { readonly name: string; readonly schema: Record<string, unknown>; readonly required: boolean }

const propertiesOf = (schema: TSchema | undefined): Property[] => {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Record<string, unknown>>
    required?: string[]
  }
  return Object.entries(properties).map(([name, each]) => ({ name, schema: each, required: required.includes(name) }))
}

const flagOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Properties of the JSON body; a body that is a union of objects offers all of their properties. */
const bodyProperties = (endpoint: Endpoint): Property[] => {
  if (endpoint.body?.kind === 'multipart') return propertiesOf(endpoint.body.fields)
  if (endpoint.body?.kind !== 'json') return []
  const { anyOf } = endpoint.body.schema as { anyOf?: TSchema[] }
  if (anyOf === undefined) return propertiesOf(endpoint.body.schema)
  const seen = new Map(anyOf.flatMap(propertiesOf).map((each) => [each.name, { ...each, required: false }]))
  return [...seen.values()]
}

/** The flags of a command, made from the operation that it calls. */
export const argumentsOf = (endpoint: Endpoint): ArgsDef => {
  const flags: ArgsDef = {}
  for (const { name } of propertiesOf(endpoint.params)) {
    flags[name] = { type: 'positional', required: true, description: 'Id, or the exact name' }
  }
  for (const { name, schema, required } of [...propertiesOf(endpoint.query), ...bodyProperties(endpoint)]) {
    const description = [schema['description'], schema['writeOnly'] === true ? fromInput : hintOf(schema)]
      .filter(Boolean)
      .join('; ')
    flags[flagOf(name)] =
      schema['type'] === 'boolean' || schema['writeOnly'] === true
        ? { type: 'boolean', required: required && schema['writeOnly'] !== true, description }
        : { type: 'string', required, description }
  }
  if (endpoint.body?.kind === 'multipart') {
    const { files, filesOptional } = endpoint.body
    flags['file'] = { type: 'string', required: filesOptional !== true, description: files }
  }
  flags['json'] = { type: 'boolean', description: 'Print the answer as JSON' }
  return flags
}

const fromInput = 'JSON, read from standard input'

type Schema = Readonly<Record<string, unknown>>

const itemsOf = (schema: Schema): Schema => (schema['items'] ?? {}) as Schema
const isScalar = ({ type, enum: words }: Schema): boolean =>
  ['string', 'number', 'integer', 'boolean'].includes(type as string) || Array.isArray(words)

/** What a value is that may be null, where it is a single word or number otherwise. */
const nullable = ({ anyOf }: Schema): Schema | undefined => {
  if (!Array.isArray(anyOf)) return undefined
  const [inner, ...others] = (anyOf as Schema[]).filter(({ type }) => type !== 'null')
  return inner !== undefined && others.length === 0 && isScalar(inner) ? inner : undefined
}

const hintOf = (schema: Schema): string => {
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].join(', ')}`
  if (schema['type'] === 'array')
    return isScalar(itemsOf(schema)) ? 'JSON list, or values separated by commas' : 'JSON list'
  const inner = nullable(schema)
  if (inner !== undefined) return [hintOf(inner), 'null for none'].filter(Boolean).join(', ')
  if (schema['type'] === 'object' || schema['anyOf'] !== undefined) return 'JSON, or @FILE with JSON'
  return ''
}

/** Text of a flag as the value that the schema asks for; what does not fit stays text, for the server to refuse with its own words. */
const valueOf = async (text: string, schema: Schema): Promise<unknown> =>
  parsed(text.startsWith('@') ? await readText(text.slice(1)) : text, schema)

const parsed = (content: string, schema: Schema): unknown => {
  const inner = nullable(schema)
  if (inner !== undefined) return content === 'null' ? null : parsed(content, inner)
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return content.trim() !== '' && Number.isFinite(Number(content)) ? Number(content) : content
    case 'boolean':
      return content === 'true' ? true : content === 'false' ? false : content
    case 'string':
      return content
    case 'array':
      return content.trimStart().startsWith('[') || !isScalar(itemsOf(schema))
        ? parseJson(content)
        : content.split(',').map((item) => parsed(item, itemsOf(schema)))
    default:
      return Array.isArray(schema['enum']) ? content : parseJson(content)
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw cliError('cli.usage', { problem: `"${text.slice(0, 60)}" is not JSON: ${String(error)}` })
  }
}

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw cliError('cli.file', { path, reason: error instanceof Error ? error.message : String(error) })
  }
}

/** What nobody may see in a list of processes or in a shell's history. Nothing of it is in an error. */
const readInput = async (name: string): Promise<unknown> => {
  const content = await text(process.stdin)
  try {
    return JSON.parse(content)
  } catch {
    throw cliError('cli.usage', { problem: `standard input is not JSON; an object with the ${name} was expected` })
  }
}

type Given = Readonly<Record<string, unknown>>

const pick = async (properties: readonly Property[], given: Given): Promise<Record<string, unknown>> => {
  const values: Record<string, unknown> = {}
  for (const { name, schema, required } of properties) {
    const flag = given[flagOf(name)]
    if (schema['writeOnly'] === true) {
      if (required || flag === true) values[name] = await readInput(name)
      continue
    }
    if (flag !== undefined) values[name] = typeof flag === 'string' ? await valueOf(flag, schema) : flag
  }
  return values
}

export const queryFrom = (endpoint: Endpoint, given: Given) => pick(propertiesOf(endpoint.query), given)
export const bodyFrom = (endpoint: Endpoint, given: Given) => pick(bodyProperties(endpoint), given)
