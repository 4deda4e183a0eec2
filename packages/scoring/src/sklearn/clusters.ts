import type { Builder, Family } from '../build/family.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import type { CentersModel } from '../model/centers.ts'
import type { Pool } from '../model/pooling.ts'
import { globalOf } from '../python/names.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { metricOf } from './metrics.ts'

type Features = { readonly comparesProducts: boolean; readonly transforms: boolean; readonly takesSparse: boolean }

const centersOf = (instance: Instance, attribute: string, features: Features): CentersModel => {
  const { rows, columns, values: centers } = instance.matrix(attribute)
  return {
    kind: 'centers',
    name: instance.className,
    columns,
    centers,
    metric: { type: 'euclidean' },
    labels: { numbers: Float64Array.from({ length: rows }, (_, index) => index) },
    ...features,
  }
}

const lloydFeatures: Features = { comparesProducts: true, transforms: true, takesSparse: true }

const means: Builder = (instance) => centersOf(instance, 'cluster_centers_', lloydFeatures)

const bisected: Builder = (instance) => {
  const model = centersOf(instance, 'cluster_centers_', lloydFeatures)
  const { columns } = model
  const mean = instance.has('_X_mean') ? instance.floats('_X_mean', columns) : new Float64Array(columns)
  const nodes: Instance[] = []
  const [left, right, labels]: [number[], number[], number[]] = [[], [], []]
  const add = (node: Instance): number => {
    const index = nodes.length
    // A tree that holds itself would have no end; one that is sound has a leaf for each cluster.
    if (index > 2 * (model.centers.length / columns)) throw instance.wrong('_bisecting_tree', 'a tree of the clusters')
    nodes.push(node)
    const halves = ['left', 'right'].map((side) => instanceOf(node.get(side) ?? null, instance.limits))
    const [one, other] = halves
    if (one === undefined || other === undefined) {
      left[index] = -1
      right[index] = -1
      labels[index] = node.integer('label')
      return index
    }
    labels[index] = -1
    left[index] = add(one)
    right[index] = add(other)
    return index
  }
  const root = instanceOf(instance.need('_bisecting_tree'), instance.limits)
  if (root === undefined) throw instance.wrong('_bisecting_tree', 'a tree of the clusters')
  add(root)
  const centers = new Float64Array(nodes.length * columns)
  for (const [index, node] of nodes.entries())
    centers.set(
      node.floats('center', columns).map((value, column) => value + (mean[column] as number)),
      index * columns,
    )
  return {
    ...model,
    bisections: {
      left: Int32Array.from(left),
      right: Int32Array.from(right),
      centers,
      labels: Int32Array.from(labels),
    },
  }
}

const shifted: Builder = (instance) =>
  centersOf(instance, 'cluster_centers_', { comparesProducts: true, transforms: false, takesSparse: false })

const affinity: Builder = (instance) => {
  if (!instance.has('cluster_centers_') && instance.has('cluster_centers_indices_'))
    throw scoringError('model.class', {
      name: instance.className,
      why: 'of affinities that were given it keeps no centres, so that it has no predict for new rows',
    })
  return centersOf(instance, 'cluster_centers_', { comparesProducts: true, transforms: false, takesSparse: true })
}

const birch: Builder = (instance) => {
  const model = centersOf(instance, 'subcluster_centers_', {
    comparesProducts: true,
    transforms: true,
    takesSparse: true,
  })
  return { ...model, labels: { numbers: instance.floats('subcluster_labels_', model.centers.length / model.columns) } }
}

const centroids: Builder = (instance) => {
  const classes = instance.labels('classes_')
  const model = centersOf(instance, 'centroids_', { comparesProducts: false, transforms: false, takesSparse: true })
  if (model.centers.length !== classes.values.length * model.columns)
    throw instance.wrong('centroids_', `${classes.values.length} rows`)
  const metric = metricOf(instance, model.columns)
  // Version 1.6 gave it priors and scores.
  const hasScores = metric.type === 'euclidean' && instance.has('within_class_std_dev_')
  return {
    ...model,
    metric,
    labels: { classes },
    discriminant: hasScores ? discriminantOf(instance, model, classes) : undefined,
  }
}

