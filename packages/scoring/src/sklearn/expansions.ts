import { functionsByModule, isUniversalFunction } from '../audit/universal-functions.ts'
import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import { type ElementwiseModel, isFunctionName } from '../model/elementwise.ts'
import type { Model } from '../model/model.ts'
import type { SplineBasis, SplinesModel } from '../model/splines.ts'
import { float64sOf } from '../numpy/convert.ts'
import { arrayOf } from '../numpy/array.ts'
import type { Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { calleeOf, callOf, globalOf } from '../python/names.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'

const factorsLimit = 2_000_000

/** The products of features, in the order of itertools.combinations(_with_replacement). */
const polynomial: Builder = (instance) => {
  const columns = instance.integer(instance.has('n_features_in_') ? 'n_features_in_' : 'n_input_features_')
  const isInteraction = instance.boolean('interaction_only')
  const degrees = instance.floats('degree')
  const [lowest, highest] =
    degrees.length === 2 ? [degrees[0] as number, degrees[1] as number] : [0, degrees[0] as number]
  const starts = [0]
  const terms: number[] = []
  const factors = factorsIn(columns, lowest, highest, isInteraction)
  if (factors > factorsLimit) throw limitReached('factors in products of features', factorsLimit, { found: factors })
  const add = (product: readonly number[]): void => {
    terms.push(...product)
    starts.push(terms.length)
  }
  if (instance.boolean('include_bias', true)) add([])
  for (let degree = Math.max(1, lowest); degree <= highest; degree++) {
    if (columns === 0 || (isInteraction && degree > columns)) break
    const product = Array.from({ length: degree }, (_, at) => (isInteraction ? at : 0))
    // The last factor that can grow does; those behind it begin anew.
    for (let grows = degree; grows >= 0; ) {
      add(product)
      grows = degree - 1
      while (grows >= 0 && product[grows] === (isInteraction ? columns - degree + grows : columns - 1)) grows--
      if (grows < 0) break
      const next = (product[grows] as number) + 1
      for (let at = grows; at < degree; at++) product[at] = isInteraction ? next + at - grows : next
    }
  }
  return {
    kind: 'polynomial',
    name: instance.className,
    columns,
    starts: Int32Array.from(starts),
    terms: Int32Array.from(terms),
  }
}

/** How many factors all products have together. */
const factorsIn = (columns: number, lowest: number, highest: number, isInteraction: boolean): number => {
  let total = 0
  let products = 1
  for (let degree = 1; degree <= highest && products > 0 && total <= factorsLimit; degree++) {
    products *= (isInteraction ? columns - degree + 1 : columns + degree - 1) / degree
    if (degree >= lowest) total += products * degree
  }
  return total
}

const outputs = { ordinal: 'ordinal', onehot: 'one-hot', 'onehot-dense': 'one-hot-dense' } as const

const bins: Builder = (instance) => {
  const { className: name } = instance
  const encode = instance.textOr('encode', 'onehot')
  if (!(encode in outputs)) throw scoringError('model.parameter', { name, parameter: 'encode', value: encode })
  const counts = Int32Array.from(instance.floats('n_bins_'))
  const isRaised = !instance.isSince(1, 1)
  const edges = instance.items('bin_edges_').map((value, column) => {
    const array = arrayOf(value, instance.limits)
    const own = array === undefined ? undefined : float64sOf(array)
    if (own === undefined || own.length !== (counts[column] ?? 0) + 1)
      throw instance.wrong('bin_edges_', 'as many edges as bins, and one more, for each column')
    // The last edge bounds the last bin from 1.1 on; before, what lies above it is put back.
    return isRaised ? own.slice(1) : own.slice(1, -1)
  })
  if (edges.length !== counts.length) throw instance.wrong('bin_edges_', `edges for ${counts.length} columns`)
  return { kind: 'bins', name, edges, counts, isRaised, output: outputs[encode as keyof typeof outputs] }
}

const extrapolations: readonly string[] = ['error', 'constant', 'linear', 'continue', 'periodic']

const splines: Builder = (instance) => {
  const { className: name } = instance
  const extrapolation = instance.textOr('extrapolation', 'constant')
  const missing = instance.textOr('handle_missing', 'error')
  if (!extrapolations.includes(extrapolation))
    throw scoringError('model.parameter', { name, parameter: 'extrapolation', value: extrapolation })
  if (missing !== 'error') throw scoringError('model.parameter', { name, parameter: 'handle_missing', value: missing })
  return {
    kind: 'splines',
    name,
    features: instance.instances('bsplines_').map((spline) => basisOf(spline)),
    extrapolation: extrapolation as SplinesModel['extrapolation'],
    hasLast: instance.boolean('include_bias', true),
  }
}

const basisOf = (spline: Instance): SplineBasis => {
  // scipy 1.17 keeps them in an object within, or under other names.
  const [inner] = itemsOf(spline.node.states.at(-1)) ?? []
  const own = (spline.has('t') ? undefined : instanceOf(inner, spline.limits)) ?? spline
  const [t, c] = own.has('_t') ? ['_t', '_c'] : ['t', 'c']
  const degree = own.integer('k', { max: 100 })
  const knots = own.floats(t)
  const { rows, columns, values } = own.matrix(c)
  if (rows !== knots.length - degree - 1 || rows <= degree || columns < 1)
    throw own.wrong(c, `coefficients for ${knots.length} knots`)
  for (let i = 1; i < knots.length; i++)
    if (!((knots[i] as number) >= (knots[i - 1] as number))) throw own.wrong(t, 'knots that rise')
  return { degree, knots, coefficients: values, width: columns }
}

/** numpy 2 names its functions; before, a call looks them up. */
const nameOf = (value: Value): string | undefined => {
  const global = globalOf(value)
  if (global !== undefined && isUniversalFunction(global.module, global.name)) return global.name
  const call = callOf(value)
  const callee = call === undefined ? undefined : calleeOf(call)
  // HistGradientBoosting's check of an array, which leaves the numbers as they are; the audit lets no other pass.
  if (callee === 'functools partial') return 'identity'
  const name = callee === 'numpy._core _ufunc_reconstruct' ? call?.args[1] : undefined
  return typeof name === 'string' ? name : undefined
}

/** The numpy function that a parameter names; undefined where there is none. */
const functionCalled = (instance: Instance, parameter: string): ElementwiseModel['apply'] => {
  const value = instance.get(parameter)
  if (value === undefined) return { type: 'function', name: 'identity' }
  const name = nameOf(value)
  if (name !== undefined && isFunctionName(name)) return { type: 'function', name }
  throw scoringError('model.parameter', {
    name: instance.className,
    parameter,
    value: name ?? describe(value),
  })
}

const functionModel = (instance: Instance, parameter: 'func' | 'inverse_func'): Model => {
  // `validate` was on by default before 0.22; None warned and meant the default.
  const validates = instance.boolean('validate', instance.boolean('_validate', !instance.isSince(0, 22)))
  return {
    kind: 'elementwise',
    name: instance.className,
    columns: undefined,
    values: validates ? 'finite' : 'untouched',
    apply: functionCalled(instance, parameter),
  }
}

export const inverseFunction = (instance: Instance): Model => functionModel(instance, 'inverse_func')

/** Features made of features. */
export const expansions: Family = {
  classes: {
    PolynomialFeatures: {
      modules: 'sklearn.preprocessing.data sklearn.preprocessing._data sklearn.preprocessing._polynomial',
      build: polynomial,
    },
    SplineTransformer: { modules: 'sklearn.preprocessing._polynomial', build: splines },
    KBinsDiscretizer: { modules: 'sklearn.preprocessing._discretization', build: bins },
    FunctionTransformer: {
      modules: 'sklearn.preprocessing._function_transformer',
      build: (instance) => functionModel(instance, 'func'),
    },
  },
  parts: [
    { use: 'class', names: { 'scipy.interpolate._bsplines': 'BSpline _BSpline' } },
    // Splines of scipy 1.17 name how they take arrays.
    { use: 'reference', names: { 'scipy._lib.array_api_compat.numpy._aliases': 'asarray' } },
    { use: 'reference', names: functionsByModule },
  ],
}
