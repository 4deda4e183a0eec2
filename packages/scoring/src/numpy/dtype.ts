import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import type { CallNode, Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { calleeOf, callOf } from '../python/names.ts'
import { itemsOf, pairsOf } from '../python/values.ts'

/** numpy's letter of the kind: boolean, integers, floats, complex, bytes, text, object, structure, datetime, timedelta. */
export type DTypeKind = 'b' | 'i' | 'u' | 'f' | 'c' | 'S' | 'U' | 'O' | 'V' | 'M' | 'm'

export type DType = {
  readonly kind: DTypeKind
  /** Bytes of one element; U counts four a character. */
  readonly itemSize: number
  readonly littleEndian: boolean
  readonly fields: readonly DTypeField[]
  /** The unit of datetimes, such as `ns`. */
  readonly unit: string | undefined
}
export type DTypeField = { readonly name: string; readonly dtype: DType; readonly offset: number }

const sizes: Readonly<Partial<Record<DTypeKind, readonly number[]>>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 12, 16],
  c: [8, 16, 24, 32],
  O: [4, 8],
  M: [8],
  m: [8],
}

/** A type by its short name: `f8`, `<i4`, `|b1`, `U12`, `V56`. */
export const parseDType = (text: string, offset: number, limits: Limits): DType => {
  const match = /^([<>=|]?)([biufcSaUOVMm])(\d*)(?:\[(\w+)\])?$/.exec(text === '?' ? 'b1' : text)
  if (match === null)
    throw scoringError('numpy.invalid', {
      offset,
      reason: `the element type ${JSON.stringify(text.slice(0, 40))} is unknown`,
    })
  const kind = (match[2] === 'a' ? 'S' : match[2]) as DTypeKind
  const number = match[3] === '' ? (kind === 'O' ? 8 : 0) : Number(match[3])
  const itemSize = kind === 'U' ? number * 4 : number
  if (itemSize > limits.itemBytes)
    throw limitReached('array elements of bytes', limits.itemBytes, { found: itemSize, offset })
  const known = sizes[kind]
  if (known !== undefined && !known.includes(itemSize))
    throw scoringError('numpy.invalid', { offset, reason: `the element type ${JSON.stringify(text)} is unknown` })
  return { kind, itemSize, littleEndian: match[1] !== '>', fields: [], unit: match[4] }
}

const known = new WeakMap<CallNode, DType>()
const maxDepth = 16

/** The dtype that a pickle describes: `numpy.dtype('f8', False, True)` and its state. */
export const readDType = (value: Value | undefined, limits: Limits, depth = 0): DType => {
  const call = callOf(value)
  if (call === undefined || calleeOf(call) !== 'numpy dtype')
    throw scoringError('numpy.invalid', { offset: 0, reason: `its element type is ${describe(value ?? null)}` })
  const seen = known.get(call)
  if (seen !== undefined) return seen
  const { offset } = call
  if (depth > maxDepth) throw limitReached('levels of structures within structures', maxDepth, { offset })
  const invalid = (reason: string) => scoringError('numpy.invalid', { offset, reason })
  const code = call.args[0]
  if (typeof code !== 'string') throw invalid(`its element type is ${describe(code ?? null)}`)
  let dtype = parseDType(code, offset, limits)
  const state = itemsOf(call.states.at(-1))
  if (state !== undefined) {
    const [, order, , names, fields, size] = state
    if (typeof order === 'string') dtype = { ...dtype, littleEndian: order !== '>' }
    const fieldNames = itemsOf(names)
    if (fieldNames !== undefined && fieldNames.length > 0) {
      // Marked before the fields are read, so that a type that holds itself ends here.
      known.set(call, dtype)
      dtype = { ...dtype, fields: readFields(fieldNames, fields, dtype, limits, depth, invalid) }
    }
    if (typeof size === 'number' && size > 0 && dtype.kind === 'V' && size !== dtype.itemSize)
      throw invalid(`its structure has ${size} bytes and ${dtype.itemSize}`)
    const metadata = itemsOf(state[8])
    const unit = itemsOf(metadata?.[1])?.[0]
    if (typeof unit === 'string') dtype = { ...dtype, unit }
  }
  known.set(call, dtype)
  return dtype
}

const readFields = (
  names: readonly Value[],
  fields: Value | undefined,
  { itemSize }: DType,
  limits: Limits,
  depth: number,
  invalid: (reason: string) => Error,
): readonly DTypeField[] => {
  const pairs = pairsOf(fields)
  if (pairs === undefined) throw invalid('its structure has no fields')
  return names.map((name) => {
    const entry = itemsOf(pairs.find(([key]) => key === name)?.[1])
    const offset = entry?.[1]
    if (typeof name !== 'string' || entry === undefined || typeof offset !== 'number')
      throw invalid(`its structure has no field ${describe(name)}`)
    const dtype = readDType(entry[0], limits, depth + 1)
    if (offset < 0 || offset + dtype.itemSize > itemSize) throw invalid(`the field ${name} lies outside its structure`)
    return { name, dtype, offset }
  })
}
