import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Covariance } from '../model/covariance.ts'
import type { GaussianProcessModel, ProcessClassification } from '../model/gaussian-process.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { Instance } from '../python/instance.ts'
import { textMapOf } from '../python/values.ts'
import { pairwiseKernel } from './kernels.ts'

/** Kernels within kernels that are read; the library's own limit is Python's stack. */
const deepest = 500

const covarianceOf = (kernel: Instance, columns: number, depth = 0): Covariance => {
  if (depth > deepest)
    throw scoringError('model.class', { name: kernel.className, why: `it lies more than ${deepest} kernels deep` })
  const part = (attribute: string) => covarianceOf(kernel.instance(attribute), columns, depth + 1)
  const lengths = (): Float64Array => {
    const values = kernel.floats('length_scale')
    if (values.length !== 1 && values.length !== columns) throw kernel.wrong('length_scale', `1 or ${columns} numbers`)
    return values
  }
  switch (kernel.className) {
    case 'Sum':
    case 'Product':
      return { type: kernel.className === 'Sum' ? 'sum' : 'product', first: part('k1'), second: part('k2') }
    case 'Exponentiation':
      return { type: 'power', of: part('kernel'), exponent: kernel.number('exponent') }
    case 'ConstantKernel':
      return { type: 'constant', value: kernel.number('constant_value') }
    case 'WhiteKernel':
      return { type: 'white', level: kernel.number('noise_level') }
    case 'RBF':
      return { type: 'rbf', lengths: lengths() }
    case 'Matern':
      return { type: 'matern', lengths: lengths(), smoothness: kernel.number('nu') }
    case 'RationalQuadratic':
      return { type: 'rational', length: kernel.number('length_scale'), alpha: kernel.number('alpha') }
    case 'ExpSineSquared':
      return { type: 'periodic', length: kernel.number('length_scale'), period: kernel.number('periodicity') }
    case 'DotProduct':
      return { type: 'dot', sigma: kernel.number('sigma_0') }
    case 'PairwiseKernel': {
      const more = textMapOf(kernel.get('pairwise_kernels_kwargs'))
      const numberOr = (name: string, otherwise: number): number => {
        const scalar = scalarOf(more?.get(name))
        return scalar === undefined ? otherwise : Number(scalar.value)
      }
      return {
        type: 'pairwise',
        kernel: pairwiseKernel(kernel, 'metric', columns, {
          gamma: kernel.number('gamma'),
          degree: numberOr('degree', 3),
          coef0: numberOr('coef0', 1),
        }),
      }
    }
    default:
      throw scoringError('model.class', {
        name: kernel.className,
        why: 'it is no kernel of a Gaussian process that is read',
      })
  }
}

const regressor: Builder = (instance): GaussianProcessModel => {
  const { rows, columns, values } = instance.matrix('X_train_')
  const shape = instance.shape('alpha_')
  const outputs = shape[1] ?? 1
  const isNew = instance.isSince(1, 1)
  const means = instance.floats('_y_train_mean')
  const scales = instance.floatsOr('_y_train_std', Float64Array.of(1))
  const each = (given: Float64Array) =>
    given.length === outputs ? given : new Float64Array(outputs).fill(given[0] ?? Number.NaN)
  return {
    kind: 'gaussian-process',
    name: instance.className,
    columns,
    task: {
      type: 'regression',
      posterior: {
        covariance: covarianceOf(instance.instance('kernel_'), columns),
        values,
        weights: instance.floats('alpha_', rows * outputs),
        factor: instance.floats('L_', rows * rows),
      },
      means: each(means),
      scales: each(scales),
      isVector: shape.length === 1 || (isNew && outputs === 1),
      // Before 1.1 one for all, unless outputs are scaled one by one; from 0.23 to 0.24 the library fails there.
      deviations: isNew || (scales.length > 1 && instance.isSince(1, 0)) ? outputs : scales.length > 1 ? 0 : 1,
    },
  }
}

const processOf = (instance: Instance, columns: number): ProcessClassification['processes'][number] => {
  const { rows, columns: own, values } = instance.matrix('X_train_')
  if (own !== columns) throw instance.wrong('X_train_', `${columns} columns`)
  const targets = instance.floats('y_train_', rows)
  const probabilities = instance.floats('pi_', rows)
  return {
    covariance: covarianceOf(instance.instance('kernel_'), columns),
    values,
    weights: targets.map((target, i) => target - (probabilities[i] as number)),
    factor: instance.floats('L_', rows * rows),
    roots: instance.floats('W_sr_', rows),
  }
}

const classifier: Builder = (instance): GaussianProcessModel => {
  const classes = instance.labels('classes_')
  const count = classes.values.length
  const base = instance.instance('base_estimator_')
  const isBinary = count === 2
  const mode = isBinary ? 'binary' : instance.text('multi_class') === 'one_vs_one' ? 'one-vs-one' : 'one-vs-rest'
  const estimators = isBinary ? [base] : base.instances('estimators_')
  const [first] = estimators
  const expected = { binary: 1, 'one-vs-rest': count, 'one-vs-one': (count * (count - 1)) / 2 }[mode]
  if (first === undefined || estimators.length !== expected) throw base.wrong('estimators_', `${expected} estimators`)
  const { columns } = first.matrix('X_train_')
  return {
    kind: 'gaussian-process',
    name: instance.className,
    columns,
    task: { type: 'classification', classes, mode, processes: estimators.map((one) => processOf(one, columns)) },
  }
}

const kernels = `CompoundKernel Sum Product Exponentiation ConstantKernel WhiteKernel RBF Matern RationalQuadratic ExpSineSquared
  DotProduct PairwiseKernel`

/** Gaussian processes with all their kernels. */
export const gaussianProcesses: Family = {
  classes: {
    GaussianProcessRegressor: {
      modules: 'sklearn.gaussian_process.gpr sklearn.gaussian_process._gpr',
      build: regressor,
    },
    GaussianProcessClassifier: {
      modules: 'sklearn.gaussian_process.gpc sklearn.gaussian_process._gpc',
      build: classifier,
    },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.gaussian_process.gpc': '_BinaryGaussianProcessClassifierLaplace',
        'sklearn.gaussian_process._gpc': '_BinaryGaussianProcessClassifierLaplace',
        'sklearn.gaussian_process.kernels': kernels,
        'sklearn.multiclass': 'OneVsRestClassifier OneVsOneClassifier',
        'sklearn.preprocessing.label': 'LabelBinarizer',
        'sklearn.preprocessing._label': 'LabelBinarizer',
      },
    },
  ],
}
