import type { BuildContext, Builder, Family } from '../build/family.ts'
import type { Model } from '../model/model.ts'
import type { Picked, PickedColumn, UnionPart } from '../model/union.ts'
import { labelsOf } from '../numpy/labels.ts'
import { scalarOf } from '../numpy/scalar.ts'
import { pandasLabels } from '../pandas/labels.ts'
import type { Value } from '../pickle/graph.ts'
import { calleeOf, callOf } from '../python/names.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { itemsOf, pairsOf } from '../python/values.ts'
import { inverseFunction } from './expansions.ts'
import { inverses } from './scalers.ts'
import { scoringError } from '../errors.ts'

const isDropped = (value: Value): boolean => value === null || value === 'drop'

/** A transformer by its name in a list of pairs or triples. */
const weightsOf = (instance: Instance): ReadonlyMap<Value, number> =>
  new Map(
    (pairsOf(instance.get('transformer_weights')) ?? []).map(([name, weight]) => {
      const value = Number(scalarOf(weight)?.value)
      if (Number.isNaN(value)) throw instance.wrong('transformer_weights', 'a number for each name')
      return [name, value]
    }),
  )

const partModel = (
  value: Value,
  instance: Instance,
  attribute: string,
  { buildValue }: BuildContext,
): Model | undefined => (value === 'passthrough' ? undefined : buildValue(value, instance, attribute))

const featureUnion: Builder = (instance, context) => {
  const weights = weightsOf(instance)
  const parts = instance.items('transformer_list').flatMap((item): UnionPart[] => {
    const [name, transformer] = itemsOf(item) ?? []
    if (name === undefined || transformer === undefined)
      throw instance.wrong('transformer_list', 'pairs of a name and an object')
    if (isDropped(transformer)) return []
    return [
      {
        input: undefined,
        model: partModel(transformer, instance, 'transformer_list', context),
        weight: weights.get(name),
      },
    ]
  })
  return { kind: 'union', name: instance.className, columns: undefined, takesMore: false, parts, result: 'as-parts' }
}

/** Names of the columns that it was fitted on, where these had names. */
const namesOf = (instance: Instance): readonly string[] | undefined => {
  const attribute = ['feature_names_in_', '_feature_names_in', '_df_columns'].find(
    (name) => instance.get(name) !== undefined,
  )
  if (attribute === undefined) return undefined
  const value = instance.need(attribute)
  const labels = pandasLabels(value, instance.limits) ?? labelsOf(value, instance.limits)
  return labels?.type === 'string' ? labels.values : undefined
}

const columnTransformer: Builder = (instance, context) => {
  const attribute = ['n_features_in_', '_n_features'].find((name) => instance.has(name))
  const names = namesOf(instance)
  const width = attribute === undefined ? names?.length : instance.integer(attribute)
  const weights = weightsOf(instance)
  const parts = instance.items('transformers_').flatMap((item): UnionPart[] => {
    const [name, transformer, columns] = itemsOf(item) ?? []
    if (name === undefined || transformer === undefined || columns === undefined)
      throw instance.wrong('transformers_', 'triples of a name, an object and columns')
    if (isDropped(transformer)) return []
    const input = pickedOf(columns, instance, names, width)
    if (input.columns.length === 0) return []
    return [{ input, model: partModel(transformer, instance, 'transformers_', context), weight: weights.get(name) }]
  })
  return {
    kind: 'union',
    name: instance.className,
    columns: width,
    // 0.22 and 0.23 refused more columns; tables whose columns are found by name may always have them.
    takesMore: names !== undefined || !instance.isSince(0, 24),
    parts,
    result: instance.boolean('sparse_output_') ? 'sparse' : 'dense',
  }
}

/** The columns of one part: a name, an index, a list, a slice or a mask. */
const pickedOf = (
  value: Value,
  instance: Instance,
  names: readonly string[] | undefined,
  width: number | undefined,
): Picked => {
  const wrong = (): Error => instance.wrong('transformers_', 'names, indices, a slice or a mask of columns')
  // From 1.0 on a table's columns are always found by their names.
  const byName = instance.has('feature_names_in_') ? names : undefined
  const at = (index: number): PickedColumn => {
    const position = index < 0 && width !== undefined ? index + width : index
    if (!(Number.isInteger(position) && position >= 0 && position < (width ?? instance.limits.nodes))) throw wrong()
    const name = byName?.[position]
    return name === undefined ? { position } : { name, position }
  }
  const one = (label: unknown): PickedColumn => {
    if (typeof label === 'string') return { name: label }
    if (typeof label !== 'number') throw wrong()
    return at(label)
  }
  const call = callOf(value)
  if (call !== undefined && calleeOf(call) === 'builtins slice')
    return { columns: slice(call.args, names, width, wrong).map(at), isVector: false }
  const scalar = scalarOf(value)
  if (scalar !== undefined) return { columns: [one(scalar.value)], isVector: true }
  // The remainder's columns, since 1.5: a list that warns when it is read.
  const warning = call === undefined ? undefined : instanceOf(value, instance.limits)
  const listed = warning?.className === '_RemainderColsList' ? warning.need('data') : value
  const labels = pandasLabels(listed, instance.limits) ?? labelsOf(listed, instance.limits)
  if (labels === undefined) throw wrong()
  const columns =
    labels.type === 'boolean'
      ? labels.values.flatMap((isPicked, index) => (isPicked ? [at(index)] : []))
      : labels.values.map(one)
  return { columns, isVector: false }
}

/** Python's slice of indices, or of names, whose last one is included. */
const slice = (
  args: readonly Value[],
  names: readonly string[] | undefined,
  width: number | undefined,
  wrong: () => Error,
): readonly number[] => {
  const [start, stop, step] = args.map((part) => scalarOf(part)?.value)
  if (width === undefined || (typeof step === 'number' && step !== 1)) throw wrong()
  const bound = (value: unknown, otherwise: number, after: number): number => {
    if (value === null || value === undefined) return otherwise
    if (typeof value === 'string') {
      const at = names?.indexOf(value) ?? -1
      if (at < 0) throw wrong()
      return at + after
    }
    if (typeof value !== 'number') throw wrong()
    return Math.min(width, Math.max(0, value < 0 ? value + width : value))
  }
  const [from, to] = [bound(start, 0, 0), bound(stop, width, 1)]
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}

const transformedTarget: Builder = (instance, context) => {
  const transformer = instance.instance('transformer_')
  const inverse = transformer.className === 'FunctionTransformer' ? inverseFunction : inverses[transformer.className]
  if (inverse === undefined)
    throw scoringError('model.parameter', {
      name: instance.className,
      parameter: 'transformer',
      value: transformer.className,
    })
  return {
    kind: 'transformedTarget',
    name: instance.className,
    regressor: context.build(instance.instance('regressor_')),
    inverse: inverse(transformer),
    isVector: instance.numberOr('_training_dim', 1) === 1,
  }
}

/** Transformers side by side, and targets that are transformed. */
export const compositions: Family = {
  classes: {
    FeatureUnion: { modules: 'sklearn.pipeline', build: featureUnion },
    ColumnTransformer: { modules: 'sklearn.compose._column_transformer', build: columnTransformer },
    TransformedTargetRegressor: { modules: 'sklearn.compose._target', build: transformedTarget },
  },
  parts: [
    {
      use: 'class',
      names: { 'sklearn.compose._column_transformer': 'make_column_selector _RemainderColsList' },
    },
  ],
}
