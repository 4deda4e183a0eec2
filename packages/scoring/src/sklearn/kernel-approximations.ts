import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Similarity } from '../model/similarities.ts'
import { describe } from '../pickle/machine.ts'
import type { Instance, Matrix } from '../python/instance.ts'
import { checkedIndices } from './members.ts'
import { arithmetic, elementwise, inTurn, projection } from './decompositions.ts'

const similarity = (instance: Instance, columns: number): Similarity => {
  const kernel = instance.textOr('kernel', undefined)
  // From 1.2 on the fitted gamma_ replaces the parameter.
  const given = instance.numberOr('gamma_', undefined) ?? instance.numberOr('gamma', undefined)
  const gamma = given ?? 1 / columns
  const offset = instance.numberOr('coef0', 1)
  switch (kernel) {
    case 'linear':
    case 'cosine':
      return { type: kernel }
    case 'additive_chi2':
      return { type: 'additive-chi2' }
    case 'chi2':
      return { type: 'chi2', gamma: given ?? 1 }
    case 'rbf':
    case 'laplacian':
      return { type: kernel, gamma }
    case 'poly':
    case 'polynomial':
      return { type: 'polynomial', gamma, offset, degree: instance.numberOr('degree', 3) }
    case 'sigmoid':
      return { type: 'sigmoid', gamma, offset }
    default:
      throw scoringError('model.parameter', {
        name: instance.className,
        parameter: 'kernel',
        value: kernel ?? describe(instance.need('kernel')),
      })
  }
}

const kernelPrincipal: Builder = (instance) => {
  const [values, vectors] = instance.has('lambdas_') ? ['lambdas_', 'alphas_'] : ['eigenvalues_', 'eigenvectors_']
  const training = instance.matrix('X_fit_')
  const { rows, columns, values: eigenvectors } = instance.matrix(vectors)
  const eigenvalues = instance.floats(values, columns)
  if (rows !== training.rows) throw instance.wrong(vectors, `${training.rows} rows`)
  const axes = new Float64Array(rows * columns)
  // Fitted with float32, they are divided in float32.
  const rounded = instance.isSingle(vectors) ? Math.fround : Number
  for (let row = 0; row < rows; row++)
    for (const [axis, eigenvalue] of eigenvalues.entries())
      axes[axis * rows + row] =
        eigenvalue === 0 ? 0 : rounded((eigenvectors[row * columns + axis] as number) / rounded(Math.sqrt(eigenvalue)))
  const centerer = instance.instance('_centerer')
  return {
    kind: 'similarityMap',
    name: instance.className,
    columns: training.columns,
    similarity: similarity(instance, training.columns),
    training: training.values,
    centring: { each: centerer.floats('K_fit_rows_', rows), all: centerer.number('K_fit_all_') },
    axes,
  }
}

const nystroem: Builder = (instance) => {
  const training = instance.matrix('components_')
  const axes = instance.matrix('normalization_')
  if (axes.columns !== training.rows) throw instance.wrong('normalization_', `${training.rows} columns`)
  return {
    kind: 'similarityMap',
    name: instance.className,
    columns: training.columns,
    similarity: similarity(instance, training.columns),
    training: training.values,
    centring: undefined,
    axes: axes.values,
  }
}

/** Columns × axes, as random features are kept. */
const weightsOf = (instance: Instance): Matrix => {
  const { rows, columns, values } = instance.matrix('random_weights_')
  const result = new Float64Array(values.length)
  for (const [at, value] of values.entries()) result[(at % columns) * rows + Math.floor(at / columns)] = value
  return { rows: columns, columns: rows, values: result }
}

/** Cosines of random projections (Rahimi and Recht). */
const cosines = (instance: Instance, weights: Matrix) => {
  const { rows } = weights
  return [
    projection(instance, weights, instance.floats('random_offset_', rows)),
    elementwise(instance, { type: 'function', name: 'cos' }, rows),
    arithmetic(instance, 'multiply', new Float64Array(rows).fill(Math.sqrt(2) / Math.sqrt(rows))),
  ]
}

const radial: Builder = (instance) => inTurn(instance, cosines(instance, weightsOf(instance)))

const skewed: Builder = (instance) => {
  const weights = weightsOf(instance)
  const { columns } = weights
  return inTurn(instance, [
    arithmetic(instance, 'add', new Float64Array(columns).fill(instance.number('skewedness'))),
    elementwise(instance, { type: 'function', name: 'log' }, columns),
    ...cosines(instance, weights),
  ])
}

const usualIntervals: Readonly<Record<number, number>> = { 1: 0.8, 2: 0.5, 3: 0.4 }

const additive: Builder = (instance) => {
  const steps = instance.integer('sample_steps', { min: 1, max: 10_000 })
  const interval = instance.has('sample_interval_')
    ? instance.number('sample_interval_')
    : instance.numberOr('sample_interval', usualIntervals[steps])
  if (interval === undefined) throw instance.wrong('sample_interval', 'a number')
  return {
    kind: 'chiSquaredMap',
    name: instance.className,
    columns: instance.has('n_features_in_') ? instance.integer('n_features_in_') : undefined,
    steps,
    interval,
  }
}

const sketch: Builder = (instance) => {
  const hashes = instance.matrix('indexHash_')
  const width = instance.integer('n_components', { min: 1, max: 100_000 })
  const offset = instance.numberOr('coef0', 0)
  const constant = offset === 0 ? undefined : Math.sqrt(offset)
  return {
    kind: 'countSketch',
    name: instance.className,
    columns: hashes.columns - (constant === undefined ? 0 : 1),
    width,
    degree: hashes.rows,
    scale: Math.sqrt(instance.numberOr('gamma', 1)),
    constant,
    places: checkedIndices(hashes.values, instance, 'indexHash_', width),
    signs: instance.floats('bitHash_', hashes.values.length),
  }
}

const modules = 'sklearn.kernel_approximation'

/** Rows as a kernel sees them. */
export const kernelApproximations: Family = {
  classes: {
    KernelPCA: {
      modules: 'sklearn.decomposition.kernel_pca sklearn.decomposition._kernel_pca',
      build: kernelPrincipal,
    },
    Nystroem: { modules, build: nystroem },
    RBFSampler: { modules, build: radial },
    SkewedChi2Sampler: { modules, build: skewed },
    AdditiveChi2Sampler: { modules, build: additive },
    PolynomialCountSketch: { modules, build: sketch },
  },
}
