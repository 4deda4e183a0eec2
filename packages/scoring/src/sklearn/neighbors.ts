import type { Builder, Family } from '../build/family.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import type { Metric } from '../model/distance.ts'
import type { NeighborSearch } from '../model/neighbor-search.ts'
import type { NeighborChoice, NeighborsModel, NeighborsTarget } from '../model/neighbors.ts'
import { labelsOf } from '../numpy/labels.ts'
import { scalarOf } from '../numpy/scalar.ts'
import { dtypeOf, isSparseMatrix } from '../scipy/sparse.ts'
import type { Instance } from '../python/instance.ts'
import { metricOf } from './metrics.ts'
import { neighborTreeParts, readNeighborTree } from './neighbor-trees.ts'

/** The training rows of any class of neighbours, and the tree that the library would ask. */
export const neighborSearch = (instance: Instance): NeighborSearch => {
  // Set by fit, so that its absence says so.
  instance.need('effective_metric_')
  const { columns, values, tree } =
    instance.get('_tree') === undefined
      ? { ...instance.matrix('_fit_X'), tree: undefined }
      : readNeighborTree(instance, '_tree')
  if (columns === 0 || values.length === 0) throw instance.wrong('_fit_X', 'rows of numbers')
  const named = metricOf(instance, columns, { metric: 'effective_metric_', more: 'effective_metric_params_' })
  const selection = hasHeap(instance, named, 'dense') ? 'heap' : 'partition'
  const metric: Metric =
    tree === undefined && selection === 'partition' && named.type === 'braycurtis'
      ? { type: 'braycurtis-of-sums' }
      : named
  const ofSparse = hasHeap(instance, named, 'sparse') ? 'heap' : 'partition'
  return {
    columns,
    values,
    tree,
    metric,
    selection,
    ofSparse,
    sort: instance.isSince(1, 9) ? 'introsort' : 'quicksort',
  }
}

/**
 * The heap came with version 1.1, not for all metrics. It takes rows of the precision of its own alone: floats, where dense rows
 * are float64. Sparse rows came with 1.2, those of dense and sparse with 1.3; since 1.4 Euclidean distances of sparse rows have none.
 */
const hasHeap = (instance: Instance, { type }: Metric, asked: 'dense' | 'sparse'): boolean => {
  if (!instance.isSince(1, 1) || withoutHeap.has(type)) return false
  const own = isSparseMatrix(instance.get('_fit_X')) ? 'sparse' : 'dense'
  const { kind, itemSize } = dtypeOf(instance.get('_fit_X'), instance.limits) ?? {}
  if (kind !== 'f' || !(itemSize === 8 || (itemSize === 4 && asked === 'sparse'))) return false
  if (own === 'dense' && asked === 'dense') return true
  const isEuclidean = type === 'euclidean' || type === 'sqeuclidean'
  if (own === asked) return instance.isSince(1, 2) && !(isEuclidean && instance.isSince(1, 4))
  return instance.isSince(1, isEuclidean ? 3 : 2)
}

const withoutHeap: ReadonlySet<string> = new Set(
  `cosine correlation mahalanobis hamming jaccard matching dice kulsinski rogerstanimoto russellrao sokalmichener
  sokalsneath`.split(/\s+/),
)

/** The number of neighbours, no more than there are rows. */
export const neighborCount = (instance: Instance, { values, columns }: NeighborSearch, attribute = 'n_neighbors') =>
  instance.integer(attribute, { min: 1, max: values.length / columns })

const byCount = (instance: Instance, search: NeighborSearch): NeighborChoice => ({
  by: 'count',
  count: neighborCount(instance, search),
})

const byRadius = (instance: Instance): NeighborChoice => ({ by: 'radius', radius: instance.number('radius') })

const weighsByDistance = (instance: Instance): boolean => {
  if (instance.get('weights') === undefined) return false
  const weights = instance.textOr('weights', 'a function')
  if (weights !== 'uniform' && weights !== 'distance')
    throw scoringError('model.parameter', { name: instance.className, parameter: 'weights', value: weights })
  return weights === 'distance'
}

const classifier =
  (choiceOf: typeof byCount, hasProbabilities: (instance: Instance) => boolean): Builder =>
  (instance): NeighborsModel => {
    const search = neighborSearch(instance)
    const isVector = !instance.boolean('outputs_2d_')
    return {
      kind: 'neighbors',
      name: instance.className,
      search,
      choice: choiceOf(instance, search),
      task: {
        type: 'classification',
        targets: targetsOf(instance, isVector, search.values.length / search.columns),
        byDistance: weighsByDistance(instance),
        isVector,
        hasProbabilities: hasProbabilities(instance),
      },
    }
  }

