import type { Builder, Family } from '../build/family.ts'
import type { ThresholdModel } from '../model/threshold.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Value } from '../pickle/graph.ts'
import type { Instance } from '../python/instance.ts'

const methods: Readonly<Record<string, ThresholdModel['scores']>> = {
  auto: 'any',
  predict_proba: 'predictProba',
  decision_function: 'decisionFunction',
}

/** `classes_` is that of the estimator within. */
const thresholded = (
  instance: Instance,
  within: Instance,
  positive: Value | undefined,
): Omit<ThresholdModel, 'model' | 'threshold'> => {
  const classes = within.labels('classes_')
  if (classes.values.length !== 2) throw within.wrong('classes_', 'two classes')
  const label = scalarOf(positive)
  const index = label === undefined ? 1 : classes.values.findIndex((value) => String(value) === String(label.value))
  if (index < 0) throw instance.wrong('pos_label', 'one of the classes')
  const scores = methods[instance.textOr('response_method', 'auto')]
  if (scores === undefined) throw instance.wrong('response_method', 'the name of a method')
  return { kind: 'threshold', name: instance.className, classes, positive: index === 0 ? 0 : 1, scores }
}

const fixed: Builder = (instance, context) => {
  const within = instance.instance(instance.has('estimator_') ? 'estimator_' : 'estimator')
  const isAutomatic = instance.textOr('threshold', '') === 'auto'
  return {
    ...thresholded(instance, within, instance.get('pos_label')),
    model: context.build(within),
    threshold: isAutomatic ? undefined : instance.number('threshold'),
  }
}

const tuned: Builder = (instance, context) => {
  const within = instance.instance('estimator_')
  return {
    ...thresholded(
      instance,
      within,
      instance.instance('_curve_scorer').get('_kwargs') === undefined ? undefined : positiveOf(instance),
    ),
    model: context.build(within),
    threshold: instance.number('best_threshold_'),
  }
}

/** The positive class is an argument of the scorer. */
const positiveOf = (instance: Instance): Value | undefined =>
  instance
    .instance('_curve_scorer')
    .pairs('_kwargs')
    .find(([name]) => name === 'pos_label')?.[1]

const modules = 'sklearn.model_selection._classification_threshold'

/** Classifiers of two classes with a threshold of their own. */
export const thresholds: Family = {
  classes: {
    FixedThresholdClassifier: { modules, build: fixed },
    TunedThresholdClassifierCV: { modules, build: tuned },
  },
}
