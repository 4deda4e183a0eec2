import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import { numpySum } from '../model/numeric.ts'
import type { SelectionModel } from '../model/selection.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Instance } from '../python/instance.ts'
import { importancesOf } from './importances.ts'

const keptWhere = (mask: Float64Array, isKept: (value: number, index: number) => boolean): Int32Array =>
  Int32Array.from(mask.keys().filter((column) => isKept(mask[column] as number, column)))

const selection = (
  instance: Instance,
  columns: number,
  kept: Int32Array,
  values: SelectionModel['values'] = 'finite',
  estimator?: Model,
): SelectionModel => ({ kind: 'selection', name: instance.className, columns, kept, values, estimator })

/** Which columns stay by their scores or p values; `parameter` is what the class calls k, percentile or alpha. */
type Choice = {
  readonly values: 'scores_' | 'pvalues_'
  readonly parameter: string
  readonly choose: (values: Float64Array, parameter: number) => Int32Array
}

/** NaN scores count as the lowest (sklearn.feature_selection.univariate_selection._clean_nans). */
const cleaned = (scores: Float64Array): Float64Array =>
  scores.map((score) => (Number.isNaN(score) ? -Number.MAX_VALUE : score))

/** Indices in the order of numpy's stable sort. */
const ascending = (values: Float64Array): readonly number[] =>
  Array.from(values.keys()).toSorted((a, b) => (values[a] as number) - (values[b] as number))

const best: Choice = {
  values: 'scores_',
  parameter: 'k',
  choose: (scores, count) => {
    const chosen = new Set(count === 0 ? [] : ascending(cleaned(scores)).slice(-count))
    return keptWhere(scores, (_, column) => chosen.has(column))
  },
}

const percentile: Choice = {
  values: 'scores_',
  parameter: 'percentile',
  choose: (scores, share) => {
    if (share === 100) return keptWhere(scores, () => true)
    if (share === 0) return new Int32Array(0)
    const clean = cleaned(scores)
    const threshold = percentileOf(clean, 100 - share)
    const above = keptWhere(clean, (score) => score > threshold)
    const ties = keptWhere(clean, (score) => score === threshold)
    const most = Math.trunc((clean.length * share) / 100)
    return Int32Array.from([...above, ...ties.slice(0, most - above.length)]).sort()
  },
}

/** numpy.percentile: linear between the two nearest ranks. */
const percentileOf = (values: Float64Array, share: number): number => {
  const sorted = values.toSorted()
  const rank = (share / 100) * (sorted.length - 1)
  const low = Math.floor(rank)
  const [below, above] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number]
  return below + (above - below) * (rank - low)
}

const falsePositive: Choice = {
  values: 'pvalues_',
  parameter: 'alpha',
  choose: (pValues, alpha) => keptWhere(pValues, (p) => p < alpha),
}

/** Benjamini and Hochberg's procedure. */
const falseDiscovery: Choice = {
  values: 'pvalues_',
  parameter: 'alpha',
  choose: (pValues, alpha) => {
    const sorted = pValues.toSorted()
    const threshold = sorted.findLast((p, rank) => p <= (alpha / sorted.length) * (rank + 1))
    return keptWhere(pValues, (p) => threshold !== undefined && p <= threshold)
  },
}

const familyWise: Choice = {
  values: 'pvalues_',
  parameter: 'alpha',
  choose: (pValues, alpha) => keptWhere(pValues, (p) => p < alpha / pValues.length),
}

const chosen = (instance: Instance, choice: Choice, parameter: string): Model => {
  const values = instance.floats(choice.values)
  const isAll = scalarOf(instance.get(parameter))?.value === 'all'
  const kept = isAll ? keptWhere(values, () => true) : choice.choose(values, instance.number(parameter))
  return selection(instance, values.length, kept)
}

const univariate =
  (choice: Choice): Builder =>
  (instance) =>
    chosen(instance, choice, choice.parameter)

const modes: Readonly<Record<string, Choice>> = {
  percentile,
  k_best: best,
  fpr: falsePositive,
  fdr: falseDiscovery,
  fwe: familyWise,
}

const generic: Builder = (instance) => {
  const mode = instance.textOr('mode', 'percentile')
  const choice = modes[mode]
  if (choice === undefined)
    throw scoringError('model.parameter', { name: instance.className, parameter: 'mode', value: mode })
  return chosen(instance, choice, 'param')
}

const variance: Builder = (instance) => {
  const variances = instance.floats('variances_')
  const threshold = instance.numberOr('threshold', 0)
  const kept = keptWhere(variances, (value) => value > threshold)
  return selection(instance, variances.length, kept, instance.isSince(0, 22) ? 'any' : 'finite')
}

const supported = (instance: Instance, estimator?: Model): Model => {
  const support = instance.floats('support_')
  const kept = keptWhere(support, (flag) => flag !== 0)
  // From 0.22 on the estimator decides which values it takes.
  return selection(instance, support.length, kept, instance.isSince(0, 22) ? 'any' : 'finite', estimator)
}

