import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { LabelPropagationModel } from '../model/label-propagation.ts'
import type { Instance } from '../python/instance.ts'
import { neighborCount, neighborSearch } from './neighbors.ts'
import { keptRows } from './support-vectors.ts'

const propagated: Builder = (instance): LabelPropagationModel => {
  const classes = instance.labels('classes_')
  const kept = keptRows(instance, 'X_')
  return {
    kind: 'label-propagation',
    name: instance.className,
    columns: kept.columns,
    classes,
    distributions: instance.floats('label_distributions_', kept.rows * classes.values.length),
    likeness: likenessOf(instance, kept),
  }
}

const likenessOf = (instance: Instance, kept: ReturnType<typeof keptRows>): LabelPropagationModel['likeness'] => {
  const kernel = instance.textOr('kernel', 'a function')
  switch (kernel) {
    case 'rbf':
      return { type: 'kernel', kernel: { type: 'rbf', gamma: instance.number('gamma') }, kept }
    case 'knn': {
      const neighbors = instance.instance('nn_fit')
      const search = neighborSearch(neighbors)
      if (search.columns !== kept.columns || search.values.length !== kept.rows * kept.columns)
        throw instance.wrong('nn_fit', 'neighbours among the rows of X_')
      return { type: 'neighbors', search, count: neighborCount(neighbors, search) }
    }
    default:
      throw scoringError('model.parameter', { name: instance.className, parameter: 'kernel', value: kernel })
  }
}

const modules = 'sklearn.semi_supervised.label_propagation sklearn.semi_supervised._label_propagation'

/** Semi-supervised classifiers. */
export const labelPropagation: Family = {
  classes: {
    LabelPropagation: { modules, build: propagated },
    LabelSpreading: { modules, build: propagated },
  },
}
