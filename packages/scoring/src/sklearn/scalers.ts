import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { ColumnwiseModel, ColumnwiseStep } from '../model/columnwise.ts'
import type { Model } from '../model/model.ts'
import type { NormsModel } from '../model/norms.ts'
import type { PowerMethod } from '../model/power.ts'
import type { Instance } from '../python/instance.ts'

/** Steps of which each has a number for every column. */
const columnwise = (
  instance: Instance,
  steps: readonly ColumnwiseStep[],
  values: ColumnwiseModel['values'] = 'missing',
): ColumnwiseModel => {
  const columns = steps[0]?.by.length ?? featuresSeen(instance)
  if (steps.some(({ by }) => by.length !== columns)) throw instance.wrong('scale_', `${columns} numbers`)
  return { kind: 'columnwise', name: instance.className, columns, values, steps }
}

const opposite = { subtract: 'add', add: 'subtract', divide: 'multiply', multiply: 'divide' } as const

/** What undoes the steps, from the last to the first. */
const undone = (model: ColumnwiseModel): ColumnwiseModel => ({
  ...model,
  values: 'any',
  steps: model.steps.toReversed().flatMap(({ operation, by }) =>
    // What was cut off cannot be brought back.
    operation === 'atLeast' || operation === 'atMost' ? [] : [{ operation: opposite[operation], by }],
  ),
})

const standard = (instance: Instance): ColumnwiseModel => {
  const steps: ColumnwiseStep[] = []
  if (instance.boolean('with_mean', true)) steps.push({ operation: 'subtract', by: instance.floats('mean_') })
  if (instance.boolean('with_std', true)) steps.push({ operation: 'divide', by: instance.floats('scale_') })
  // Before 0.20 missing values were refused.
  return columnwise(instance, steps, takesMissing(instance))
}

/** Scalers take missing values from 0.20 on. */
const takesMissing = (instance: Instance): ColumnwiseModel['values'] => (instance.isSince(0, 20) ? 'missing' : 'finite')

const minMax = (instance: Instance): ColumnwiseModel => {
  const scale = instance.floats('scale_')
  const steps: ColumnwiseStep[] = [
    { operation: 'multiply', by: scale },
    { operation: 'add', by: instance.floats('min_') },
  ]
  if (instance.boolean('clip')) {
    const [low, high] = instance.floats('feature_range', 2) as unknown as [number, number]
    steps.push({ operation: 'atLeast', by: scale.map(() => low) }, { operation: 'atMost', by: scale.map(() => high) })
  }
  return columnwise(instance, steps, takesMissing(instance))
}

const maxAbs = (instance: Instance): ColumnwiseModel => {
  const scale = instance.floats('scale_')
  const steps: ColumnwiseStep[] = [{ operation: 'divide', by: scale }]
  if (instance.boolean('clip'))
    steps.push({ operation: 'atLeast', by: scale.map(() => -1) }, { operation: 'atMost', by: scale.map(() => 1) })
  return columnwise(instance, steps, takesMissing(instance))
}

const robust = (instance: Instance): ColumnwiseModel => {
  const steps: ColumnwiseStep[] = []
  if (instance.boolean('with_centering', true)) steps.push({ operation: 'subtract', by: instance.floats('center_') })
  if (instance.boolean('with_scaling', true)) steps.push({ operation: 'divide', by: instance.floats('scale_') })
  return columnwise(instance, steps, takesMissing(instance))
}

const power = (instance: Instance, isInverse: boolean): Model => {
  const { className: name } = instance
  const method = instance.textOr('method', 'yeo-johnson')
  if (method !== 'box-cox' && method !== 'yeo-johnson')
    throw scoringError('model.parameter', { name, parameter: 'method', value: method })
  const raised: Model = {
    kind: 'power',
    name,
    method: method satisfies PowerMethod,
    lambdas: instance.floats('lambdas_'),
    isInverse,
  }
  if (!instance.boolean('standardize', true)) return raised
  const scaler = { ...standard(instance.instance('_scaler')), name }
  if (scaler.columns !== raised.lambdas.length) throw instance.wrong('lambdas_', `${scaler.columns} numbers`)
  return {
    kind: 'pipeline',
    name,
    steps: isInverse ? [undone(scaler), raised] : [raised, { ...scaler, values: 'any' }],
  }
}