const elimination: Builder = (instance, context) => supported(instance, context.build(instance.instance('estimator_')))

/** Selectors of 0.20 and before. */
const randomized: Builder = (instance) => {
  const scores = instance.floats('scores_')
  const threshold = instance.numberOr('selection_threshold', 0.25)
  return selection(
    instance,
    scores.length,
    keptWhere(scores, (score) => score > threshold),
  )
}

const fromModel: Builder = (instance) => {
  const estimator = instance.instance(
    instance.boolean('prefit') && !instance.has('estimator_') ? 'estimator' : 'estimator_',
  )
  const importances = importancesOf(estimator, instance)
  const threshold = thresholdOf(instance, estimator, importances)
  const most = instance.has('max_features_') ? instance.numberOr('max_features_', undefined) : mostFeatures(instance)
  const candidates = most === undefined ? undefined : new Set(ascending(importances.map((x) => -x)).slice(0, most))
  const kept = keptWhere(
    importances,
    (importance, column) => importance >= threshold && (candidates?.has(column) ?? true),
  )
  return selection(
    instance,
    importances.length,
    kept,
    estimator.has('coef_') || !instance.isSince(1, 3) ? 'finite' : 'any',
  )
}

const mostFeatures = (instance: Instance): number | undefined => instance.numberOr('max_features', undefined)

const thresholdOf = (instance: Instance, estimator: Instance, importances: Float64Array): number => {
  const scalar = scalarOf(instance.get('threshold'))
  if (scalar !== undefined && scalar.type !== 'string' && scalar.type !== 'none') return Number(scalar.value)
  const text = scalar?.type === 'string' ? scalar.value : defaultThreshold(estimator)
  const [reference, scale] = text
    .split('*')
    .map((part) => part.trim())
    .toReversed()
  const factor = scale === undefined ? 1 : Number(scale)
  if (Number.isNaN(factor) || (reference !== 'mean' && reference !== 'median' && reference !== 'l1'))
    throw scoringError('model.parameter', { name: instance.className, parameter: 'threshold', value: text })
  if (reference === 'l1') return 1e-5
  return factor * (reference === 'mean' ? mean(importances) : percentileOf(importances, 50))
}

/** A threshold near zero where the estimator was made to give zeros. */
const defaultThreshold = (estimator: Instance): string => {
  const isElasticNet = estimator.className.includes('ElasticNet') && estimator.isSince(1, 1)
  const ratio = estimator.numberOr('l1_ratio_', undefined) ?? ratioOf(estimator)
  const isL1 =
    estimator.textOr('penalty', '') === 'l1' ||
    estimator.className.includes('Lasso') ||
    (isElasticNet && ratio !== undefined && Math.abs(ratio - 1) <= 1e-8 + 1e-5)
  return isL1 ? 'l1' : 'mean'
}

const ratioOf = (estimator: Instance): number | undefined =>
  scalarOf(estimator.get('l1_ratio')) === undefined ? undefined : estimator.numberOr('l1_ratio', undefined)

const mean = (values: Float64Array): number => numpySum(values, 0, values.length) / values.length

const scoreFunctions = 'f_classif f_regression f_oneway chi2 r_regression'
const filters = 'sklearn.feature_selection.univariate_selection sklearn.feature_selection._univariate_selection'
const eliminations = 'sklearn.feature_selection.rfe sklearn.feature_selection._rfe'

/** Some of the columns. */
export const featureSelection: Family = {
  classes: {
    SelectKBest: { modules: filters, build: univariate(best) },
    SelectPercentile: { modules: filters, build: univariate(percentile) },
    SelectFpr: { modules: filters, build: univariate(falsePositive) },
    SelectFdr: { modules: filters, build: univariate(falseDiscovery) },
    SelectFwe: { modules: filters, build: univariate(familyWise) },
    GenericUnivariateSelect: { modules: filters, build: generic },
    VarianceThreshold: {
      modules: 'sklearn.feature_selection.variance_threshold sklearn.feature_selection._variance_threshold',
      build: variance,
    },
    RFE: { modules: eliminations, build: elimination },
    RFECV: { modules: eliminations, build: elimination },
    SelectFromModel: {
      modules: 'sklearn.feature_selection.from_model sklearn.feature_selection._from_model',
      build: fromModel,
    },
    RandomizedLasso: { modules: 'sklearn.linear_model.randomized_l1', build: randomized },
    RandomizedLogisticRegression: { modules: 'sklearn.linear_model.randomized_l1', build: randomized },
    SequentialFeatureSelector: {
      modules: 'sklearn.feature_selection._sequential',
      build: (instance) => supported(instance),
    },
  },
  parts: [
    {
      use: 'reference',
      names: {
        'sklearn.feature_selection.univariate_selection': scoreFunctions,
        'sklearn.feature_selection._univariate_selection': scoreFunctions,
        'sklearn.feature_selection.mutual_info_': 'mutual_info_classif mutual_info_regression',
        'sklearn.feature_selection._mutual_info': 'mutual_info_classif mutual_info_regression',
      },
    },
  ],
}
