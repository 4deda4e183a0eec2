import type { Builder, Family } from '../build/family.ts'
import type { Density, LikelihoodModel } from '../model/likelihood.ts'
import { numpySum } from '../model/numeric.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import type { Instance } from '../python/instance.ts'

const model = (instance: Instance, columns: number, constants: Float64Array, density: Density): LikelihoodModel => {
  const classes = instance.labels('classes_')
  if (classes.values.length !== constants.length) throw instance.wrong('classes_', `${constants.length} labels`)
  return {
    kind: 'likelihood',
    name: instance.className,
    columns,
    count: constants.length,
    constants,
    density,
    task: { type: 'classification', classes, normalises: 'logarithms', hasDecisionFunction: false },
  }
}

const gaussian: Builder = (instance) => {
  const { rows, columns, values: means } = instance.matrix('theta_')
  // Called sigma_ until 1.0.
  const variances = instance.floats(instance.has('var_') ? 'var_' : 'sigma_', rows * columns)
  const priors = instance.floats('class_prior_', rows)
  const constants = priors.map((prior, index) => {
    const logs = variances
      .subarray(index * columns, (index + 1) * columns)
      .map((variance) => Math.log(2 * Math.PI * variance))
    return Math.log(prior) - 0.5 * numpySum(logs, 0, columns)
  })
  return model(instance, columns, constants, { type: 'diagonal', means, variances })
}

const multinomial: Builder = (instance) => {
  const { rows, columns, values: weights } = instance.matrix('feature_log_prob_')
  const constants = instance.floats('class_log_prior_', rows)
  return model(instance, columns, constants, { type: 'linear', weights, threshold: undefined })
}

/** Its prior counts only where there is a single class. */
const complement: Builder = (instance) => {
  const { rows, columns, values: weights } = instance.matrix('feature_log_prob_')
  const isSingle = instance.labels('classes_').values.length === 1
  const constants = isSingle ? instance.floats('class_log_prior_', rows) : new Float64Array(rows)
  return model(instance, columns, constants, { type: 'linear', weights, threshold: undefined })
}

const bernoulli: Builder = (instance) => {
  const { rows, columns, values } = instance.matrix('feature_log_prob_')
  const absent = values.map((value) => Math.log(1 - Math.exp(value)))
  const constants = instance
    .floats('class_log_prior_', rows)
    .map((prior, index) => prior + numpySum(absent, index * columns, columns))
  return model(instance, columns, constants, {
    type: 'linear',
    weights: values.map((value, i) => value - (absent[i] as number)),
    threshold: instance.numberOr('binarize', undefined),
  })
}

const categorical: Builder = (instance) => {
  const constants = instance.floats('class_log_prior_')
  const tables = instance.items('feature_log_prob_').map((item) => {
    const array = arrayOf(item, instance.limits)
    const values = array === undefined ? undefined : float64sOf(array)
    if (values === undefined || array?.shape[0] !== constants.length)
      throw instance.wrong('feature_log_prob_', 'classes × categories for each feature')
    return values
  })
  return model(instance, tables.length, constants, { type: 'categorical', tables })
}

const modules = 'sklearn.naive_bayes'

/** Features that are independent within a class. */
export const naiveBayes: Family = {
  classes: {
    GaussianNB: { modules, build: gaussian },
    MultinomialNB: { modules, build: multinomial },
    ComplementNB: { modules, build: complement },
    BernoulliNB: { modules, build: bernoulli },
    CategoricalNB: { modules, build: categorical },
  },
}