const targetsOf = (instance: Instance, isVector: boolean, rows: number): readonly NeighborsTarget[] => {
  const targets = isVector
    ? [instance.labels('classes_')]
    : instance.items('classes_').map((value) => {
        const labels = labelsOf(value, instance.limits)
        if (labels === undefined) throw instance.wrong('classes_', 'labels for each target')
        return labels
      })
  const own = instance.floats('_y', rows * targets.length)
  const outliers = outlierLabels(instance, targets.length)
  return targets.map((classes, target) => {
    const column = Int32Array.from({ length: rows }, (_, row) => own[row * targets.length + target] as number)
    if (column.some((index) => index < 0 || index >= classes.values.length))
      throw instance.wrong('_y', 'an index of a class for each row')
    const label = outliers?.values[target]
    const index = label === undefined ? undefined : (classes.values as readonly unknown[]).indexOf(label)
    return index === -1
      ? {
          classes,
          own: column,
          outlier: classes.values.length,
          labels: { type: classes.type, values: [...classes.values, label] } as Labels,
        }
      : { classes, own: column, outlier: index, labels: classes }
  })
}

/** The label of rows without neighbours, for each target; undefined where these are refused. Resolved since 0.22. */
const outlierLabels = (instance: Instance, targets: number): Labels | undefined => {
  const attribute = instance.has('outlier_label_') ? 'outlier_label_' : 'outlier_label'
  const value = instance.get(attribute)
  if (value === undefined) return undefined
  const labels = labelsOf(value, instance.limits)
  if (labels !== undefined && labels.values.length === targets) return labels
  const single = scalarOf(value)
  if (single === undefined || single.type === 'none') throw instance.wrong(attribute, 'a label')
  return { type: single.type, values: Array.from({ length: targets }, () => single.value) } as Labels
}

const regressor =
  (choiceOf: typeof byCount): Builder =>
  (instance): NeighborsModel => {
    const search = neighborSearch(instance)
    const shape = instance.shape('_y')
    const outputs = shape[1] ?? 1
    const isWhole = /^[iu]/.test(instance.array('_y').dtype.kind)
    return {
      kind: 'neighbors',
      name: instance.className,
      search,
      choice: choiceOf(instance, search),
      task: {
        type: 'regression',
        own: instance.floats('_y', (search.values.length / search.columns) * outputs),
        outputs,
        isVector: shape.length === 1,
        byDistance: weighsByDistance(instance),
        // numpy's NaN as an integer is the least one.
        ofNone: isWhole ? -(2 ** 63) : Number.NaN,
      },
    }
  }

const unsupervised: Builder = (instance): NeighborsModel => {
  const search = neighborSearch(instance)
  return {
    kind: 'neighbors',
    name: instance.className,
    search,
    choice: byCount(instance, search),
    task: { type: 'none' },
  }
}

const outlierFactor: Builder = (instance): NeighborsModel => {
  if (!instance.boolean('novelty'))
    throw scoringError('model.class', {
      name: instance.className,
      why: 'without novelty=True it judges only the rows that it was fitted on',
    })
  const search = neighborSearch(instance)
  const rows = search.values.length / search.columns
  const count = neighborCount(instance, search, 'n_neighbors_')
  const distances = instance.floats('_distances_fit_X_', rows * count)
  return {
    kind: 'neighbors',
    name: instance.className,
    search,
    choice: { by: 'count', count },
    task: {
      type: 'outlier-factor',
      reach: Float64Array.from({ length: rows }, (_, row) => distances[row * count + count - 1] as number),
      densities: instance.floats('_lrd', rows),
      offset: instance.number('offset_'),
    },
  }
}

/** The distance's parameters and the nearest rows are all that there is to these classes. */
export const neighbors: Family = {
  classes: {
    KNeighborsClassifier: {
      modules: 'sklearn.neighbors.classification sklearn.neighbors._classification',
      build: classifier(byCount, () => true),
    },
    RadiusNeighborsClassifier: {
      modules: 'sklearn.neighbors.classification sklearn.neighbors._classification',
      build: classifier(byRadius, (instance) => instance.isSince(0, 22)),
    },
    KNeighborsRegressor: {
      modules: 'sklearn.neighbors.regression sklearn.neighbors._regression',
      build: regressor(byCount),
    },
    RadiusNeighborsRegressor: {
      modules: 'sklearn.neighbors.regression sklearn.neighbors._regression',
      build: regressor(byRadius),
    },
    NearestNeighbors: {
      modules: 'sklearn.neighbors.unsupervised sklearn.neighbors._unsupervised',
      build: unsupervised,
    },
    LocalOutlierFactor: { modules: 'sklearn.neighbors.lof sklearn.neighbors._lof', build: outlierFactor },
  },
  parts: neighborTreeParts,
}
