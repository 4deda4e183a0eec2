import { denseRows, type NumbersExpected } from '../data/check.ts'
import type { Labels } from '../data/labels.ts'
import { compileKernel, type Kernel, type KernelRows } from './kernel.ts'
import { compileSearch, type NeighborSearch } from './neighbor-search.ts'
import { argmax, divideBy, numpySum } from './numeric.ts'
import { classProbabilities, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** Labels that spread from the labelled rows to those that are like them. */
export type LabelPropagationModel = {
  readonly kind: 'label-propagation'
  readonly name: string
  readonly columns: number
  readonly classes: Labels
  /** Training rows × classes. */
  readonly distributions: Float64Array
  readonly likeness:
    | { readonly type: 'kernel'; readonly kernel: Kernel; readonly kept: KernelRows }
    | { readonly type: 'neighbors'; readonly search: NeighborSearch; readonly count: number }
}

export const compileLabelPropagation = ({
  name,
  columns,
  classes,
  distributions,
  likeness,
}: LabelPropagationModel): Scorer => {
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const count = classes.values.length
  const weightsOf = compileLikeness(likeness)
  const predictProba = classProbabilities(classes, (data, out) => {
    const { rows, values } = denseRows(data, expected)
    out.fill(0, 0, rows * count)
    for (let row = 0; row < rows; row++) {
      const to = row * count
      for (const [index, weight] of weightsOf(values, row * columns))
        for (let i = 0; i < count; i++)
          out[to + i] = (out[to + i] as number) + weight * (distributions[index * count + i] as number)
      divideBy(out, to, count, numpySum(out, to, count))
    }
  })
  const predict = vector(
    (data, out) => {
      const probabilities = new Float64Array(data.rows * count)
      predictProba.into(data, probabilities)
      for (let row = 0; row < data.rows; row++) out[row] = argmax(probabilities, row * count, count)
    },
    { labels: [classes] },
  )
  return { name, columns, methods: { predict, predictProba } }
}

/** Training rows and their weights. */
type WeightsOf = (values: Float64Array, at: number) => Iterable<readonly [index: number, weight: number]>

const compileLikeness = (likeness: LabelPropagationModel['likeness']): WeightsOf => {
  if (likeness.type === 'neighbors') {
    const { nearest } = compileSearch(likeness.search)
    return (values, at) =>
      Array.from(nearest(values, at, likeness.count).indices, (index): [number, number] => [index, 1])
  }
  const ofRow = compileKernel(likeness.kernel, likeness.kept)
  const kernels = new Float64Array(likeness.kept.rows)
  return (values, at) => {
    ofRow(values, at, kernels)
    return kernels.entries()
  }
}
