import type { Builder, Family } from '../build/family.ts'
import { digamma } from '../model/special-functions.ts'
import type { Density, LikelihoodModel } from '../model/likelihood.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import type { Instance } from '../python/instance.ts'
import { itemsOf } from '../python/values.ts'

type Components = {
  readonly count: number
  readonly columns: number
  readonly logDeterminants: Float64Array
  readonly density: Density
}

/** Means and the Cholesky factors of the precisions, in any of the four forms of covariances. */
const componentsOf = (instance: Instance): Components => {
  const { rows: count, columns, values: means } = instance.matrix('means_')
  const type = instance.text('covariance_type')
  const attribute = 'precisions_cholesky_'
  const sumOfLogs = (values: Float64Array, start: number, step: number): number => {
    let sum = 0
    for (let i = 0; i < columns; i++) sum += Math.log(values[start + i * step] as number)
    return sum
  }
  const each = (logOf: (index: number) => number) => Float64Array.from({ length: count }, (_, index) => logOf(index))
  switch (type) {
    case 'full':
    case 'tied': {
      const isShared = type === 'tied'
      const factors = instance.floats(attribute, (isShared ? 1 : count) * columns * columns)
      return {
        count,
        columns,
        logDeterminants: each((index) => sumOfLogs(factors, isShared ? 0 : index * columns * columns, columns + 1)),
        density: { type: 'factored', means, factors, isShared },
      }
    }
    case 'diag': {
      const factors = instance.floats(attribute, count * columns)
      return {
        count,
        columns,
        logDeterminants: each((index) => sumOfLogs(factors, index * columns, 1)),
        density: { type: 'diagonal', means, variances: factors.map((factor) => 1 / (factor * factor)) },
      }
    }
    case 'spherical': {
      const factors = instance.floats(attribute, count)
      return {
        count,
        columns,
        logDeterminants: each((index) => columns * Math.log(factors[index] as number)),
        density: {
          type: 'diagonal',
          means,
          variances: Float64Array.from(means, (_, i) => 1 / (factors[Math.floor(i / columns)] as number) ** 2),
        },
      }
    }
    default:
      throw instance.wrong('covariance_type', 'full, tied, diag or spherical')
  }
}

const mixture = (
  instance: Instance,
  { count, columns, logDeterminants, density }: Components,
  moreOf: (index: number) => number,
): LikelihoodModel => ({
  kind: 'likelihood',
  name: instance.className,
  columns,
  count,
  constants: logDeterminants.map((log, index) => log - 0.5 * columns * Math.log(2 * Math.PI) + moreOf(index)),
  density,
  task: { type: 'mixture' },
})

const gaussian: Builder = (instance) => {
  const components = componentsOf(instance)
  const weights = instance.floats('weights_', components.count)
  return mixture(instance, components, (index) => Math.log(weights[index] as number))
}

/** Expectations of the logarithms under the posterior take the place of the logarithms. */
const bayesian: Builder = (instance) => {
  const components = componentsOf(instance)
  const { count, columns } = components
  // A covariance that all share has one number.
  const isTied = instance.text('covariance_type') === 'tied'
  const freedoms = instance.floats('degrees_of_freedom_', isTied ? 1 : count)
  const precisions = instance.floats('mean_precision_', count)
  const weights = logWeights(instance, count)
  return mixture(instance, components, (index) => {
    const freedom = freedoms[isTied ? 0 : index] as number
    let logLambda = columns * Math.log(2)
    for (let i = 0; i < columns; i++) logLambda += digamma(0.5 * (freedom - i))
    return (
      -0.5 * columns * Math.log(freedom) +
      0.5 * (logLambda - columns / (precisions[index] as number)) +
      (weights[index] as number)
    )
  })
}

const logWeights = (instance: Instance, count: number): Float64Array => {
  const attribute = 'weight_concentration_'
  if (instance.text('weight_concentration_prior_type') !== 'dirichlet_process') {
    const concentrations = instance.floats(attribute, count)
    const total = digamma(concentrations.reduce((sum, one) => sum + one, 0))
    return concentrations.map((one) => digamma(one) - total)
  }
  const [first, second] = (itemsOf(instance.need(attribute)) ?? []).map((item) => {
    const array = arrayOf(item, instance.limits)
    return array === undefined ? undefined : float64sOf(array)
  })
  if (first?.length !== count || second?.length !== count)
    throw instance.wrong(attribute, `two arrays of ${count} numbers`)
  let before = 0
  return first.map((one, index) => {
    const other = second[index] as number
    const total = digamma(one + other)
    const weight = digamma(one) - total + before
    before += digamma(other) - total
    return weight
  })
}

/** Sums of Gaussian densities. */
export const mixtures: Family = {
  classes: {
    GaussianMixture: { modules: 'sklearn.mixture.gaussian_mixture sklearn.mixture._gaussian_mixture', build: gaussian },
    BayesianGaussianMixture: {
      modules: 'sklearn.mixture.bayesian_mixture sklearn.mixture._bayesian_mixture',
      build: bayesian,
    },
  },
}
