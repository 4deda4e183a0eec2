import type { Builder, Family } from '../build/family.ts'
import type { Cell } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import type { CategoriesModel, CategoryColumn } from '../model/categories.ts'
import type { Model } from '../model/model.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import { labelsOf } from '../numpy/labels.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Value } from '../pickle/graph.ts'
import type { Instance } from '../python/instance.ts'

const cellsOf = ({ values }: Labels): readonly Cell[] =>
  values.map((value) => {
    if (typeof value === 'bigint') return Number(value)
    return typeof value === 'number' && Number.isNaN(value) ? null : value
  })

/** The categories of every column. */
const categoriesOf = (instance: Instance): readonly (readonly Cell[])[] =>
  instance.items('categories_').map((value) => {
    const labels = labelsOf(value, instance.limits)
    if (labels === undefined) throw instance.wrong('categories_', 'labels for each column')
    return cellsOf(labels)
  })

/** From 0.24 on a missing value is a category like any other. */
const takesMissing = (instance: Instance): boolean => instance.isSince(0, 24)

const unknownModes: readonly string[] = ['error', 'ignore', 'infrequent_if_exist', 'use_encoded_value', 'warn']

const unknownMode = (instance: Instance): string => {
  const mode = instance.textOr('handle_unknown', 'error')
  if (!unknownModes.includes(mode))
    throw scoringError('model.parameter', { name: instance.className, parameter: 'handle_unknown', value: mode })
  return mode
}

/** For each column the number of every category after rare ones were put together; undefined where none are. */
const groupings = (instance: Instance, columns: number): readonly (Float64Array | undefined)[] => {
  if (instance.get('_default_to_infrequent_mappings') === undefined)
    return Array.from({ length: columns }, () => undefined)
  const mappings = instance.items('_default_to_infrequent_mappings').map((value) => {
    const array = arrayOf(value, instance.limits)
    return array === undefined ? undefined : float64sOf(array)
  })
  if (mappings.length !== columns) throw instance.wrong('_default_to_infrequent_mappings', `${columns} mappings`)
  return mappings
}

const oneHot: Builder = (instance, context) => {
  if (instance.boolean('_legacy_mode') || !instance.has('categories_')) return legacyOneHot(instance, context)
  const categories = categoriesOf(instance)
  const mode = unknownMode(instance)
  const grouped = groupings(instance, categories.length)
  const dropped = droppedCategories(instance, categories.length)
  let width = 0
  const columns = categories.map((own, at): CategoryColumn => {
    const mapping = grouped[at]
    const drop = dropped[at]
    const numbers = own.map((_, index) => (mapping === undefined ? index : (mapping[index] as number)))
    const rare = mapping === undefined ? undefined : Math.max(...mapping)
    const count = own.length === 0 ? 0 : Math.max(...numbers) + 1
    if (numbers.some((number) => !(Number.isInteger(number) && number >= 0 && number < own.length)))
      throw instance.wrong('_default_to_infrequent_mappings', 'whole numbers below the number of categories')
    if (drop !== undefined && !(Number.isInteger(drop) && drop >= 0 && drop < count))
      throw instance.wrong('drop_idx_', `numbers of categories, of which column ${at} has ${count}`)
    const base = width
    const place = (number: number): number => {
      if (number === drop) return -1
      return base + number - (drop !== undefined && number > drop ? 1 : 0)
    }
    width += count - (drop === undefined ? 0 : 1)
    const isRare = rare !== undefined && (mode === 'infrequent_if_exist' || mode === 'warn')
    return {
      categories: own,
      places: Float64Array.from(numbers, place),
      unknown: mode === 'error' ? undefined : isRare ? place(rare) : -1,
    }
  })
  return oneHotModel(instance, columns, width)
}

const oneHotModel = (instance: Instance, columns: readonly CategoryColumn[], width: number): CategoriesModel => ({
  kind: 'categories',
  name: instance.className,
  columns,
  takesMissing: takesMissing(instance),
  isTruncated: false,
  output: { type: 'one-hot', width, isSparse: instance.boolean('sparse_output', instance.boolean('sparse', true)) },
})

