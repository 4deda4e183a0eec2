import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { type Into, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'
import { treeSums } from './tree-sums.ts'
import type { Trees } from './trees.ts'

/** How soon random trees part a row from the others: the sooner, the stranger it is. */
export type IsolationForestModel = {
  readonly kind: 'isolation-forest'
  readonly name: string
  /** The value of a leaf is the length of the path to it, with what a full tree would add below. */
  readonly trees: Trees
  readonly values: 'finite' | 'missing'
  /** What the sum of the lengths is divided by: trees × the mean length for as many rows as each saw. */
  readonly divisor: number
  readonly offset: number
  /** Rows whose decision is below this are outliers. */
  readonly threshold: number
}

export const compileIsolationForest = (model: IsolationForestModel, _: Compile, kernels: Kernels): Scorer => {
  const { name, trees, divisor, offset, threshold } = model
  const addDepths = treeSums(
    {
      model: name,
      trees,
      taken: model.values,
      outputs: 1,
      width: 1,
      outputOf: undefined,
      leafValues: (leaf, _tree, into, at) => {
        into[at] = trees.values[leaf] as number
      },
      sumsAreSingle: false,
    },
    kernels,
  )
  const scoreSamples: Into = (data, out) => {
    out.fill(0, 0, data.rows)
    addDepths(data, out)
    for (let row = 0; row < data.rows; row++) out[row] = -(2 ** (-(out[row] as number) / divisor))
  }
  const decisionFunction: Into = (data, out) => {
    scoreSamples(data, out)
    for (let row = 0; row < data.rows; row++) out[row] = (out[row] as number) - offset
  }
  const predict: Into = (data, out) => {
    decisionFunction(data, out)
    for (let row = 0; row < data.rows; row++) out[row] = (out[row] as number) < threshold ? -1 : 1
  }
  return {
    name,
    columns: trees.columns,
    methods: {
      predict: vector(predict, { isInteger: true }),
      decisionFunction: vector(decisionFunction),
      scoreSamples: vector(scoreSamples),
    },
  }
}
