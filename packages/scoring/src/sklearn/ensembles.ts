import type { BuildContext, Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { BaggingModel } from '../model/bagging.ts'
import type { StackingMember, StackingModel } from '../model/stacking.ts'
import type { VotingModel } from '../model/voting.ts'
import type { Instance } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'
import { indicesOf, membersOf, severalClasses } from './members.ts'
import { featureCount } from './trees-and-forests.ts'

const bagging =
  (isClassifier: boolean): Builder =>
  (instance, context): BaggingModel => {
    const columns = featureCount(instance)
    const models = membersOf(instance, context)
    const features = instance.items('estimators_features_')
    if (features.length !== models.length)
      throw instance.wrong('estimators_features_', `${models.length} lists of features`)
    return {
      kind: 'bagging',
      name: instance.className,
      columns,
      members: models.map((model, index) => ({
        model,
        features: indicesOf(features[index] ?? null, instance, 'estimators_features_', columns),
      })),
      classes: isClassifier ? instance.labels('classes_') : undefined,
    }
  }

/** `estimator_weights_` has room for members that were never fitted. */
const weightsOf = (instance: Instance, count: number): Float64Array => {
  const weights = instance.floats('estimator_weights_')
  if (weights.length < count) throw instance.wrong('estimator_weights_', `${count} numbers`)
  return weights
}

const adaBoostRegressor: Builder = (instance, context) => {
  const members = membersOf(instance, context)
  return {
    kind: 'ada-boost',
    name: instance.className,
    members,
    weights: weightsOf(instance, members.length).subarray(0, members.length),
    task: { type: 'regression' },
  }
}

const adaBoostClassifier: Builder = (instance, context) => {
  const members = membersOf(instance, context)
  // SAMME.R is gone from version 1.6 on, where the parameter is absent or says that it is.
  const algorithm = instance.textOr('algorithm', 'SAMME')
  return {
    kind: 'ada-boost',
    name: instance.className,
    members,
    weights: weightsOf(instance, members.length),
    task: {
      type: 'classification',
      classes: severalClasses(instance),
      says: algorithm === 'SAMME.R' ? 'logarithms' : 'class',
      isSymmetric: instance.isSince(1, 3, 1),
      isSoftmaxOfDecision: instance.isSince(0, 22),
    },
  }
}

const isDropped = (value: unknown): boolean => value === null || value === undefined || value === 'drop'

/** One weight for each member that was not dropped. */
const votingWeights = (instance: Instance, count: number): Float64Array | undefined => {
  if (instance.get('weights') === undefined) return undefined
  const all = instance.floats('weights')
  const kept = instance.items('estimators').map((pair) => !isDropped(itemsOf(pair)?.[1]))
  const weights = all.filter((_, index) => kept[index])
  if (weights.length !== count) throw instance.wrong('weights', `${count} numbers`)
  return weights
}

const voting =
  (taskOf: (instance: Instance) => VotingModel['task']): Builder =>
  (instance, context) => {
    const members = membersOf(instance, context)
    return {
      kind: 'voting',
      name: instance.className,
      members,
      weights: votingWeights(instance, members.length),
      task: taskOf(instance),
    }
  }

const votingClassifier = voting((instance) => {
  const classes = instance.labels('classes_')
  return instance.text('voting') === 'soft'
    ? { type: 'soft', classes, isFlat: instance.boolean('flatten_transform', true) }
    : { type: 'hard', classes }
})

const stackMethods: Readonly<Record<string, StackingMember['method']>> = {
  predict: 'predict',
  predict_proba: 'predictProba',
  decision_function: 'decisionFunction',
}

const stacking =
  (isClassifier: boolean): Builder =>
  (instance, context): StackingModel => {
    const { className: name } = instance
    const encoder = instance.get('_label_encoder')
    if (itemsOf(encoder) !== undefined)
      throw scoringError('model.parameter', {
        name,
        parameter: '_label_encoder',
        value: 'one for each of several labels',
      })
    return {
      kind: 'stacking',
      name,
      members: stackMembers(instance, context),
      final: context.build(instance.instance('final_estimator_')),
      passesThrough: instance.boolean('passthrough'),
      classes: isClassifier ? instance.labels('classes_') : undefined,
    }
  }

/** The library pairs members and methods as far as both go, and so leaves out those that were dropped. */
const stackMembers = (instance: Instance, context: BuildContext): readonly StackingMember[] => {
  const methods = instance.items('stack_method_')
  const models = membersOf(instance, context)
  if (methods.length !== models.length) throw instance.wrong('stack_method_', `${models.length} names of methods`)
  return models.map((model, index) => {
    const method = stackMethods[String(methods[index])]
    if (method === undefined) throw instance.wrong('stack_method_', 'names of methods')
    return { model, method }
  })
}

const baggings = 'sklearn.ensemble.bagging sklearn.ensemble._bagging'
const boosts = 'sklearn.ensemble.weight_boosting sklearn.ensemble._weight_boosting'
const votings = 'sklearn.ensemble.voting_classifier sklearn.ensemble.voting sklearn.ensemble._voting'
const stackings = 'sklearn.ensemble._stacking'

/** Models made of any models. */
export const ensembles: Family = {
  classes: {
    BaggingClassifier: { modules: baggings, build: bagging(true) },
    BaggingRegressor: { modules: baggings, build: bagging(false) },
    AdaBoostClassifier: { modules: boosts, build: adaBoostClassifier },
    AdaBoostRegressor: { modules: boosts, build: adaBoostRegressor },
    VotingClassifier: { modules: votings, build: votingClassifier },
    VotingRegressor: { modules: votings, build: voting(() => ({ type: 'mean' })) },
    StackingClassifier: { modules: stackings, build: stacking(true) },
    StackingRegressor: { modules: stackings, build: stacking(false) },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.preprocessing.label': 'LabelEncoder LabelBinarizer',
        'sklearn.preprocessing._label': 'LabelEncoder LabelBinarizer',
      },
    },
  ],
}