/** Squared distances in units of the deviations within classes, and priors. */
const discriminantOf = (
  instance: Instance,
  { name, columns, centers }: CentersModel,
  classes: Labels,
): CentersModel['discriminant'] => {
  const count = classes.values.length
  const deviations = instance.floats('within_class_std_dev_', columns)
  const priors = instance.floats('class_prior_', count)
  return {
    model: {
      kind: 'likelihood',
      name,
      columns,
      count,
      constants: priors.map((prior) => 2 * Math.log(prior)),
      density: {
        type: 'diagonal',
        means: centers,
        variances: centers.map((_, i) => (deviations[i % columns] || 1) ** 2 / 2),
      },
      task: { type: 'classification', classes, normalises: 'logarithms', hasDecisionFunction: true },
    },
    decides: priors.some((prior) => Math.abs(prior - 1 / count) > 1e-8 + 1e-5 / count),
  }
}

const agglomeration: Builder = (instance) => {
  const labels = instance.floats('labels_')
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0)
  if (!labels.every((label) => Number.isInteger(label) && label >= 0 && label < labels.length))
    throw instance.wrong('labels_', 'the number of a group for each feature')
  const pooling = globalOf(instance.get('pooling_func') ?? null)?.name ?? 'mean'
  const pool = poolNames[pooling]
  if (pool === undefined)
    throw scoringError('model.parameter', { name: instance.className, parameter: 'pooling_func', value: pooling })
  return { kind: 'pooling', name: instance.className, groups: Int32Array.from(labels), count, pool }
}

const poolNames: Readonly<Record<string, Pool>> = {
  mean: 'mean',
  sum: 'sum',
  median: 'median',
  amax: 'max',
  max: 'max',
  amin: 'min',
  min: 'min',
}

const unsupported = 'it has no predict for new rows'
const lloyd = 'sklearn.cluster.k_means_ sklearn.cluster._kmeans'
const bisections = 'sklearn.cluster._bisect_k_means'
const hierarchical = 'sklearn.cluster.hierarchical sklearn.cluster._hierarchical sklearn.cluster._agglomerative'
const biclusters = 'sklearn.cluster.bicluster sklearn.cluster._bicluster'

/** Clusters, and what is classified by the nearest centre. */
export const clusters: Family = {
  classes: {
    KMeans: { modules: lloyd, build: means },
    MiniBatchKMeans: { modules: lloyd, build: means },
    MeanShift: { modules: 'sklearn.cluster.mean_shift_ sklearn.cluster._mean_shift', build: shifted },
    AffinityPropagation: {
      modules: 'sklearn.cluster.affinity_propagation_ sklearn.cluster._affinity_propagation',
      build: affinity,
    },
    Birch: { modules: 'sklearn.cluster.birch sklearn.cluster._birch', build: birch },
    NearestCentroid: {
      modules: 'sklearn.neighbors.nearest_centroid sklearn.neighbors._nearest_centroid',
      build: centroids,
    },
    FeatureAgglomeration: { modules: hierarchical, build: agglomeration },
    AgglomerativeClustering: { modules: hierarchical, unsupported },
    DBSCAN: { modules: 'sklearn.cluster.dbscan_ sklearn.cluster._dbscan', unsupported },
    HDBSCAN: { modules: 'sklearn.cluster._hdbscan.hdbscan', unsupported },
    OPTICS: { modules: 'sklearn.cluster.optics_ sklearn.cluster._optics', unsupported },
    SpectralClustering: { modules: 'sklearn.cluster.spectral sklearn.cluster._spectral', unsupported },
    SpectralBiclustering: { modules: biclusters, unsupported },
    SpectralCoclustering: { modules: biclusters, unsupported },
    BisectingKMeans: { modules: bisections, build: bisected },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.cluster.birch': '_CFNode _CFSubcluster',
        'sklearn.cluster._birch': '_CFNode _CFSubcluster',
        [bisections]: '_BisectingTree',
      },
    },
    {
      use: 'reference',
      names: {
        numpy: 'mean sum median amax max amin min',
        'numpy.core.fromnumeric': 'mean sum amax amin',
        'numpy.lib.function_base': 'median',
        'sklearn.cluster._kmeans': '_kmeans_single_lloyd _kmeans_single_elkan',
      },
    },
  ],
}
