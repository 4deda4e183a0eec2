import type { BuildContext } from '../build/family.ts'
import type { Labels } from '../data/labels.ts'
import type { Model } from '../model/model.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import type { Value } from '../pickle/graph.ts'
import type { Instance } from '../python/instance.ts'

/** The models of a list of fitted objects, of which there is at least one. */
export const membersOf = (instance: Instance, { build }: BuildContext, attribute = 'estimators_'): readonly Model[] => {
  const members = instance.instances(attribute).map(build)
  if (members.length === 0) throw instance.wrong(attribute, 'at least one object')
  return members
}

/** The classes of a classifier that needs two or more. */
export const severalClasses = (instance: Instance): Labels => {
  const classes = instance.labels('classes_')
  if (classes.values.length < 2) throw instance.wrong('classes_', 'two or more classes')
  return classes
}

/** Whole numbers below `end`. */
export const indicesOf = (value: Value, instance: Instance, attribute: string, end: number): Int32Array => {
  const array = arrayOf(value, instance.limits)
  const numbers = array === undefined ? undefined : float64sOf(array)
  return checkedIndices(numbers, instance, attribute, end)
}

/** The same of numbers that were read. */
export const checkedIndices = (
  numbers: Float64Array | undefined,
  instance: Instance,
  attribute: string,
  end: number,
): Int32Array => {
  if (numbers === undefined || !numbers.every((index) => Number.isInteger(index) && index >= 0 && index < end))
    throw instance.wrong(attribute, `whole numbers from 0 to ${end - 1}`)
  return Int32Array.from(numbers)
}
