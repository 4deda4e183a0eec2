import type { Builder, Family } from '../build/family.ts'
import type { Projection } from '../model/discriminant.ts'
import type { LikelihoodModel } from '../model/likelihood.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'
import type { Instance } from '../python/instance.ts'
import { linearModel } from './linear-models.ts'

const linear: Builder = (instance) => {
  const classes = instance.labels('classes_')
  const count = classes.values.length
  const classifier = linearModel(instance, {
    type: 'classification',
    classes,
    // Softmax since 0.21; of two classes it is the logistic function in all versions.
    probabilities: count > 2 && instance.isSince(0, 21) ? 'softmax' : 'one-vs-rest',
  })
  if (classifier.intercepts.length !== (count === 2 ? 1 : count))
    throw instance.wrong('coef_', `rows for ${count} classes`)
  const { className: name } = instance
  return {
    kind: 'discriminant',
    name,
    columns: classifier.columns,
    classifier,
    projection: projectionOf(instance, classifier.columns),
  }
}

/** None where the solver is least squares. */
const projectionOf = (instance: Instance, columns: number): Projection | undefined => {
  const solver = instance.textOr('solver', 'svd')
  if (solver === 'lsqr') return undefined
  const scalings = instance.matrix('scalings_')
  if (scalings.rows !== columns) throw instance.wrong('scalings_', `${columns} rows`)
  const outputs = Math.min(scalings.columns, instance.integer('_max_components'))
  return {
    means: solver === 'svd' ? instance.floats('xbar_', columns) : undefined,
    scalings: firstColumns(scalings.values, scalings.columns, outputs),
    outputs,
  }
}

const firstColumns = (values: Float64Array, columns: number, count: number): Float64Array =>
  values.filter((_, i) => i % columns < count)

const quadratic: Builder = (instance): LikelihoodModel => {
  const classes = instance.labels('classes_')
  const { rows: count, columns, values: means } = instance.matrix('means_')
  if (classes.values.length !== count)
    throw instance.wrong('means_', `a row for each of ${classes.values.length} classes`)
  const arrays = (attribute: string, of: (index: number) => number): readonly Float64Array[] =>
    instance.items(attribute).map((item, index) => {
      const array = arrayOf(item, instance.limits)
      const values = array === undefined ? undefined : float64sOf(array)
      if (values === undefined || values.length !== of(index))
        throw instance.wrong(attribute, 'an array for each class')
      return values
    })
  const scalings = arrays('scalings_', () => columns)
  const rotations = arrays('rotations_', () => columns * columns)
  const priors = instance.floats('priors_', count)
  if (scalings.length !== count || rotations.length !== count) throw instance.wrong('rotations_', `${count} arrays`)
  // Fitted with float32, these are computed in float32.
  const rounded = instance.isSingle('means_') ? Math.fround : Number
  const factors = new Float64Array(count * columns * columns)
  for (const [index, rotation] of rotations.entries())
    for (const [i, value] of rotation.entries())
      factors[index * columns * columns + i] = rounded(
        value * rounded((scalings[index]?.[i % columns] as number) ** -0.5),
      )
  return {
    kind: 'likelihood',
    name: instance.className,
    columns,
    count,
    constants: priors.map(
      (prior, index) =>
        Math.log(prior) -
        0.5 * (scalings[index] as Float64Array).reduce((sum, scaling) => rounded(sum + rounded(Math.log(scaling))), 0),
    ),
    density: { type: 'factored', means, factors, isShared: false },
    task: { type: 'classification', classes, normalises: 'likelihoods', hasDecisionFunction: true },
  }
}

const components: Builder = (instance) => {
  const { rows, columns, values } = instance.matrix('components_')
  const scalings = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)] as number)
  const { className: name } = instance
  return {
    kind: 'discriminant',
    name,
    columns,
    classifier: undefined,
    projection: { means: undefined, scalings, outputs: rows },
  }
}

/** What tells classes apart by their means and covariances. */
export const discriminants: Family = {
  classes: {
    LinearDiscriminantAnalysis: { modules: 'sklearn.discriminant_analysis', build: linear },
    QuadraticDiscriminantAnalysis: { modules: 'sklearn.discriminant_analysis', build: quadratic },
    NeighborhoodComponentsAnalysis: { modules: 'sklearn.neighbors.nca sklearn.neighbors._nca', build: components },
  },
}
