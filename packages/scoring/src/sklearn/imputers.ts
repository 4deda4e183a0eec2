import type { BuildContext, Builder, Family } from '../build/family.ts'
import type { Cell } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { ImputerModel, Missing, MissingIndicatorModel } from '../model/imputer.ts'
import type { ImputationStep } from '../model/iterative-imputer.ts'
import type { Model } from '../model/model.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import { labelsOf } from '../numpy/labels.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Value } from '../pickle/graph.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'

/** The parameter `missing_values`: NaN, None, `'NaN'` of old imputers, a number or a text. */
const missingOf = (instance: Instance): Missing => {
  const scalar = scalarOf(instance.get('missing_values'))
  if (scalar === undefined || scalar.type === 'none') return null
  if (scalar.type === 'string') return scalar.value === 'NaN' && instance.className === 'Imputer' ? null : scalar.value
  const value = Number(scalar.value)
  return Number.isNaN(value) ? null : value
}

/** Fill values, NaN where a column had none. */
const statisticsOf = (instance: Instance): readonly Cell[] => {
  const labels = labelsOf(instance.need('statistics_'), instance.limits)
  if (labels === undefined) throw instance.wrong('statistics_', 'one value for each column')
  return labels.values.map((value) => {
    if (typeof value === 'bigint') return Number(value)
    return typeof value === 'number' && Number.isNaN(value) ? null : value
  })
}

const simpleModel = (instance: Instance): ImputerModel => {
  const statistics = statisticsOf(instance)
  const keepsAll = instance.textOr('strategy', 'mean') === 'constant' || instance.boolean('keep_empty_features')
  const kept = Int32Array.from(statistics.keys().filter((column) => keepsAll || statistics[column] !== null))
  return {
    kind: 'imputer',
    name: instance.className,
    columns: statistics.length,
    missing: missingOf(instance),
    kept,
    fills: Array.from(kept, (column) => statistics[column] as Cell),
  }
}

const simple: Builder = (instance) => withIndicator(instance, simpleModel(instance))

/** The imputer of 0.21 and before in `sklearn.preprocessing`. */
const old: Builder = (instance) => {
  if (instance.numberOr('axis', 0) !== 0)
    throw scoringError('model.parameter', { name: instance.className, parameter: 'axis', value: '1' })
  return simpleModel(instance)
}

const indicatorModel = (instance: Instance, columns: number): MissingIndicatorModel => {
  const features = Int32Array.from(instance.floats('features_'))
  if (features.some((feature) => !(feature >= 0 && feature < columns)))
    throw instance.wrong('features_', `indices below ${columns}`)
  return {
    kind: 'missingIndicator',
    name: instance.className,
    columns,
    missing: missingOf(instance),
    features,
    refusesOthers:
      instance.textOr('features', 'missing-only') === 'missing-only' && instance.boolean('error_on_new', true),
    isSparse: scalarOf(instance.get('sparse'))?.value === true,
  }
}

const indicator: Builder = (instance) =>
  indicatorModel(instance, instance.integer(instance.has('_n_features') ? '_n_features' : 'n_features_in_'))

/** `add_indicator`: columns that say where values were missing go behind. */
const withIndicator = (instance: Instance, model: Model & { readonly columns: number }): Model => {
  if (!instance.boolean('add_indicator') || instance.get('indicator_') === undefined) return model
  return {
    kind: 'union',
    name: instance.className,
    columns: model.columns,
    takesMore: false,
    parts: [model, indicatorModel(instance.instance('indicator_'), model.columns)].map((part) => ({
      input: undefined,
      model: part,
      weight: undefined,
    })),
    result: 'as-parts',
  }
}

const iterative: Builder = (instance, context) => {
  const { className: name } = instance
  if (instance.boolean('sample_posterior'))
    throw scoringError('model.class', { name, why: 'with sample_posterior it answers at random' })
  const initial = simpleModel(instance.instance('initial_imputer_'))
  const { columns } = initial
  const width = initial.kept.length
  return withIndicator(instance, {
    kind: 'iterativeImputer',
    name,
    columns,
    missing: missingOf(instance),
    initial,
    kept: initial.kept,
    steps: instance.integer('n_iter_') === 0 ? [] : stepsOf(instance, width, context),
    lowest: bounds(instance, '_min_value', -Infinity, width),
    highest: bounds(instance, '_max_value', Infinity, width),
  })
}

