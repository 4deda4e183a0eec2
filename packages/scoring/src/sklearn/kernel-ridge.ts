import type { Builder, Family } from '../build/family.ts'
import { pairwiseKernel } from './kernels.ts'
import { keptRows } from './support-vectors.ts'

const ridge: Builder = (instance) => {
  const kept = keptRows(instance, 'X_fit_')
  const shape = instance.shape('dual_coef_')
  const outputs = shape[1] ?? 1
  return {
    kind: 'kernel-sum',
    name: instance.className,
    kernel: pairwiseKernel(instance, 'kernel', kept.columns, {
      gamma: instance.numberOr('gamma', undefined),
      degree: instance.numberOr('degree', 3),
      coef0: instance.numberOr('coef0', 1),
    }),
    kept,
    weights: instance.floats('dual_coef_', kept.rows * outputs),
    outputs,
    isVector: shape.length === 1,
  }
}

/** Ridge regression in the space of a kernel. */
export const kernelRidge: Family = { classes: { KernelRidge: { modules: 'sklearn.kernel_ridge', build: ridge } } }
