import type { Value } from '../pickle/graph.ts'
import { encodeLatin1 } from '../pickle/text.ts'
import { callOf, calleeOf } from './names.ts'

/** The items of a list, tuple or set; of a `set` that is made by a call, those of its argument. */
export const itemsOf = (value: Value | undefined): readonly Value[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind !== 'call') return plainItems(value)
  const callee = calleeOf(value)
  if (callee !== 'builtins set' && callee !== 'builtins frozenset') return undefined
  return value.args.length === 0 ? [] : plainItems(value.args[0])
}

// Calls within calls are not followed, so that no nesting costs stack.
const plainItems = (value: Value | undefined): readonly Value[] | undefined =>
  typeof value === 'object' && (value?.kind === 'list' || value?.kind === 'tuple' || value?.kind === 'set')
    ? value.items
    : undefined

/** Pairs of a dict, OrderedDict or defaultdict. */
export const pairsOf = (value: Value | undefined): readonly (readonly [Value, Value])[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind === 'dict') return value.keys.map((key, index) => [key, value.values[index] as Value])
  if (value.kind !== 'call') return undefined
  const callee = calleeOf(value)
  if (callee !== 'collections OrderedDict' && callee !== 'collections defaultdict' && callee !== 'builtins dict')
    return undefined
  const initial = itemsOf(value.args[0])?.map((pair) => itemsOf(pair) ?? []) ?? []
  return [
    ...initial.map((pair): [Value, Value] => [pair[0] ?? null, pair[1] ?? null]),
    ...value.keys.map((key, index): [Value, Value] => [key, value.values[index] as Value]),
  ]
}

/** A dict with text keys. */
export const textMapOf = (value: Value | undefined): ReadonlyMap<string, Value> | undefined => {
  const pairs = pairsOf(value)
  if (pairs === undefined) return undefined
  const map = new Map<string, Value>()
  for (const [key, item] of pairs) if (typeof key === 'string') map.set(key, item)
  return map
}

/** Byte strings: by opcode, or as protocols 0 to 2 write them: `_codecs.encode(text, 'latin1')`, `bytes()`, Python 2's str. */
export const bytesOf = (value: Value | undefined): Uint8Array | undefined => {
  const call = callOf(value)
  const callee = call === undefined ? undefined : calleeOf(call)
  if (callee !== 'builtins bytes' && callee !== 'builtins bytearray') return plainBytes(value)
  return call?.args.length === 0 ? new Uint8Array(0) : plainBytes(call?.args[0])
}

const plainBytes = (value: Value | undefined): Uint8Array | undefined => {
  if (typeof value === 'string') return encodeLatin1(value)
  if (typeof value === 'object' && value?.kind === 'bytes') return value.bytes
  const call = callOf(value)
  if (call === undefined || calleeOf(call) !== '_codecs encode') return undefined
  const [text, encoding] = call.args
  return typeof text === 'string' && (encoding === 'latin1' || encoding === 'latin-1') ? encodeLatin1(text) : undefined
}
