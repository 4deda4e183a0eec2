import type { BuildContext, Builder, Family } from '../build/family.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import type { BoosterModel } from '../model/booster.ts'
import type { Instance } from '../python/instance.ts'
import { bytesOf } from '../python/values.ts'
import { type LightgbmText, readLightgbm } from './lightgbm-text.ts'
import { readXgboost, type XgboostModel } from './xgboost.ts'

/** The number of outputs that so many classes have. */
const checkClasses = (owner: Instance, classes: Labels, outputs: number): Labels => {
  const count = classes.values.length
  if (count < 2 || outputs !== (count === 2 ? 1 : count)) throw owner.wrong('classes', `classes for ${outputs} outputs`)
  return classes
}

/** `lightgbm.basic.Booster` keeps its model as text. */
const lightgbmText = (booster: Instance, name: string, { withCover }: BuildContext): LightgbmText => {
  const best = booster.numberOr('best_iteration', -1)
  const text = booster.text(booster.has('_handle') ? '_handle' : 'handle')
  return readLightgbm(name, text, { iterations: best > 0 ? best : undefined, withCover })
}

const lightgbm =
  (isClassifier: boolean): Builder =>
  (instance, context): BoosterModel => {
    const { className: name } = instance
    const model = lightgbmText(instance.instance('_Booster'), name, context)
    return {
      ...model,
      name,
      classes: isClassifier ? checkClasses(instance, instance.labels('_classes'), model.outputs) : undefined,
      hasDecisionFunction: isClassifier,
      hasApply: false,
    }
  }

const lightgbmBooster: Builder = (instance, context): BoosterModel => ({
  ...lightgbmText(instance, 'Booster', context),
  name: 'Booster',
  classes: undefined,
  hasDecisionFunction: false,
  hasApply: false,
})

/** `xgboost.core.Booster` keeps its model as JSON or UBJSON. */
const xgboostModel = (booster: Instance, name: string, { withCover }: BuildContext): XgboostModel => {
  const bytes = bytesOf(booster.need('handle'))
  if (bytes === undefined) throw booster.wrong('handle', 'bytes')
  return readXgboost(name, bytes, withCover)
}

const xgboost =
  (isClassifier: boolean): Builder =>
  (instance, context): BoosterModel => {
    const { className: name } = instance
    const missing = instance.numberOr('missing', Number.NaN)
    if (!Number.isNaN(missing))
      throw scoringError('model.parameter', { name, parameter: 'missing', value: String(missing) })
    const model = xgboostModel(instance.instance('_Booster'), name, context)
    return {
      ...model,
      name,
      classes: isClassifier ? xgboostClasses(instance, model.outputs) : undefined,
      hasDecisionFunction: false,
      hasApply: true,
    }
  }

/** Classes are 0, 1, …, but in the versions that encoded any labels. */
const xgboostClasses = (instance: Instance, outputs: number): Labels => {
  if (instance.has('_le')) return checkClasses(instance, instance.instance('_le').labels('classes_'), outputs)
  const count = instance.has('n_classes_') ? instance.integer('n_classes_', { max: 1_000_000 }) : Math.max(outputs, 2)
  const values = Array.from({ length: count }, (_, index) => index)
  return checkClasses(instance, { type: 'integer', values }, outputs)
}

const xgboostBooster: Builder = (instance, context): BoosterModel => ({
  ...xgboostModel(instance, 'Booster', context),
  name: 'Booster',
  classes: undefined,
  hasDecisionFunction: false,
  hasApply: false,
})

const labels = { 'sklearn.preprocessing.label': 'LabelEncoder', 'sklearn.preprocessing._label': 'LabelEncoder' }

/** LightGBM's models in pickles. */
export const lightgbmWrappers: Family = {
  classes: {
    LGBMClassifier: { modules: 'lightgbm.sklearn', build: lightgbm(true) },
    LGBMRegressor: { modules: 'lightgbm.sklearn', build: lightgbm(false) },
    LGBMRanker: { modules: 'lightgbm.sklearn', build: lightgbm(false) },
    Booster: { modules: 'lightgbm.basic', build: lightgbmBooster },
  },
  parts: [
    {
      use: 'class',
      names: { ...labels, 'lightgbm.sklearn': '_LGBMLabelEncoder', 'lightgbm.compat': '_LGBMLabelEncoder' },
    },
  ],
}

/** XGBoost's models in pickles. */
export const xgboostWrappers: Family = {
  classes: {
    XGBClassifier: { modules: 'xgboost.sklearn', build: xgboost(true) },
    XGBRFClassifier: { modules: 'xgboost.sklearn', build: xgboost(true) },
    XGBRegressor: { modules: 'xgboost.sklearn', build: xgboost(false) },
    XGBRFRegressor: { modules: 'xgboost.sklearn', build: xgboost(false) },
    XGBRanker: { modules: 'xgboost.sklearn', build: xgboost(false) },
    Booster: { modules: 'xgboost.core', build: xgboostBooster },
  },
  parts: [{ use: 'class', names: { ...labels, 'xgboost.compat': 'XGBoostLabelEncoder' } }],
}
