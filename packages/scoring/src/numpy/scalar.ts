import { scoringError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import type { Value } from '../pickle/graph.ts'
import { calleeOf, callOf } from '../python/names.ts'
import { bytesOf } from '../python/values.ts'
import { numberReader, textsOf } from './convert.ts'
import { readDType } from './dtype.ts'

/** A single value with the type that Python would show: `1`, `1.0`, `True` and `'1'` differ. */
export type Scalar =
  | { readonly type: 'integer'; readonly value: number | bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'none'; readonly value: null }

/** Python's own scalars and numpy's: `numpy.core.multiarray.scalar(dtype, bytes)`; undefined for anything else. */
export const scalarOf = (value: Value | undefined): Scalar | undefined => {
  if (value === null) return { type: 'none', value }
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean', value }
    case 'number':
    case 'bigint':
      return { type: 'integer', value }
    case 'string':
      return { type: 'string', value }
    case 'undefined':
      return undefined
    default:
      break
  }
  if (value.kind === 'float') return { type: 'float', value: value.value }
  const call = callOf(value)
  if (call === undefined || calleeOf(call) !== 'numpy._core.multiarray scalar') return undefined
  const dtype = readDType(call.args[0], defaultLimits)
  const bytes = bytesOf(call.args[1])
  const { offset } = call
  if (bytes === undefined || bytes.length !== dtype.itemSize)
    throw scoringError('numpy.invalid', {
      offset,
      reason: `a scalar of ${dtype.itemSize} bytes has ${bytes?.length ?? 'none'}`,
    })
  if (dtype.kind === 'U' || dtype.kind === 'S') {
    const [text] = textsOf({ dtype, shape: [1], fortran: false, bytes, objects: undefined, offset }) ?? []
    return text === undefined ? undefined : { type: 'string', value: text }
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const number = numberReader(dtype)?.(view, 0)
  if (number === undefined) return undefined
  if (dtype.kind === 'b') return { type: 'boolean', value: number !== 0 }
  if (dtype.kind === 'f') return { type: 'float', value: number }
  if (Number.isSafeInteger(number)) return { type: 'integer', value: number }
  const exact = dtype.kind === 'i' ? view.getBigInt64(0, dtype.littleEndian) : view.getBigUint64(0, dtype.littleEndian)
  return { type: 'integer', value: exact }
}
