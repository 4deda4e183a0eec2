import { expect, it } from 'vitest'
import { openModel } from '../file/open.ts'

/** An object with attributes that are written as opcodes of protocol 0. */
const pickled = (module: string, name: string, attributes: Readonly<Record<string, string>>): Uint8Array => {
  const state = Object.entries(attributes).map(([key, value]) => `S'${key}'\n${value}s`)
  return Uint8Array.from(Buffer.from(`\x80\x02c${module}\n${name}\n)\x81}${state.join('')}b.`, 'latin1'))
}

it.each([
  ['sklearn.cluster.dbscan_', 'DBSCAN', {}, 'it has no predict for new rows'],
  ['sklearn.manifold.t_sne', 'TSNE', {}, 'it has no transform for new rows'],
  ['sklearn.covariance.shrunk_covariance_', 'OAS', {}, 'has no predict or transform'],
  ['sklearn.neighbors.lof', 'LocalOutlierFactor', { novelty: 'I00\n' }, 'without novelty=True'],
  [
    'sklearn.cluster.affinity_propagation_',
    'AffinityPropagation',
    { cluster_centers_indices_: 'I0\n' },
    'of affinities that were given',
  ],
  ['sklearn.neighbors.unsupervised', 'NearestNeighbors', {}, 'was never fitted'],
])('says why %s %s cannot be scored', (module, name, attributes, why) => {
  expect(() => openModel(pickled(module, name, attributes))).toThrow(why)
})
