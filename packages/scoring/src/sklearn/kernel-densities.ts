import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import { bumps } from '../model/kernel-density.ts'
import { metricOf } from './metrics.ts'
import { readNeighborTree } from './neighbor-trees.ts'

const density: Builder = (instance) => {
  const { className: name } = instance
  const { columns, values, weights, tree } = readNeighborTree(instance, 'tree_')
  const rows = values.length / columns
  if (weights !== undefined && weights.length !== rows) throw instance.wrong('tree_', `${rows} weights`)
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
    tree,
    metric: metricOf(instance, columns),
    bump,
    bandwidth,
    breadthFirst: instance.boolean('breadth_first', true),
    tolerance: { absolute: instance.numberOr('atol', 0), relative: instance.numberOr('rtol', 0) },
  }
}

/** Densities as sums of bumps. */
export const kernelDensities: Family = {
  classes: { KernelDensity: { modules: 'sklearn.neighbors.kde sklearn.neighbors._kde', build: density } },
}
