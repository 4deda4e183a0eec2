import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { ElementwiseModel } from '../model/elementwise.ts'
import type { Model } from '../model/model.ts'
import type { NormalDensityModel } from '../model/normal-density.ts'
import type { ProjectionModel } from '../model/projection.ts'
import { invertPositive } from '../model/solve.ts'
import type { SparseCodeMethod } from '../model/sparse-code.ts'
import type { Instance, Matrix } from '../python/instance.ts'

const unsupported = (instance: Instance, parameter: string, value: string) =>
  scoringError('model.parameter', { name: instance.className, parameter, value })

/** Axes × columns. */
export const projection = (
  { className: name }: Instance,
  { columns, values, rows }: Matrix,
  intercepts: Float64Array = new Float64Array(rows),
): ProjectionModel => ({ kind: 'projection', name, columns, coefficients: values, intercepts })

/** Steps of which each takes what the one before gives; messages name the object that they make up. */
export const inTurn = ({ className: name }: Instance, steps: readonly Model[]): Model =>
  steps.length === 1 ? (steps[0] as Model) : { kind: 'pipeline', name, steps }

export const arithmetic = (
  { className: name }: Instance,
  operation: 'subtract' | 'divide' | 'multiply' | 'add',
  by: Float64Array,
): Model => ({ kind: 'columnwise', name, columns: by.length, values: 'finite', steps: [{ operation, by }] })

export const elementwise = (
  { className: name }: Instance,
  apply: ElementwiseModel['apply'],
  columns: number,
): Model => ({
  kind: 'elementwise',
  name,
  columns,
  values: 'any',
  apply,
})

/** Distances from the mean, where there is one. */
const centred = (instance: Instance, columns: number): readonly Model[] =>
  instance.get('mean_') === undefined ? [] : [arithmetic(instance, 'subtract', instance.floats('mean_', columns))]

const principal = (instance: Instance): Model => {
  const components = instance.matrix('components_')
  const whitened = instance.boolean('whiten')
    ? [arithmetic(instance, 'divide', deviations(instance, components.rows))]
    : []
  return inTurn(instance, [...centred(instance, components.columns), projection(instance, components), ...whitened])
}

/** From 1.4 on no deviation counts as less than the smallest difference from one. */
const deviations = (instance: Instance, count: number): Float64Array => {
  const least = instance.isSince(1, 4) ? 2 ** -52 : 0
  return instance.floats('explained_variance_', count).map((variance) => Math.max(Math.sqrt(variance), least))
}

const pca: Builder = (instance) => {
  const { className: name } = instance
  return { kind: 'facets', name, facets: [principal(instance), principalDensity(instance)] }
}

/** Probabilistic PCA (Tipping and Bishop): variances along the components, one noise variance in all other directions. */
const principalDensity = (instance: Instance): NormalDensityModel => {
  const { rows, columns, values } = instance.matrix('components_')
  const noise = instance.number('noise_variance_')
  // Where components are whitened, the library scales them once more here.
  const isScaled = instance.boolean('whiten')
  const variances = instance
    .floats('explained_variance_', rows)
    .map((variance) => Math.max(variance - noise, 0) * (isScaled ? variance : 1) + noise)
  const isFull = rows === columns
  const core = new Float64Array(rows * rows)
  for (const [k, variance] of variances.entries()) core[k * rows + k] = 1 / variance - (isFull ? 0 : 1 / noise)
  const logs = variances.reduce(
    (sum, variance) => sum + Math.log(variance),
    isFull ? 0 : (columns - rows) * Math.log(noise),
  )
  return {
    kind: 'normalDensity',
    name: instance.className,
    mean: instance.floats('mean_', columns),
    diagonal: new Float64Array(columns).fill(isFull ? 0 : 1 / noise),
    directions: values,
    core,
    constant: -0.5 * (columns * Math.log(2 * Math.PI) + logs),
  }
}

/** A B' of matrices with as many columns. */
const products = (a: Matrix, b: Matrix): Float64Array => {
  const result = new Float64Array(a.rows * b.rows)
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0
      for (let k = 0; k < a.columns; k++)
        sum += (a.values[i * a.columns + k] as number) * (b.values[j * b.columns + k] as number)
      result[i * b.rows + j] = sum
    }
  return result
}

const withDiagonal = (matrix: Float64Array, size: number, added: number): Float64Array => {
  for (let k = 0; k < size; k++) matrix[k * size + k] = (matrix[k * size + k] as number) + added
  return matrix
}

const factorAnalysis: Builder = (instance) => {
  const { className: name } = instance
  const components = instance.matrix('components_')
  const { rows, columns, values } = components
  const noise = instance.floats('noise_variance_', columns)
  const scaled: Matrix = { rows, columns, values: values.map((value, at) => value / (noise[at % columns] as number)) }
  const inverted = invertPositive(withDiagonal(products(scaled, components), rows, 1), rows)
  if (inverted === undefined) throw instance.wrong('components_', 'components whose covariance can be inverted')
  const { inverse, logDeterminant } = inverted
  const axes: Matrix = { rows, columns, values: multiplied(inverse, scaled) }
  const logs = noise.reduce((sum, variance) => sum + Math.log(variance), logDeterminant)
  const density: NormalDensityModel = {
    kind: 'normalDensity',
    name,
    mean: instance.floats('mean_', columns),
    diagonal: noise.map((variance) => 1 / variance),
    directions: scaled.values,
    core: inverse.map((value) => -value),
    constant: -0.5 * (columns * Math.log(2 * Math.PI) + logs),
  }
  return {
    kind: 'facets',
    name,
    facets: [inTurn(instance, [...centred(instance, columns), projection(instance, axes)]), density],
  }
}