const quantile = (instance: Instance, isInverse: boolean): Model => {
  const { className: name } = instance
  const output = instance.textOr('output_distribution', 'uniform')
  if (output !== 'uniform' && output !== 'normal')
    throw scoringError('model.parameter', { name, parameter: 'output_distribution', value: output })
  const references = instance.floats('references_')
  const { rows, columns, values } = instance.matrix('quantiles_')
  if (rows !== references.length || rows === 0) throw instance.wrong('quantiles_', `${references.length} rows`)
  const quantiles = new Float64Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      quantiles[column * rows + row] = values[row * columns + column] as number
  if (!isRising(references, 0, rows)) throw instance.wrong('references_', 'numbers that rise')
  for (let column = 0; column < columns; column++)
    if (!isRising(quantiles, column * rows, (column + 1) * rows))
      throw instance.wrong('quantiles_', 'columns of numbers that rise')
  return {
    kind: 'quantiles',
    name,
    columns,
    references,
    quantiles,
    output,
    isInverse,
    isClipped: !instance.isSince(0, 21),
  }
}

/** Each number is at least the one before; numpy's percentiles may fall by a rounding. NaN, of a column without values, is let pass. */
const isRising = (values: Float64Array, from: number, to: number): boolean => {
  for (let i = from + 1; i < to; i++) {
    const [before, value] = [values[i - 1] as number, values[i] as number]
    if (before - value > 1e-9 * Math.max(Math.abs(before), Math.abs(value))) return false
  }
  return true
}

/** Features that the object was fitted on, where it says so. */
const featuresSeen = (instance: Instance): number | undefined =>
  instance.has('n_features_in_') ? instance.integer('n_features_in_') : undefined

const normalizer: Builder = (instance) => {
  const norm = instance.textOr('norm', 'l2')
  return {
    kind: 'norms',
    name: instance.className,
    columns: featuresSeen(instance),
    norm: normCalled(instance, norm),
    // Since 1.0: ten times the distance of 1 to the next number.
    ...(instance.isSince(1, 0) ? { shortest: 10 * Number.EPSILON } : {}),
  }
}

/** A norm by its parameter's value. */
export const normCalled = (instance: Instance, norm: string): NormsModel['norm'] => {
  if (norm === 'l1' || norm === 'l2') return norm
  if (norm !== 'max')
    throw scoringError('model.parameter', { name: instance.className, parameter: 'norm', value: norm })
  return instance.isSince(0, 23) ? 'max' : 'signed-max'
}

const binarizer: Builder = (instance) => ({
  kind: 'elementwise',
  name: instance.className,
  columns: featuresSeen(instance),
  values: 'finite',
  apply: { type: 'above', threshold: instance.number('threshold') },
})

const kernelCenterer = 'it takes a kernel matrix between rows and training rows, not rows'

/** What undoes a fitted transformation, for targets that were transformed. */
export const inverses: Readonly<Record<string, (instance: Instance) => Model>> = {
  StandardScaler: (instance) => undone(standard(instance)),
  MinMaxScaler: (instance) => undone(minMax(instance)),
  MaxAbsScaler: (instance) => undone(maxAbs(instance)),
  RobustScaler: (instance) => undone(robust(instance)),
  PowerTransformer: (instance) => power(instance, true),
  QuantileTransformer: (instance) => quantile(instance, true),
}

const modules = 'sklearn.preprocessing.data sklearn.preprocessing._data'

/** Shift, scale and bend each column by itself. */
export const scalers: Family = {
  classes: {
    StandardScaler: { modules, build: standard },
    MinMaxScaler: { modules, build: minMax },
    MaxAbsScaler: { modules, build: maxAbs },
    RobustScaler: { modules, build: robust },
    PowerTransformer: { modules, build: (instance) => power(instance, false) },
    QuantileTransformer: { modules, build: (instance) => quantile(instance, false) },
    Normalizer: { modules, build: normalizer },
    Binarizer: { modules, build: binarizer },
    KernelCenterer: { modules, unsupported: kernelCenterer },
  },
}
