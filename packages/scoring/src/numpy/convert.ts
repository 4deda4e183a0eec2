import { scoringError } from '../errors.ts'
import type { Value } from '../pickle/graph.ts'
import { decodeLatin1 } from '../pickle/text.ts'
import type { NumpyArray } from './array.ts'
import type { DType } from './dtype.ts'

/** Reads element `index` of the bytes, for every type of number. 64-bit integers become floats. */
type ReadNumber = (view: DataView, at: number) => number

/** How one number of this type is read; undefined where it is no real number. */
export const numberReader = ({ kind, itemSize, littleEndian: little }: DType): ReadNumber | undefined => {
  switch (`${kind}${itemSize}`) {
    case 'f8':
      return (view, at) => view.getFloat64(at, little)
    case 'f4':
      return (view, at) => view.getFloat32(at, little)
    case 'f2':
      return (view, at) => float16(view.getUint16(at, little))
    case 'i8':
      return (view, at) => Number(view.getBigInt64(at, little))
    case 'u8':
      return (view, at) => Number(view.getBigUint64(at, little))
    case 'i4':
      return (view, at) => view.getInt32(at, little)
    case 'u4':
      return (view, at) => view.getUint32(at, little)
    case 'i2':
      return (view, at) => view.getInt16(at, little)
    case 'u2':
      return (view, at) => view.getUint16(at, little)
    case 'i1':
      return (view, at) => view.getInt8(at)
    case 'u1':
      return (view, at) => view.getUint8(at)
    case 'b1':
      return (view, at) => (view.getUint8(at) === 0 ? 0 : 1)
    default:
      return undefined
  }
}

const float16 = (bits: number): number => {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** All elements as float64 in C order; undefined where the array holds no real numbers. */
export const float64sOf = (array: NumpyArray): Float64Array | undefined => {
  if (array.objects !== undefined) return undefined
  const { dtype, bytes } = array
  const read = numberReader(dtype)
  if (read === undefined) return undefined
  const count = bytes.length / dtype.itemSize
  if (dtype.kind === 'f' && dtype.itemSize === 8 && dtype.littleEndian && hostIsLittle) {
    const values =
      bytes.byteOffset % 8 === 0
        ? new Float64Array(bytes.buffer, bytes.byteOffset, count)
        : new Float64Array(bytes.slice().buffer)
    return array.fortran ? toCOrder(values, array.shape, new Float64Array(count)) : values
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = read(view, i * dtype.itemSize)
  return array.fortran ? toCOrder(values, array.shape, new Float64Array(count)) : values
}

/** One field of a structured array, as float64. */
export const fieldOf = (array: NumpyArray, name: string): Float64Array | undefined => {
  const field = array.dtype.fields.find((one) => one.name === name)
  const read = field === undefined ? undefined : numberReader(field.dtype)
  if (field === undefined || read === undefined) return undefined
  const { bytes } = array
  const { itemSize } = array.dtype
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Float64Array(bytes.length / itemSize)
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * itemSize + field.offset)
  return values
}

/** The texts of a U or S array in C order, without the NULs that pad them. */
export const textsOf = (array: NumpyArray): readonly string[] | undefined => {
  const { kind, itemSize, littleEndian } = array.dtype
  if (kind !== 'U' && kind !== 'S') return undefined
  const count =
    itemSize === 0 ? array.shape.reduce((product, size) => product * size, 1) : array.bytes.length / itemSize
  const view = new DataView(array.bytes.buffer, array.bytes.byteOffset, array.bytes.byteLength)
  const texts = Array.from({ length: count }, (_, index) => {
    if (kind === 'S')
      return decodeLatin1(array.bytes.subarray(index * itemSize, (index + 1) * itemSize)).replace(/\0+$/, '')
    let text = ''
    for (let at = index * itemSize; at < (index + 1) * itemSize; at += 4) {
      const code = view.getUint32(at, littleEndian)
      if (code > 0x10ffff)
        throw scoringError('numpy.invalid', { offset: array.offset, reason: `${code} is no character` })
      text += String.fromCodePoint(code)
    }
    return text.replace(/\0+$/, '')
  })
  return array.fortran ? toCOrder(texts, array.shape, texts.slice()) : texts
}

/** The objects of an object array in C order. */
export const objectsOf = ({ objects, fortran, shape }: NumpyArray): readonly Value[] | undefined =>
  objects !== undefined && fortran ? toCOrder(objects, shape, objects.slice()) : objects

/** From Fortran order (first index fastest) to C order (last index fastest). */
const toCOrder = <T, A extends { [index: number]: T }>(
  source: ArrayLike<T>,
  shape: readonly number[],
  target: A,
): A => {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1))
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < source.length; to++) {
    target[to] = source[from] as T
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1
      from += strides[axis] as number
      if (next < (shape[axis] as number)) {
        index[axis] = next
        break
      }
      index[axis] = 0
      from -= next * (strides[axis] as number)
    }
  }
  return target
}
