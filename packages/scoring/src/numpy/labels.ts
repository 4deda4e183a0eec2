import type { Label, Labels } from '../data/labels.ts'
import type { Limits } from '../limits.ts'
import type { Value } from '../pickle/graph.ts'
import { itemsOf } from '../python/values.ts'
import { arrayOf, type NumpyArray } from './array.ts'
import { float64sOf, objectsOf, textsOf } from './convert.ts'
import { type Scalar, scalarOf } from './scalar.ts'

/** The labels of an array or list, with their type. */
export const labelsOf = (value: Value | undefined, limits: Limits): Labels | undefined => {
  const array = arrayOf(value, limits)
  if (array === undefined) return labelsOfScalars(itemsOf(value)?.map(scalarOf))
  const texts = textsOf(array)
  if (texts !== undefined) return { type: 'string', values: texts }
  const objects = objectsOf(array)
  if (objects !== undefined) return labelsOfScalars(objects.map(scalarOf))
  if (array.dtype.kind === 'i' || array.dtype.kind === 'u') return { type: 'integer', values: integersOf(array) }
  const numbers = float64sOf(array)
  if (numbers === undefined) return undefined
  return array.dtype.kind === 'b'
    ? { type: 'boolean', values: Array.from(numbers, (number) => number !== 0) }
    : { type: 'float', values: [...numbers] }
}

const integersOf = (array: NumpyArray): readonly (number | bigint)[] => {
  const numbers = float64sOf(array) as Float64Array
  if (array.dtype.itemSize < 8 || numbers.every(Number.isSafeInteger)) return [...numbers]
  const view = new DataView(array.bytes.buffer, array.bytes.byteOffset, array.bytes.byteLength)
  const { kind, littleEndian } = array.dtype
  return Array.from(numbers, (_, index) =>
    kind === 'i' ? view.getBigInt64(index * 8, littleEndian) : view.getBigUint64(index * 8, littleEndian),
  )
}

const labelsOfScalars = (scalars: readonly (Scalar | undefined)[] | undefined): Labels | undefined => {
  if (scalars === undefined) return undefined
  const values: Label[] = []
  const types = new Set<Scalar['type']>()
  for (const scalar of scalars) {
    if (scalar === undefined) return undefined
    types.add(scalar.type)
    values.push(scalar.value)
  }
  const [type] = types
  return types.size === 1 && type !== undefined && type !== 'none'
    ? ({ type, values } as Labels)
    : { type: 'mixed', values }
}