const bounds = (instance: Instance, attribute: string, otherwise: number, width: number): Float64Array => {
  const values = instance.floatsOr(attribute, Float64Array.of(otherwise))
  if (values.length === 1) return new Float64Array(width).fill(values[0] as number)
  if (values.length !== width) throw instance.wrong(attribute, `${width} numbers`)
  return values
}

/** `imputation_sequence_`: triplets of a feature, its neighbours and an estimator. */
const stepsOf = (instance: Instance, width: number, context: BuildContext): readonly ImputationStep[] =>
  instance.items('imputation_sequence_').map((value) => {
    const args = instanceOf(value, instance.limits)?.args ?? []
    // Protocols 0 and 1 rebuild a named tuple from the tuple that it is.
    const [feature, neighbours, estimator] = args.length === 2 ? (itemsOf(args[1]) ?? []) : args
    const wrong = (): Error => instance.wrong('imputation_sequence_', 'features, neighbours and estimators')
    const index = Number(scalarOf(feature)?.value)
    const others = numbersOf(neighbours, instance)
    if (others === undefined || estimator === undefined) throw wrong()
    if ([index, ...others].some((at) => !(Number.isInteger(at) && at >= 0 && at < width))) throw wrong()
    return {
      feature: index,
      neighbours: Int32Array.from(others),
      estimator: context.buildValue(estimator, instance, 'imputation_sequence_'),
    }
  })

const numbersOf = (value: Value | undefined, instance: Instance): Float64Array | undefined => {
  const array = arrayOf(value, instance.limits)
  return array === undefined ? undefined : float64sOf(array)
}

const nearest: Builder = (instance) => {
  const { className: name } = instance
  const weights = instance.textOr('weights', '')
  if (weights !== 'uniform' && weights !== 'distance')
    throw scoringError('model.parameter', {
      name,
      parameter: 'weights',
      value: weights === '' ? 'a function' : weights,
    })
  const metric = instance.textOr('metric', '')
  if (metric !== 'nan_euclidean')
    throw scoringError('model.parameter', { name, parameter: 'metric', value: metric === '' ? 'a function' : metric })
  const { rows, columns, values } = instance.matrix('_fit_X')
  const mask = instance.floats('_mask_fit_X', rows * columns)
  return withIndicator(instance, {
    kind: 'neighbourImputer',
    name,
    columns,
    missing: missingOf(instance),
    fitted: values.map((value, at) => (mask[at] === 0 ? value : Number.NaN)),
    neighbours: instance.integer('n_neighbors', { min: 1 }),
    weights,
    kept: seenColumns(mask, columns),
    emptyIsZero: instance.boolean('keep_empty_features'),
  })
}

/** Columns with a value in some training row. */
const seenColumns = (isMissing: Float64Array, columns: number): Int32Array => {
  const seen = new Uint8Array(columns)
  for (const [at, flag] of isMissing.entries()) if (flag === 0) seen[at % columns] = 1
  return Int32Array.from(seen.keys().filter((column) => seen[column] === 1))
}

const base = 'sklearn.impute sklearn.impute._base'

/** What fills missing values, and what says where they were. */
export const imputers: Family = {
  classes: {
    SimpleImputer: { modules: base, build: simple },
    Imputer: { modules: 'sklearn.preprocessing.imputation', build: old },
    MissingIndicator: { modules: base, build: indicator },
    IterativeImputer: { modules: 'sklearn.impute._iterative', build: iterative },
    KNNImputer: { modules: 'sklearn.impute._knn', build: nearest },
  },
  parts: [{ use: 'class', names: { 'sklearn.impute._iterative': '_ImputerTriplet ImputerTriplet' } }],
}