/** For each column the number of the category that has no column of its own. */
const droppedCategories = (instance: Instance, columns: number): readonly (number | undefined)[] => {
  const attribute = instance.has('_drop_idx_after_grouping') ? '_drop_idx_after_grouping' : 'drop_idx_'
  const labels = instance.get(attribute) === undefined ? undefined : instance.labels(attribute)
  if (labels !== undefined && labels.values.length !== columns) throw instance.wrong(attribute, `${columns} numbers`)
  return Array.from({ length: columns }, (_, at) => {
    const value = labels?.values[at]
    return value === undefined || value === null ? undefined : Number(value)
  })
}

const mostCategories = 1_000_000

/** Whole numbers from zero, as all of 0.19 and before, and 0.20 and 0.21 for integers: `feature_indices_` and `active_features_`. */
const legacyOneHot: Builder = (instance) => {
  const named = (name: string): string => (instance.has(`_${name}`) ? `_${name}` : name)
  const counts = instance.floats(named('n_values_'))
  const starts = instance.floats(named('feature_indices_'), counts.length + 1)
  const total = starts.at(-1) as number
  const size = Math.max(
    total,
    counts.reduce((sum, count) => sum + count, 0),
  )
  if (!(size <= mostCategories)) throw limitReached('categories', mostCategories, { found: size })
  const isAutomatic = instance.textOr(named('n_values'), '') === 'auto'
  const active = isAutomatic
    ? instance.floats(named('active_features_'))
    : Float64Array.from({ length: total }, (_, at) => at)
  const places = new Map(Array.from(active, (feature, place) => [feature, place]))
  const mode = unknownMode(instance)
  const columns = Array.from(counts, (count, at): CategoryColumn => {
    const start = starts[at] as number
    if (!(count >= 0 && start + count <= total))
      throw instance.wrong(named('n_values_'), 'counts that fit feature_indices_')
    return {
      categories: Array.from({ length: count }, (_, value) => value),
      places: Float64Array.from({ length: count }, (_, value) => places.get(start + value) ?? -1),
      unknown: mode === 'error' ? undefined : -1,
    }
  })
  const encoder: CategoriesModel = { ...oneHotModel(instance, columns, active.length), isTruncated: true }
  return besideOthers(instance, encoder, named('categorical_features'))
}

/** Columns that are not categorical go to the right of those that are; only legacy encoders choose. */
const besideOthers = (instance: Instance, encoder: CategoriesModel, attribute: string): Model => {
  const selected = instance.get(attribute)
  if (selected === undefined || selected === 'all') return encoder
  const labels = instance.labels(attribute)
  if (labels.type === 'boolean') {
    const numbers = labels.values.map((_, at) => at)
    return unionOf(
      instance,
      encoder,
      numbers.filter((at) => labels.values[at]),
      numbers.filter((at) => !labels.values[at]),
    )
  }
  throw scoringError('model.parameter', {
    name: instance.className,
    parameter: 'categorical_features',
    value: 'a list of indices (the file does not say how many columns there were)',
  })
}

const unionOf = (
  { className: name }: Instance,
  encoder: CategoriesModel,
  chosen: readonly number[],
  rest: readonly number[],
): Model => {
  const picked = (positions: readonly number[]) => ({
    columns: positions.map((position) => ({ position })),
    isVector: false,
  })
  return {
    kind: 'union',
    name,
    columns: chosen.length + rest.length,
    takesMore: false,
    parts: [
      { input: picked(chosen), model: encoder, weight: undefined },
      { input: picked(rest), model: undefined, weight: undefined },
    ],
    result: 'as-parts',
  }
}

const ordinal: Builder = (instance) => {
  const categories = categoriesOf(instance)
  const mode = unknownMode(instance)
  const grouped = groupings(instance, categories.length)
  const missing = new Map(
    (instance.has('_missing_indices') ? instance.pairs('_missing_indices') : []).map(([column, index]) => [
      Number(scalarOf(column)?.value),
      Number(scalarOf(index)?.value),
    ]),
  )
  const encodedMissing = instance.numberOr('encoded_missing_value', Number.NaN)
  const columns = categories.map((own, at): CategoryColumn => {
    const mapping = grouped[at]
    const numbers = own.map((_, index) => {
      if (missing.get(at) === index) return encodedMissing
      return mapping === undefined ? index : (mapping[index] as number)
    })
    return {
      categories: own,
      places: Float64Array.from(numbers),
      unknown: mode === 'error' ? undefined : instance.numberOr('unknown_value', Number.NaN),
    }
  })
  return numbersModel(instance, columns)
}

