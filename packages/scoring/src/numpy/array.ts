import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import type { CallNode, Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { calleeOf, callOf } from '../python/names.ts'
import { bytesOf, itemsOf, textMapOf } from '../python/values.ts'
import { type DType, readDType } from './dtype.ts'

/** An array as the file holds it; `bytes` is a view of the file. Convert it with the functions of `convert.ts`. */
export type NumpyArray = {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly fortran: boolean
  readonly bytes: Uint8Array
  /** The elements of an object array, in the order of the memory. */
  readonly objects: readonly Value[] | undefined
  readonly offset: number
}

const known = new WeakMap<CallNode, NumpyArray>()

/** The array that a value is, or undefined where it is something else. Shape and bytes have been compared. */
export const arrayOf = (value: Value | undefined, limits: Limits): NumpyArray | undefined => {
  const call = callOf(value)
  if (call === undefined) return undefined
  const seen = known.get(call)
  if (seen !== undefined) return seen
  const array = readArray(call, limits)
  if (array !== undefined) known.set(call, array)
  return array
}

const readArray = (call: CallNode, limits: Limits): NumpyArray | undefined => {
  switch (calleeOf(call)) {
    case 'numpy._core.multiarray _reconstruct':
      return reconstructed(call, limits)
    case 'numpy._core.numeric _frombuffer': {
      const [buffer, dtype, shape, order] = call.args
      const bytes = bytesOf(buffer)
      if (bytes === undefined) throw invalid(call, `its data are ${describe(buffer ?? null)}`)
      return checked(call, limits, readDType(dtype, limits), itemsOf(shape), order === 'F', bytes)
    }
    case 'joblib.numpy_pickle NumpyArrayWrapper':
      return wrapped(call, limits)
    default:
      return undefined
  }
}

const invalid = ({ offset }: CallNode, reason: string) => scoringError('numpy.invalid', { offset, reason })

/** `_reconstruct(ndarray, (0,), b'b')` and the state (version, shape, dtype, is Fortran, data). */
const reconstructed = (call: CallNode, limits: Limits): NumpyArray => {
  const state = itemsOf(call.states.at(-1))
  if (state === undefined) throw invalid(call, 'it has no state')
  const [shape, dtype, fortran, data] = state.length === 4 ? state : state.slice(1)
  return checked(call, limits, readDType(dtype, limits), itemsOf(shape), fortran === true || fortran === 1, data)
}

const wrapped = (call: CallNode, limits: Limits): NumpyArray | undefined => {
  const { payload } = call
  if (payload === undefined) throw invalid(call, 'its data are missing')
  if (payload.kind === 'pickle') return arrayOf(payload.root, limits)
  const state = textMapOf(call.states.at(-1))
  return checked(
    call,
    limits,
    readDType(state?.get('dtype'), limits),
    itemsOf(state?.get('shape')),
    state?.get('order') === 'F',
    payload,
  )
}

/** The number of elements of a shape; a shape whose bytes would pass the limit is refused before anything is made. */
export const countElements = (
  shape: readonly Value[] | undefined,
  itemSize: number,
  offset: number,
  limits: Limits,
): { readonly sizes: readonly number[]; readonly count: number } => {
  if (shape === undefined || shape.length > 32)
    throw scoringError('numpy.invalid', { offset, reason: 'its shape is no short tuple' })
  let count = 1
  const sizes = shape.map((size) => {
    if ((typeof size !== 'number' && typeof size !== 'bigint') || size < 0)
      throw scoringError('numpy.invalid', { offset, reason: `its shape has ${describe(size)}` })
    count *= Number(size)
    return Number(size)
  })
  if (
    count * itemSize > limits.valueBytes ||
    count > limits.valueBytes ||
    sizes.some((size) => size > limits.valueBytes)
  )
    throw limitReached('an array of bytes', limits.valueBytes, { found: count * itemSize, offset })
  return { sizes, count }
}

const checked = (
  call: CallNode,
  limits: Limits,
  dtype: DType,
  shape: readonly Value[] | undefined,
  fortran: boolean,
  data: Value | Uint8Array | undefined,
): NumpyArray => {
  const { offset } = call
  const { sizes, count } = countElements(shape, dtype.itemSize, offset, limits)
  const isFortran = fortran && sizes.length > 1
  if (dtype.kind === 'O') {
    const objects = itemsOf(data instanceof Uint8Array ? undefined : data)
    if (objects === undefined || objects.length !== count)
      throw invalid(call, `it has ${objects?.length ?? 'no'} objects for a shape of ${count}`)
    return { dtype, shape: sizes, fortran: isFortran, bytes: new Uint8Array(0), objects, offset }
  }
  const bytes = data instanceof Uint8Array ? data : bytesOf(data)
  if (bytes === undefined) throw invalid(call, 'its data are no bytes')
  if (bytes.length !== count * dtype.itemSize)
    throw invalid(call, `it has ${bytes.length} bytes; its shape needs ${count * dtype.itemSize}`)
  return { dtype, shape: sizes, fortran: isFortran, bytes, objects: undefined, offset }
}
