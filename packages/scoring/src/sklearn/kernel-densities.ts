import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import { bumps } from '../model/kernel-density.ts'
import { metricOf } from './metrics.ts'
import { readNeighborTree } from './neighbor-trees.ts'

const density: Builder = (instance) => {
  const { className: name } = instance
  const { columns, values, weights } = readNeighborTree(instance, 'tree_')
  const rows = values.length / columns
  if (weights !== undefined && weights.length !== rows) throw instance.wrong('tree_', `${rows} weights`)
  // With a tolerance the library stops early, at sums that depend on its way through the tree.
  for (const parameter of ['rtol', 'atol'])
    if (instance.numberOr(parameter, 0) !== 0)
      throw scoringError('model.parameter', { name, parameter, value: String(instance.number(parameter)) })
  const kernel = instance.textOr('kernel', 'gaussian')
  const bump = bumps.find((one) => one === kernel)
  if (bump === undefined) throw scoringError('model.parameter', { name, parameter: 'kernel', value: kernel })
  // The rules of thumb are resolved in bandwidth_, since 1.2.
  const bandwidth = instance.number(instance.has('bandwidth_') ? 'bandwidth_' : 'bandwidth')
  return {
    kind: 'kernel-density',
    name,
    columns,
    values,
    weights,
    metric: metricOf(instance, columns),
    bump,
    bandwidth,
  }
}

/** Densities as sums of bumps. */
export const kernelDensities: Family = {
  classes: { KernelDensity: { modules: 'sklearn.neighbors.kde sklearn.neighbors._kde', build: density } },
}
