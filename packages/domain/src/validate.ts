import type { Finding } from '@modelsmith/table'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { finding } from './errors.ts'
import { nearest } from './nearest.ts'

/**
 * Everything that is wrong with a value, each with its JSON pointer; empty exactly when the schema holds. TypeBox decides
 * whether it holds, without generating code; what follows only explains why not, in words for people.
 */
export const check = (schema: TSchema, value: unknown): Finding[] => {
  if (Check(schema, value)) return []
  const findings = explain(schema, value, '')
  return findings.length > 0 ? findings : [wrong('', 'as its schema says', value)]
}

/** The keywords of JSON Schema that TypeBox writes for our schemas. */
type JsonSchema = {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

const explain = (schema: JsonSchema, value: unknown, pointer: string): Finding[] => {
  if (schema.anyOf !== undefined) return explainUnion(schema.anyOf, value, pointer)
  if (Check(schema as TSchema, value)) return []
  if (schema.type === 'object' && isObject(value)) return explainObject(schema, value, pointer)
  if (schema.type === 'array' && Array.isArray(value)) return explainArray(schema, value, pointer)
  return [wrong(pointer, wordsOf(schema), value)]
}

const explainObject = (schema: JsonSchema, value: Readonly<Record<string, unknown>>, pointer: string): Finding[] => {
  const properties = schema.properties ?? {}
  const known = Object.keys(properties)
  const present = known.filter((key) => Object.hasOwn(value, key))
  const others = Object.keys(value).filter((key) => !known.includes(key))
  const rest = schema.patternProperties === undefined ? undefined : Object.values(schema.patternProperties)[0]
  return [
    ...(schema.required ?? [])
      .filter((key) => !Object.hasOwn(value, key))
      .map((key) => finding('schema.missing', { key }, { place: { pointer: below(pointer, key) } })),
    ...present.flatMap((key) => explain(properties[key] as JsonSchema, value[key], below(pointer, key))),
    ...others.flatMap((key) => {
      if (rest !== undefined) return explain(rest, value[key], below(pointer, key))
      if (schema.additionalProperties !== false) return []
      const near = nearest(key, known)
      return [finding('schema.unknownKey', { key, known, near }, { place: { pointer: below(pointer, key) } })]
    }),
  ]
}

const explainArray = (schema: JsonSchema, value: readonly unknown[], pointer: string): Finding[] => {
  const { items, minItems = 0, maxItems = Infinity } = schema
  return [
    ...(value.length < minItems || value.length > maxItems ? [wrong(pointer, wordsOf(schema), value)] : []),
    ...(items === undefined ? [] : value.flatMap((item, index) => explain(items, item, below(pointer, String(index))))),
  ]
}

/** Explains against the one branch that was meant, where that can be told; else names all of them. */
const explainUnion = (branches: readonly JsonSchema[], value: unknown, pointer: string): Finding[] => {
  if (branches.some((branch) => Check(branch as TSchema, value))) return []
  const sameShape = branches.filter((branch) => hasShape(branch, value))
  const [only, ...more] = sameShape
  if (only !== undefined && more.length === 0) return explain(only, value, pointer)
  if (isObject(value) && sameShape.length > 1) {
    const key = discriminatorOf(sameShape)
    if (key !== undefined) return explainDiscriminated(sameShape, key, value, pointer)
    // Without a discriminator the branch with the fewest findings is the one that was most likely meant.
    return sameShape
      .map((branch) => explain(branch, value, pointer))
      .reduce((fewest, findings) => (findings.length < fewest.length ? findings : fewest))
  }
  return [wrong(pointer, branches.map(wordsOf).join(' or '), value)]
}

const explainDiscriminated = (
  branches: readonly JsonSchema[],
  key: string,
  value: Readonly<Record<string, unknown>>,
  pointer: string,
): Finding[] => {
  if (!Object.hasOwn(value, key)) {
    return [finding('schema.missing', { key }, { place: { pointer: below(pointer, key) } })]
  }
  const meant = branches.find((branch) => branch.properties?.[key]?.const === value[key])
  if (meant !== undefined) return explain(meant, value, pointer)
  const allowed = { enum: branches.map((branch) => branch.properties?.[key]?.const) }
  return [wrong(below(pointer, key), wordsOf(allowed), value[key])]
}

/** A key that holds another constant in each of the branches, such as `type` or `field`. */
const discriminatorOf = (branches: readonly JsonSchema[]): string | undefined =>
  Object.keys(branches[0]?.properties ?? {}).find(
    (key) =>
      new Set(branches.map((branch) => branch.properties?.[key]?.const ?? Symbol('other'))).size === branches.length &&
      branches.every((branch) => branch.properties?.[key]?.const !== undefined),
  )

const hasShape = ({ type }: JsonSchema, value: unknown): boolean =>
  Array.isArray(value) ? type === 'array' : isObject(value) && type === 'object'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The pointer of a member (RFC 6901). */
export const below = (pointer: string, key: string): string =>
  `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

const wrong = (pointer: string, expected: string, value: unknown): Finding => {
  const name = pointer.split('/').at(-1)?.replaceAll('~1', '/').replaceAll('~0', '~')
  const what =
    name === undefined || name === '' ? 'The value' : /^\d+$/.test(name) ? `Entry ${Number(name) + 1}` : `"${name}"`
  return finding('schema.wrong', { what, expected, found: describe(value) }, { place: { pointer } })
}

/** A value in a few words, for messages. */
export const describe = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 1 ? 'a list of one' : `a list of ${value.length}`
  if (isObject(value)) return 'an object'
  if (value === null || value === undefined) return 'nothing'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const wordsOf = (schema: JsonSchema): string => {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => String(value)).join(', ')}`
  if (schema.anyOf !== undefined) return schema.anyOf.map(wordsOf).join(' or ')
  switch (schema.type) {
    case 'string':
      return wordsOfText(schema)
    case 'number':
      return `a number${wordsOfRange(schema)}`
    case 'integer':
      return `a whole number${wordsOfRange(schema)}`
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'array':
      return `a list${wordsOfCount(schema.minItems, schema.maxItems, 'entries')}`
    case 'object':
      return 'an object'
    default:
      return 'something else'
  }
}

const wordsOfText = ({ minLength, maxLength, pattern }: JsonSchema): string => {
  if (pattern === '\\S') return `text that is not blank${wordsOfCount(undefined, maxLength, 'characters')}`
  const matching = pattern === undefined ? '' : ` matching ${pattern}`
  return minLength === 1 && maxLength === undefined
    ? `text that is not empty${matching}`
    : `text${wordsOfCount(minLength, maxLength, 'characters')}${matching}`
}

const wordsOfCount = (min: number | undefined, max: number | undefined, unit: string): string => {
  if (min !== undefined && max !== undefined) return ` of ${min} to ${max} ${unit}`
  if (min !== undefined) return ` of at least ${min} ${unit}`
  return max === undefined ? '' : ` of at most ${max} ${unit}`
}

const wordsOfRange = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string => {
  const parts = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ]
  return parts.length === 0 ? '' : `, ${parts.join(' and ')}`
}