/** A square matrix times another. */
const multiplied = (square: Float64Array, { rows, columns, values }: Matrix): Float64Array => {
  const result = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < rows; k++)
      for (let column = 0; column < columns; column++)
        result[i * columns + column] =
          (result[i * columns + column] as number) +
          (square[i * rows + k] as number) * (values[k * columns + column] as number)
  return result
}

const independent: Builder = (instance) => {
  const components = instance.matrix('components_')
  // `whiten` is False, or True or a strategy's name.
  const isCentred = instance.get('whiten') !== false
  return inTurn(instance, [
    ...(isCentred ? centred(instance, components.columns) : []),
    projection(instance, components),
  ])
}

/** Components that were whitened when they were fitted. */
const centredComponents: Builder = (instance) => {
  const components = instance.matrix('components_')
  return inTurn(instance, [...centred(instance, components.columns), projection(instance, components)])
}

/** Ridge regression of a row on the components. */
const sparsePrincipal: Builder = (instance) => {
  const components = instance.matrix('components_')
  const { rows, columns } = components
  const gram = withDiagonal(products(components, components), rows, instance.number('ridge_alpha'))
  const inverted = invertPositive(gram, rows)
  if (inverted === undefined) throw instance.wrong('components_', 'components that can be solved for')
  const axes = multiplied(inverted.inverse, components)
  const projected = projection(instance, { rows, columns, values: axes })
  if (instance.isSince(0, 22) || instance.boolean('normalize_components'))
    return inTurn(instance, [...centred(instance, columns), projected])
  return inTurn(instance, [
    projected,
    { kind: 'norms', name: instance.className, columns: rows, norm: 'l2-of-columns' },
  ])
}

const onComponents: Builder = (instance) => ({
  ...projection(instance, instance.matrix('components_')),
  single: instance.isSingle('components_') ? 'sums' : undefined,
})

const boltzmann: Builder = (instance) => {
  const components = instance.matrix('components_')
  const { rows } = components
  return inTurn(instance, [
    projection(instance, components, instance.floats('intercept_hidden_', rows)),
    elementwise(instance, { type: 'function', name: 'logistic' }, rows),
  ])
}

/** Steps that a row may take to settle. */
const mostSteps = { max: 100_000 }

const topics: Builder = (instance) => {
  const { rows, columns, values } = instance.matrix('exp_dirichlet_component_')
  return {
    kind: 'topics',
    name: instance.className,
    columns,
    topics: values,
    prior: instance.numberOr('doc_topic_prior_', 1 / rows),
    mostSteps: instance.integer('max_doc_update_iter', mostSteps),
    tolerance: instance.number('mean_change_tol'),
  }
}

const factorization: Builder = (instance) => {
  const solver = instance.textOr('solver', 'cd')
  if (solver !== 'cd') throw unsupported(instance, 'solver', solver)
  if (instance.boolean('shuffle')) throw unsupported(instance, 'shuffle', 'True (it answers at random)')
  const { columns, values } = instance.matrix('components_')
  const strength = penalty(instance, columns)
  const share = instance.numberOr('l1_ratio', 0)
  return {
    kind: 'factors',
    name: instance.className,
    columns,
    components: values,
    l1: strength * share,
    l2: strength * (1 - share),
    mostSteps: instance.integer('max_iter', mostSteps),
    tolerance: instance.number('tol'),
  }
}

/** How much amounts are held down: `alpha` before 1.0, `alpha_W` for each column from 1.2 on, either between. */
const penalty = (instance: Instance, columns: number): number => {
  if (instance.isSince(1, 2)) return columns * instance.numberOr('alpha_W', 0)
  if (instance.isSince(1, 0) && (numeric(instance, 'alpha_W') !== 0 || numeric(instance, 'alpha') !== 0))
    throw unsupported(instance, 'alpha_W', 'a number above zero in versions 1.0 and 1.1')
  return numeric(instance, 'alpha')
}

/** A number, where the parameter is not a word that stands for the default. */
const numeric = (instance: Instance, parameter: string): number =>
  typeof instance.get(parameter) === 'string' ? 0 : instance.numberOr(parameter, 0)

const dictionary: Builder = (instance) => {
  const { rows, columns, values } = instance.matrix(instance.has('components_') ? 'components_' : 'dictionary')
  return {
    kind: 'sparseCode',
    name: instance.className,
    columns,
    atoms: values,
    method: codeMethod(instance, rows, columns),
    isPositive: instance.boolean('positive_code'),
    isSplit: instance.boolean('split_sign'),
  }
}

