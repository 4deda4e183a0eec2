import { scoringError } from '../errors.ts'
import type { Kernel } from '../model/kernel.ts'
import type { Instance } from '../python/instance.ts'

type Parameters = { readonly gamma: number | undefined; readonly degree: number; readonly coef0: number }

/** A kernel of `sklearn.metrics.pairwise` by the name in `attribute`; without a gamma it is one over the number of features. */
export const pairwiseKernel = (
  instance: Instance,
  attribute: string,
  columns: number,
  { gamma, degree, coef0 }: Parameters,
): Kernel => {
  const name = instance.textOr(attribute, 'a function')
  const unsupported = scoringError('model.parameter', { name: instance.className, parameter: attribute, value: name })
  switch (name) {
    case 'linear':
      return { type: 'linear' }
    case 'cosine':
      return { type: 'cosine' }
    case 'additive_chi2':
      return { type: 'additive-chi2' }
    case 'rbf':
    case 'laplacian':
      return { type: name, gamma: gamma ?? 1 / columns }
    case 'chi2':
      // The library cannot multiply by a gamma of None.
      if (gamma === undefined) throw unsupported
      return { type: 'chi2', gamma }
    case 'poly':
    case 'polynomial':
      return { type: 'polynomial', gamma: gamma ?? 1 / columns, coef0, degree }
    case 'sigmoid':
      return { type: 'sigmoid', gamma: gamma ?? 1 / columns, coef0 }
    default:
      throw unsupported
  }
}
