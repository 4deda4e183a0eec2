import type { Builder, Family } from '../build/family.ts'
import type { Labels } from '../data/labels.ts'
import type { ForestModel } from '../model/forest.ts'
import { labelsOf } from '../numpy/labels.ts'
import type { Instance } from '../python/instance.ts'
import { treeTable } from './tree-table.ts'

/** The number of features, by the names that it had. */
export const featureCount = (instance: Instance): number =>
  instance.integer(featureCounts.find((name) => instance.has(name)) ?? 'n_features_')

/** The last is that of boosted trees in 0.18. */
const featureCounts = ['n_features_in_', 'n_features_', '_n_features', 'n_features']

/** The classes of each target: `classes_` is one array, or a list of them for several targets. */
export const targetClasses = (instance: Instance): readonly Labels[] => {
  if (instance.integer('n_outputs_') === 1) return [instance.labels('classes_')]
  return instance.items('classes_').map((value) => {
    const labels = labelsOf(value, instance.limits)
    if (labels === undefined) throw instance.wrong('classes_', 'labels for each target')
    return labels
  })
}

export const treesOf = (instance: Instance): readonly Instance[] => {
  if (!instance.has('estimators_')) return [instance.instance('tree_')]
  return instance.instances('estimators_').map((estimator) => estimator.instance('tree_'))
}

/** Missing values are taken where the trees learned where to send them. */
export const takenValues = ({ missingLeft }: ForestModel['trees']): ForestModel['values'] =>
  missingLeft === undefined ? 'finite' : 'missing'

const regressor =
  (isSingle: boolean): Builder =>
  (instance, context) => {
    const trees = treeTable(treesOf(instance), featureCount(instance), context)
    const outputs = instance.integer('n_outputs_', { min: 1 })
    if (trees.width !== outputs) throw instance.wrong('n_outputs_', `${trees.width}, as leaves have values`)
    return {
      kind: 'forest',
      name: instance.className,
      trees,
      values: takenValues(trees),
      isSingle,
      task: { type: 'regression', outputs, isVector: outputs === 1 },
    }
  }

const classifier =
  (isSingle: boolean): Builder =>
  (instance, context) => {
    const trees = treeTable(treesOf(instance), featureCount(instance), context)
    const targets = targetClasses(instance)
    const stride = Math.max(...targets.map(({ values }) => values.length))
    if (trees.width !== stride * targets.length)
      throw instance.wrong('classes_', `${trees.width} classes in all, as leaves have values`)
    return {
      kind: 'forest',
      name: instance.className,
      trees,
      values: takenValues(trees),
      isSingle,
      task: {
        type: 'classification',
        targets,
        isVector: targets.length === 1,
        stride,
        normalises: !instance.isSince(1, 4),
      },
    }
  }

const tree = 'sklearn.tree.tree sklearn.tree._classes'
const forest = 'sklearn.ensemble.forest sklearn.ensemble._forest'

/** Single decision trees and averages of them. */
export const treesAndForests: Family = {
  classes: {
    DecisionTreeClassifier: { modules: tree, build: classifier(true) },
    DecisionTreeRegressor: { modules: tree, build: regressor(true) },
    ExtraTreeClassifier: { modules: tree, build: classifier(true) },
    ExtraTreeRegressor: { modules: tree, build: regressor(true) },
    RandomForestClassifier: { modules: forest, build: classifier(false) },
    RandomForestRegressor: { modules: forest, build: regressor(false) },
    ExtraTreesClassifier: { modules: forest, build: classifier(false) },
    ExtraTreesRegressor: { modules: forest, build: regressor(false) },
  },
  parts: [{ use: 'class', names: { 'sklearn.tree._tree': 'Tree' } }],
}