const codeMethod = (instance: Instance, atoms: number, columns: number): SparseCodeMethod => {
  const algorithm = instance.textOr('transform_algorithm', 'omp')
  if (algorithm === 'threshold') return { type: 'threshold', alpha: instance.numberOr('transform_alpha', 1) }
  if (algorithm !== 'omp') throw unsupported(instance, 'transform_algorithm', algorithm)
  const most = instance.numberOr('transform_n_nonzero_coefs', Math.min(Math.max(columns / 10, 1), atoms))
  return { type: 'pursuit', most: Math.trunc(most) }
}

/** From 0.24 on these attributes are private. */
const plsScaling = (instance: Instance, columns: number): readonly Model[] => {
  const mean = instance.has('x_mean_') ? 'x_mean_' : '_x_mean'
  const deviation = instance.has('x_std_') ? 'x_std_' : '_x_std'
  return [
    arithmetic(instance, 'subtract', instance.floats(mean, columns)),
    arithmetic(instance, 'divide', instance.floats(deviation, columns)),
  ]
}

const transposed = ({ rows, columns, values }: Matrix): Matrix => {
  const result = new Float64Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] as number
  return { rows: columns, columns: rows, values: result }
}

const leastSquares: Builder = (instance) => {
  const { className: name } = instance
  const axes = transposed(instance.matrix('x_rotations_'))
  const scaling = plsScaling(instance, axes.columns)
  const [centring] = scaling as [Model]
  const given = instance.matrix(instance.has('_coef_') ? '_coef_' : 'coef_')
  // Targets × columns from 1.1 on; from 1.5 on for rows that are centred only.
  const coefficients = instance.isSince(1, 1) ? given : transposed(given)
  if (coefficients.columns !== axes.columns) throw instance.wrong('coef_', `numbers for ${axes.columns} columns`)
  const attribute = ['intercept_', 'y_mean_', '_y_mean'].find((one) => instance.has(one)) ?? 'y_mean_'
  const prediction: Model = {
    kind: 'linear',
    name,
    columns: coefficients.columns,
    coefficients: coefficients.values,
    intercepts: instance.floats(attribute, coefficients.rows),
    task: { type: 'regression', isVector: instance.boolean('_predict_1d'), link: 'identity' },
  }
  return {
    kind: 'facets',
    name,
    facets: [
      inTurn(instance, [...scaling, projection(instance, axes)]),
      inTurn(instance, [...(instance.isSince(1, 5) ? [centring] : scaling), prediction]),
    ],
  }
}

const leastSquaresWeights: Builder = (instance) => {
  const axes = transposed(instance.matrix('x_weights_'))
  return inTurn(instance, [...plsScaling(instance, axes.columns), projection(instance, axes)])
}

const inModules = (old: string, today: string): string => `sklearn.decomposition.${old} sklearn.decomposition.${today}`
const crossModules = 'sklearn.cross_decomposition.pls_ sklearn.cross_decomposition._pls'
const correlationModules = `sklearn.cross_decomposition.cca_ sklearn.cross_decomposition._cca ${crossModules}`
const dictionaryModules = inModules('dict_learning', '_dict_learning')

/** Rows in the coordinates of fitted components. */
export const decompositions: Family = {
  classes: {
    RandomizedPCA: { modules: 'sklearn.decomposition.pca', build: centredComponents },
    PCA: { modules: inModules('pca', '_pca'), build: pca },
    IncrementalPCA: { modules: inModules('incremental_pca', '_incremental_pca'), build: principal },
    TruncatedSVD: { modules: inModules('truncated_svd', '_truncated_svd'), build: onComponents },
    FactorAnalysis: { modules: inModules('factor_analysis', '_factor_analysis'), build: factorAnalysis },
    FastICA: { modules: inModules('fastica_', '_fastica'), build: independent },
    SparsePCA: { modules: inModules('sparse_pca', '_sparse_pca'), build: sparsePrincipal },
    MiniBatchSparsePCA: { modules: inModules('sparse_pca', '_sparse_pca'), build: sparsePrincipal },
    LatentDirichletAllocation: { modules: inModules('online_lda', '_lda'), build: topics },
    NMF: { modules: inModules('nmf', '_nmf'), build: factorization },
    MiniBatchNMF: { modules: 'sklearn.decomposition._nmf', unsupported: 'it answers by batches drawn at random' },
    DictionaryLearning: { modules: dictionaryModules, build: dictionary },
    MiniBatchDictionaryLearning: { modules: dictionaryModules, build: dictionary },
    SparseCoder: { modules: dictionaryModules, build: dictionary },
    BernoulliRBM: { modules: 'sklearn.neural_network.rbm sklearn.neural_network._rbm', build: boltzmann },
    GaussianRandomProjection: { modules: 'sklearn.random_projection', build: onComponents },
    SparseRandomProjection: { modules: 'sklearn.random_projection', build: onComponents },
    PLSRegression: { modules: crossModules, build: leastSquares },
    PLSCanonical: { modules: crossModules, build: leastSquares },
    CCA: { modules: correlationModules, build: leastSquares },
    PLSSVD: { modules: crossModules, build: leastSquaresWeights },
  },
}