const numbersModel = (instance: Instance, columns: readonly CategoryColumn[]): CategoriesModel => ({
  kind: 'categories',
  name: instance.className,
  columns,
  takesMissing: takesMissing(instance),
  isTruncated: false,
  output: { type: 'numbers' },
})

/** The mean of the target for each category; with several classes, as many columns for each feature. */
const target: Builder = (instance) => {
  const categories = categoriesOf(instance)
  const encodings = instance.items('encodings_').map((value) => floatsOf(value, instance, 'encodings_'))
  const means = instance.floats('target_mean_')
  const isMulticlass = instance.textOr('target_type_', '') === 'multiclass'
  const classes = isMulticlass ? instance.labels('classes_').values.length : 1
  if (encodings.length !== categories.length * classes)
    throw instance.wrong('encodings_', `encodings for ${categories.length} columns`)
  const columns = encodings.map((places, at): CategoryColumn => {
    const own = categories[Math.floor(at / classes)] as readonly Cell[]
    if (places.length !== own.length) throw instance.wrong('encodings_', 'a number for each category')
    return { categories: own, places, unknown: means[isMulticlass ? at % classes : 0] as number }
  })
  const model = numbersModel(instance, columns)
  if (!isMulticlass) return model
  const { className: name } = instance
  return {
    kind: 'pipeline',
    name,
    steps: [
      {
        kind: 'selection',
        name,
        columns: categories.length,
        kept: Int32Array.from(columns, (_, at) => Math.floor(at / classes)),
        values: 'missing',
        estimator: undefined,
      },
      model,
    ],
  }
}

const floatsOf = (value: Value, instance: Instance, attribute: string): Float64Array => {
  const array = arrayOf(value, instance.limits)
  const floats = array === undefined ? undefined : float64sOf(array)
  if (floats === undefined) throw instance.wrong(attribute, 'arrays of numbers')
  return floats
}

const labelEncoder: Builder = (instance) => {
  const categories = cellsOf(instance.labels('classes_'))
  return {
    kind: 'categories',
    name: instance.className,
    columns: [{ categories, places: Float64Array.from(categories, (_, at) => at), unknown: undefined }],
    takesMissing: takesMissing(instance),
    isTruncated: false,
    output: { type: 'labels' },
  }
}

const labelBinarizer: Builder = (instance) => {
  const { className: name } = instance
  const kind = instance.textOr('y_type_', 'multiclass')
  if (kind.startsWith('multi') && kind !== 'multiclass')
    throw scoringError('model.parameter', { name, parameter: 'y_type_', value: kind })
  const categories = cellsOf(instance.labels('classes_'))
  const count = categories.length
  const width = count <= 2 ? 1 : count
  const places = Float64Array.from(categories, (_, at) => (count > 2 ? at : count === 2 && at === 1 ? 0 : -1))
  const encoder: CategoriesModel = {
    kind: 'categories',
    name,
    columns: [{ categories, places, unknown: -1 }],
    takesMissing: takesMissing(instance),
    isTruncated: false,
    output: { type: 'one-hot', width, isSparse: instance.boolean('sparse_output') },
  }
  const [negative, positive] = [instance.numberOr('neg_label', 0), instance.numberOr('pos_label', 1)]
  if (negative === 0 && positive === 1) return encoder
  const all = (value: number): Float64Array => new Float64Array(width).fill(value)
  const moved: Model = {
    kind: 'columnwise',
    name,
    columns: width,
    values: 'finite',
    steps: [
      { operation: 'multiply', by: all(positive - negative) },
      ...(negative === 0 ? [] : [{ operation: 'add', by: all(negative) } as const]),
    ],
  }
  return { kind: 'pipeline', name, steps: [encoder, moved] }
}

const encoderModules = 'sklearn.preprocessing.data sklearn.preprocessing._encoders'
const labelModules = 'sklearn.preprocessing.label sklearn.preprocessing._label'

/** Categories and labels as numbers. */
export const encoders: Family = {
  classes: {
    OneHotEncoder: { modules: encoderModules, build: oneHot },
    OrdinalEncoder: { modules: encoderModules, build: ordinal },
    TargetEncoder: { modules: 'sklearn.preprocessing._target_encoder', build: target },
    LabelEncoder: { modules: labelModules, build: labelEncoder },
    LabelBinarizer: { modules: labelModules, build: labelBinarizer },
    MultiLabelBinarizer: { modules: labelModules, unsupported: 'its rows are sets of labels, not columns' },
  },
}
