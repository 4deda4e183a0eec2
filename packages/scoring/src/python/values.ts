import type { Value } from '../pickle/graph.ts'
import { encodeLatin1 } from '../pickle/text.ts'
import { calleeOf } from './names.ts'

/** The items of a list or tuple, also of a `set` that was made by calling it. */
export const itemsOf = (value: Value | undefined): readonly Value[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return value.items
    case 'call': {
      const callee = calleeOf(value)
      if (callee === 'builtins set' || callee === 'builtins frozenset') return itemsOf(value.args[0]) ?? []
      return undefined
    }
    default:
      return undefined
  }
}

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
  if (typeof value === 'string') return encodeLatin1(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind === 'bytes') return value.bytes
  if (value.kind !== 'call') return undefined
  const callee = calleeOf(value)
  const [first, encoding] = value.args
  if (callee === '_codecs encode')
    return typeof first === 'string' && (encoding === 'latin1' || encoding === 'latin-1')
      ? encodeLatin1(first)
      : undefined
  if (callee === 'builtins bytes' || callee === 'builtins bytearray')
    return value.args.length === 0 ? new Uint8Array(0) : bytesOf(first)
  return undefined
}
