import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Label, Labels } from '../data/labels.ts'
import type { ConstantTarget } from '../model/constant.ts'
import { argmax } from '../model/numeric.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Instance } from '../python/instance.ts'
import { targetClasses } from './trees-and-forests.ts'

const regressor: Builder = (instance) => {
  const values = instance.floats('constant_')
  return {
    kind: 'constant',
    name: instance.className,
    task: { type: 'regression', values, isVector: values.length === 1 },
  }
}

const classifier: Builder = (instance) => {
  const strategy = instance.textOr('_strategy', instance.textOr('strategy', 'prior'))
  const { className: name } = instance
  if (strategy === 'stratified' || strategy === 'uniform')
    throw scoringError('model.class', { name, why: `with strategy "${strategy}" it answers at random` })
  const targets = targetClasses(instance)
  const isVector = targets.length === 1
  const priors = isVector ? [instance.floats('class_prior_')] : priorsOf(instance)
  const constants = strategy === 'constant' ? constantsOf(instance, targets.length) : undefined
  return {
    kind: 'constant',
    name,
    task: {
      type: 'classification',
      isVector,
      targets: targets.map((classes, index): ConstantTarget => {
        const prior = priors[index]
        if (prior?.length !== classes.values.length || prior.length === 0)
          throw instance.wrong('class_prior_', 'one number for each class')
        const predicted = constants === undefined ? argmax(prior, 0, prior.length) : indexOf(classes, constants[index])
        if (predicted < 0) throw instance.wrong('constant', 'one of the classes')
        const certain = new Float64Array(prior.length)
        certain[predicted] = 1
        return { classes, predicted, probabilities: strategy === 'prior' ? prior : certain }
      }),
    },
  }
}

const priorsOf = (instance: Instance): readonly Float64Array[] =>
  instance.items('class_prior_').map((value) => {
    const array = arrayOf(value, instance.limits)
    const numbers = array === undefined ? undefined : float64sOf(array)
    if (numbers === undefined) throw instance.wrong('class_prior_', 'numbers for each target')
    return numbers
  })

/** One label for each target. */
const constantsOf = (instance: Instance, count: number): readonly Label[] => {
  const scalar = scalarOf(instance.need('constant'))
  const labels = scalar === undefined ? instance.labels('constant').values : [scalar.value]
  if (labels.length !== count) throw instance.wrong('constant', `${count} labels`)
  return labels
}

const indexOf = ({ values }: Labels, label: Label | undefined): number =>
  values.findIndex((value) => value === label || (typeof label !== 'string' && Number(value) === Number(label)))

const modules = 'sklearn.dummy'

/** Estimators that do not look at the features. */
export const dummies: Family = {
  classes: {
    DummyClassifier: { modules, build: classifier },
    DummyRegressor: { modules, build: regressor },
  },
}
