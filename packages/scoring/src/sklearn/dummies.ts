import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import { argmax } from '../model/numeric.ts'

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
  if (instance.integer('n_outputs_') !== 1)
    throw scoringError('model.parameter', {
      name,
      parameter: 'n_outputs_',
      value: String(instance.integer('n_outputs_')),
    })
  if (strategy === 'stratified' || strategy === 'uniform')
    throw scoringError('model.class', { name, why: `with strategy "${strategy}" it answers at random` })
  const classes = instance.labels('classes_')
  const prior = instance.floats('class_prior_', classes.values.length)
  const predicted = strategy === 'constant' ? indexOfConstant(instance, classes.values) : argmax(prior, 0, prior.length)
  const certain = new Float64Array(prior.length)
  certain[predicted] = 1
  return {
    kind: 'constant',
    name,
    task: { type: 'classification', classes, predicted, probabilities: strategy === 'prior' ? prior : certain },
  }
}

const indexOfConstant = (instance: Parameters<Builder>[0], classes: readonly unknown[]): number => {
  const constant = instance.labels('constant').values[0]
  const index = classes.indexOf(constant)
  if (index < 0) throw instance.wrong('constant', 'one of the classes')
  return index
}

const modules = 'sklearn.dummy'

/** Estimators that do not look at the features. */
export const dummies: Family = {
  classes: {
    DummyClassifier: { modules, build: classifier },
    DummyRegressor: { modules, build: regressor },
  },
}
