import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { EmbeddingModel } from '../model/embedding.ts'
import { neighborCount, neighborSearch } from './neighbors.ts'

const isomap: Builder = (instance): EmbeddingModel => {
  const { className: name } = instance
  if (instance.has('radius') && instance.get('radius') !== undefined)
    throw scoringError('model.parameter', { name, parameter: 'radius', value: String(instance.number('radius')) })
  const neighbors = instance.instance('nbrs_')
  const search = neighborSearch(neighbors)
  const rows = search.values.length / search.columns
  const analysis = instance.instance('kernel_pca_')
  // Called lambdas_ and alphas_ until 1.0.
  const isNew = analysis.has('eigenvalues_')
  const eigenvalues = analysis.floats(isNew ? 'eigenvalues_' : 'lambdas_')
  const outputs = eigenvalues.length
  const vectors = analysis.floats(isNew ? 'eigenvectors_' : 'alphas_', rows * outputs)
  const centerer = analysis.instance('_centerer')
  return {
    kind: 'embedding',
    name,
    search,
    count: neighborCount(neighbors, search),
    outputs,
    task: {
      type: 'geodesic',
      distances: instance.floats('dist_matrix_', rows * rows),
      rowMeans: centerer.floats('K_fit_rows_', rows),
      mean: centerer.number('K_fit_all_'),
      directions: vectors.map((value, i) => {
        const eigenvalue = eigenvalues[i % outputs] as number
        return eigenvalue === 0 ? 0 : value / Math.sqrt(eigenvalue)
      }),
    },
  }
}

const locallyLinear: Builder = (instance): EmbeddingModel => {
  const search = neighborSearch(instance.instance('nbrs_'))
  const rows = search.values.length / search.columns
  const { rows: embedded, columns: outputs, values: places } = instance.matrix('embedding_')
  if (embedded !== rows) throw instance.wrong('embedding_', `${rows} rows`)
  return {
    kind: 'embedding',
    name: instance.className,
    search,
    count: neighborCount(instance, search),
    outputs,
    task: { type: 'locally-linear', places, regularization: instance.number('reg') },
  }
}

const unsupported = 'it has no transform for new rows'

/** Manifolds. */
export const embeddings: Family = {
  classes: {
    Isomap: { modules: 'sklearn.manifold.isomap sklearn.manifold._isomap', build: isomap },
    LocallyLinearEmbedding: {
      modules: 'sklearn.manifold.locally_linear sklearn.manifold._locally_linear',
      build: locallyLinear,
    },
    MDS: { modules: 'sklearn.manifold.mds sklearn.manifold._mds', unsupported },
    SpectralEmbedding: {
      modules: 'sklearn.manifold.spectral_embedding_ sklearn.manifold._spectral_embedding',
      unsupported,
    },
    TSNE: { modules: 'sklearn.manifold.t_sne sklearn.manifold._t_sne', unsupported },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.decomposition.kernel_pca': 'KernelPCA',
        'sklearn.decomposition._kernel_pca': 'KernelPCA',
        'sklearn.preprocessing.data': 'KernelCenterer',
        'sklearn.preprocessing._data': 'KernelCenterer',
      },
    },
  ],
}
