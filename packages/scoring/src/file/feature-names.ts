import { ModelsmithError } from '@modelsmith/table'
import { labelsOf } from '../numpy/labels.ts'
import { pandasLabels } from '../pandas/labels.ts'
import type { Value } from '../pickle/graph.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'

/** Where classes have kept the names of the columns that they were fitted on; scikit-learn's own since 1.0. */
const attributes = ['feature_names_in_', '_feature_names_in', '_df_columns', '_feature_name']

/** Objects that take the rows as they are given: the first step of a pipeline, what a search fitted. */
const inner = ['best_estimator_', 'estimator_', 'regressor_']
const deepest = 8

/** Names of the columns that an object was fitted on, its own or those of the part that the rows enter; undefined where none are kept. */
export const featureNames = (instance: Instance, depth = 0): readonly string[] | undefined => {
  for (const attribute of attributes) {
    const names = instance.has(attribute) ? namesIn(instance.need(attribute), instance) : undefined
    if (names !== undefined) return names
  }
  if (depth === deepest) return undefined
  const entered = firstStep(instance) ?? inner.map((name) => partOf(instance, name)).find((part) => part !== undefined)
  return entered === undefined ? undefined : featureNames(entered, depth + 1)
}

const namesIn = (value: Value, { limits }: Instance): readonly string[] | undefined => {
  try {
    const labels = pandasLabels(value, limits) ?? labelsOf(value, limits)
    if (labels?.type !== 'string' || labels.values.length === 0) return undefined
    // LightGBM numbers columns that have no names.
    return labels.values.every((name, index) => name === `Column_${index}`) ? undefined : labels.values
  } catch (error) {
    if (error instanceof ModelsmithError) return undefined
    throw error
  }
}

const firstStep = (instance: Instance): Instance | undefined => {
  const steps = instance.has('steps') ? itemsOf(instance.need('steps')) : undefined
  const objects = (steps ?? []).map((step) => itemsOf(step)?.[1] ?? null)
  const first = objects.find((object) => object !== null && object !== 'passthrough')
  return first === undefined ? undefined : instanceOf(first, instance.limits)
}

const partOf = (instance: Instance, attribute: string): Instance | undefined =>
  instance.has(attribute) ? instanceOf(instance.need(attribute), instance.limits) : undefined
