import { denseRows, type NumbersExpected } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import { type TreeSumPlan, ensembleKernel } from '../kernels/ensemble.ts'
import type { Kernels } from '../kernels/kernels.ts'
import { leafOf, treeRows } from './trees.ts'

/** Adds to each row's sums in `out`, which begin as they are, what its leaves hold: tree after tree. */
export type AddTrees = (data: Data, out: Float64Array) => void

/** `model` is the name in messages. */
export type NamedPlan = TreeSumPlan & { readonly model: string }

export const treeSums = (plan: NamedPlan, kernels: Kernels): AddTrees =>
  (kernels === 'webassembly' && plan.trees.roots.length >= fewestTrees ? kernelSums(plan) : undefined) ??
  plainSums(plan)

/** For fewer trees a memory of their own costs more than it brings: members of AdaBoost are single trees. */
const fewestTrees = 4

const kernelSums = (plan: NamedPlan): AddTrees | undefined => {
  const addRows = ensembleKernel(plan)
  if (addRows === undefined) return undefined
  const { model, taken, trees } = plan
  const expected: NumbersExpected = { model, values: taken, columns: trees.columns, float32: trees.float32 }
  return (data, out) => {
    // The kernel checks what it takes; who must say what is wrong looks again.
    const isReady = data.kind === 'dense' && data.columns === trees.columns
    const { rows, values } = isReady ? data : denseRows(data, expected)
    if (addRows(values, rows, out)) return
    denseRows(data, expected)
    throw new Error(`${model} was refused rows that it takes.`)
  }
}

const plainSums = (plan: NamedPlan): AddTrees => {
  const { model, trees, taken, outputs, width, outputOf, leafValues, sumsAreSingle } = plan
  const count = trees.roots.length
  const own = new Float64Array(width)
  return (data, out) => {
    const { rows, columns, values } = treeRows(data, trees, { model, values: taken })
    for (let row = 0; row < rows; row++)
      for (let tree = 0; tree < count; tree++) {
        leafValues(leafOf(trees, trees.roots[tree] as number, values, row * columns), tree, own, 0)
        const to = row * outputs + (outputOf?.[tree] ?? 0)
        for (let i = 0; i < width; i++) {
          const sum = (out[to + i] as number) + (own[i] as number)
          out[to + i] = sumsAreSingle ? Math.fround(sum) : sum
        }
      }
  }
}
