import type { Endpoint } from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import type { TSchema } from 'typebox'
import { isStorable } from '../database/text.ts'
import { infraError } from '../errors.ts'

/** Refuses a value that does not fit, with every finding. */
export const demand = (schema: TSchema, value: unknown, where: string): void => {
  const findings = check(schema, value).map(withoutFound(schema))
  if (findings.length > 0) throw infraError('request.invalid', { where, count: findings.length }, { findings })
  demandStorable(value, where)
}

/** What may only be written is not said again, not even to whoever sent it. */
const withoutFound = (schema: TSchema) => {
  const { properties = {} } = schema as { properties?: Record<string, { writeOnly?: boolean }> }
  const hidden = Object.keys(properties).filter((name) => properties[name]?.writeOnly === true)
  return (finding: Finding): Finding =>
    hidden.some((name) => `${finding.place?.pointer}/`.startsWith(`/${name}/`))
      ? { ...finding, message: finding.message.replace(/, found [^]*$/, '.') }
      : finding
}

/** Refuses texts that no database holds, wherever they are in a value. */
export const demandStorable = (value: unknown, where: string): void => {
  if (typeof value === 'string' && !isStorable(value)) throw infraError('request.text', { where })
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    demandStorable(key, where)
    demandStorable(part, where)
  }
}

/** Texts of a query string as the values that their schema asks for; what does not fit stays text and is refused. */
export const readQuery = (endpoint: Endpoint, given: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const properties = (endpoint.query?.properties ?? {}) as Record<string, { type?: string; default?: unknown }>
  const values: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(given)) values[name] = valueOf(text, properties[name]?.type)
  if (endpoint.query === undefined) {
    if (Object.keys(values).length > 0)
      demand({ type: 'object', additionalProperties: false } as TSchema, values, 'query')
    return {}
  }
  demand(endpoint.query, values, 'query')
  for (const [name, { default: fallback }] of Object.entries(properties)) values[name] ??= fallback
  return values
}

const valueOf = (text: unknown, type: string | undefined): unknown => {
  if (typeof text !== 'string') return text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  return text
}
