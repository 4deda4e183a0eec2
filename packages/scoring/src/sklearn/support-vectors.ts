import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Kernel, KernelRows } from '../model/kernel.ts'
import type { SupportVectorsModel } from '../model/support-vectors.ts'
import type { Instance } from '../python/instance.ts'
import { isSparseMatrix, sparseOf } from '../scipy/sparse.ts'

/** Rows that a kernel compares with, sparse where the library keeps them so. */
export const keptRows = (instance: Instance, attribute: string): KernelRows => {
  const value = instance.need(attribute)
  if (isSparseMatrix(value)) {
    const sparse = sparseOf(value, instance.limits)
    return { rows: sparse.rows, columns: sparse.columns, values: sparse }
  }
  return instance.matrix(attribute)
}

const kernelOf = (instance: Instance): Kernel => {
  const kernel = instance.textOr('kernel', 'a function')
  const gamma = () => instance.number('_gamma')
  switch (kernel) {
    case 'linear':
      return { type: 'linear' }
    case 'rbf':
      return { type: 'rbf', gamma: gamma() }
    case 'sigmoid':
      return { type: 'sigmoid', gamma: gamma(), coef0: instance.number('coef0') }
    case 'poly':
      return {
        type: 'polynomial',
        gamma: gamma(),
        coef0: instance.number('coef0'),
        degree: instance.integer('degree', { max: 1_000 }),
      }
    default:
      throw scoringError('model.parameter', { name: instance.className, parameter: 'kernel', value: kernel })
  }
}

const machine = (
  instance: Instance,
  rows: number,
  pairs: number,
  task: SupportVectorsModel['task'],
): SupportVectorsModel => {
  const vectors = keptRows(instance, 'support_vectors_')
  // The public attributes have another sign where there are two classes; the others are what libsvm is given.
  const { values } = instance.matrix('_dual_coef_')
  if (values.length !== rows * vectors.rows)
    throw instance.wrong('_dual_coef_', `${rows} rows of ${vectors.rows} numbers`)
  return {
    kind: 'support-vectors',
    name: instance.className,
    kernel: kernelOf(instance),
    vectors,
    coefficients: values,
    intercepts: instance.floats('_intercept_', pairs),
    task,
  }
}

const classifier: Builder = (instance) => {
  const classes = instance.labels('classes_')
  const count = classes.values.length
  const pairs = (count * (count - 1)) / 2
  const counts = Int32Array.from(instance.floats(instance.has('_n_support') ? '_n_support' : 'n_support_', count))
  const [slopes, intercepts] = instance.has('_probA') ? ['_probA', '_probB'] : ['probA_', 'probB_']
  if (instance.boolean('break_ties') && instance.textOr('decision_function_shape', 'ovr') === 'ovo')
    throw scoringError('model.parameter', {
      name: instance.className,
      parameter: 'break_ties',
      value: 'True (with decision_function_shape = ovo, which the library refuses too)',
    })
  const scoresClasses = instance.textOr('decision_function_shape', 'ovr') === 'ovr'
  const model = machine(instance, count - 1, pairs, {
    type: 'classification',
    classes,
    counts,
    scores: scoresClasses ? (instance.isSince(0, 21) ? 'classes' : 'classes-of-batch') : 'pairs',
    breaksTies: scoresClasses && count > 2 && instance.boolean('break_ties'),
    // Newer versions have a text here where probabilities were not asked for.
    platt:
      instance.textOr('probability', '') === '' && instance.boolean('probability')
        ? {
            slopes: instance.floats(slopes as string, pairs),
            intercepts: instance.floats(intercepts as string, pairs),
          }
        : undefined,
  })
  if (counts.some((size) => size < 0) || counts.reduce((sum, size) => sum + size, 0) !== model.vectors.rows)
    throw instance.wrong('n_support_', `${model.vectors.rows} vectors in all`)
  return model
}

const regressor: Builder = (instance) => machine(instance, 1, 1, { type: 'regression' })

/** `score_samples` came with 0.20. */
const outliers: Builder = (instance) =>
  machine(instance, 1, 1, {
    type: 'outliers',
    offset: instance.has('offset_') ? instance.number('offset_') : undefined,
  })

/** One weighted sum, which is one vector of a linear kernel. */
const linearOutliers: Builder = (instance) => {
  const weights = instance.floats('coef_')
  const offset = instance.number('offset_')
  return {
    kind: 'support-vectors',
    name: instance.className,
    kernel: { type: 'linear' },
    vectors: { rows: 1, columns: weights.length, values: weights },
    coefficients: Float64Array.of(1),
    intercepts: Float64Array.of(-offset),
    task: { type: 'outliers', offset, isInlierAtZero: true },
  }
}

const modules = 'sklearn.svm.classes sklearn.svm._classes'

/** libsvm's machines and one that only sounds like them; those of liblinear are linear models. */
export const supportVectors: Family = {
  classes: {
    SVC: { modules, build: classifier },
    NuSVC: { modules, build: classifier },
    SVR: { modules, build: regressor },
    NuSVR: { modules, build: regressor },
    OneClassSVM: { modules, build: outliers },
    SGDOneClassSVM: { modules: 'sklearn.linear_model._stochastic_gradient', build: linearOutliers },
  },
}
